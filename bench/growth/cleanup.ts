/**
 * `npm run bench -- cleanup [LOGINS]`: what it costs PostgreSQL to delete expired logins with all their rows, while
 * refresh tokens are rotated. CPU time does not depend on what else the machine does; rates and waits do.
 */
import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'
import { migrate } from '@/lib/store/database/migrate'
import { refreshTokenStore } from '@/lib/store/oauth/refresh-tokens'
import { retention } from '@/lib/store/retention/runner'
import { startOwnPostgres } from '@/test/own-postgres'
import { quantile } from '../measure'
import { cpuOf } from '../process-usage'

/** As the clean-up of a process: `SHARE` in `runner.ts`. */
const SHARE = 0.25

/** Grants that live, whose refresh tokens are rotated meanwhile, and how many of them in a second. */
const LIVE = 1_000
const REFRESHES = 200

/** Milliseconds between two looks at who waits for a lock. */
const LOOK = 10

/**
 * A login that was over half a year ago, and of whose grant the organization keeps nothing for longer: a request with
 * its timeline, a grant with upstream tokens, five refresh tokens and a token that is opaque, an answer, a session.
 */
const backlog = (logins: number) => [
  `insert into organizations (id, name, slug, grant_retention) values ('o', 'O', 'o', 1)`,
  `insert into connections (id, organization_id, slug, name, type, settings, client_id) values ('n', 'o', 'n', 'N', 'oidc', '{}', 'c')`,
  `insert into servers (id, organization_id, connection_id, slug, name, issuer, resource, access_token_lifetime, refresh_token_lifetime)
    values ('s', 'o', 'n', 's', 'S', 'https://auth.example/s/s', 'https://mcp.example/mcp', 3600, 2592000)`,
  `insert into clients (id, server_id, client_id, kind, name, redirect_uris, token_endpoint_auth_method, grant_types, metadata, first_token_at)
    values ('c', 's', 'client', 'registered', 'C', '["http://127.0.0.1/callback"]', 'none', '["authorization_code", "refresh_token"]', '{}', now())`,
  `insert into users (id, organization_id, identity_source, subject, last_login_at)
    select 'u' || i, 'o', 'https://idp.example', 'subject-' || i, now() from generate_series(1, 1000) as i`,
  `insert into grants (id, organization_id, server_id, user_id, client_row_id, client_id, redirect_uri, scope, claims, created_at, redeemed_at, code_hash)
    select 'g' || i, 'o', 's', 'u' || 1 + i % 1000, 'c', 'client', 'http://127.0.0.1/callback', '["files:read"]', '{}', t, t, rpad('code' || i, 64, 'x')
    from (select i, case when i > ${logins} then now() else now() - interval '200 days' - i * interval '1 second' end as t
      from generate_series(1, ${logins + LIVE}) as i) as made`,
  `insert into upstream_tokens (grant_id, connection_id, access_token, refresh_token, updated_at)
    select id, 'n', repeat('a', 200), repeat('r', 200), created_at from grants`,
  `insert into refresh_tokens (hash, grant_id, nonce, key_id, issued_at, expires_at, rotated_at, rotated_by)
    select rpad('rt' || k || id, 64, 'x'), id, 'n', 'k1', created_at, created_at + interval '30 days', case when k < 5 then created_at end, case when k < 5 then 'i' end
    from grants, generate_series(1, 5) as k`,
  `insert into access_tokens (hash, id, grant_id, audience, scope, issued_at, expires_at)
    select rpad('at' || id, 64, 'x'), 'at' || id, id, 'https://mcp.example/mcp', '["files:read"]', created_at, created_at + interval '1 hour' from grants`,
  `insert into browser_sessions (hash, organization_id, connection_id, user_id, created_at, expires_at)
    select rpad('bs' || id, 64, 'x'), 'o', 'n', user_id, created_at, created_at + interval '12 hours' from grants`,
  `insert into authorization_requests (id, reference, server_id, client_row_id, client_id, redirect_uri, scope, created_at, expires_at, connection_id, consented_at, ended_at, outcome, grant_id, taken_state_hash, attempt_id, timeline)
    select 'r' || id, 'R' || id, 's', 'c', 'client', redirect_uri, scope, created_at, created_at + interval '10 minutes', 'n', created_at, created_at, 'completed', id, rpad('state' || id, 64, 'x'), 'try',
      to_jsonb(array_fill(jsonb_build_object('at', created_at, 'step', 'authorize', 'outcome', 'ok', 'reason', 'ok'), array[6]))
    from grants`,
]

const ROWS = [
  'grants',
  'upstream_tokens',
  'refresh_tokens',
  'access_tokens',
  'browser_sessions',
  'authorization_requests',
]

/** Rotates refresh tokens at a steady rate. */
async function refresh(db: ReturnType<typeof openDatabase>, logins: number, signal: AbortSignal) {
  const tokens = refreshTokenStore(db)
  const took: number[] = []
  const running: Promise<void>[] = []
  const rotate = async (index: number) => {
    const grantId = `g${logins + 1 + (index % LIVE)}`
    const generation = 5 + Math.floor(index / LIVE)
    const hash = `rt${generation}${grantId}`.padEnd(64, 'x')
    const successor = {
      hash: `rt${generation + 1}${grantId}`.padEnd(64, 'x'),
      ...{
        grantId,
        nonce: 'n',
        keyId: 'k1',
        issuedAt: new Date(),
        expiresAt: new Date(Date.now() + 86_400_000),
      },
    }
    const began = performance.now()
    const outcome = await tokens.rotate(hash, { successor, grace: 60 })
    if (outcome !== 'rotated') throw new Error(`a refresh token was ${outcome}`)
    took.push(performance.now() - began)
  }
  const began = performance.now()
  for (let sent = 0; !signal.aborted; await wait(5))
    for (const due = ((performance.now() - began) * REFRESHES) / 1_000; sent < due; sent++)
      running.push(rotate(sent))
  await Promise.all(running)
  return took
}

/** The longest wait for a lock that was seen, in milliseconds. */
async function watchLocks(sql: Sql, signal: AbortSignal): Promise<number> {
  let longest = 0
  while (!signal.aborted) {
    const [row] = await sql<{ wait: string | null }[]>`
      select extract(epoch from max(clock_timestamp() - waitstart)) * 1000 as wait from pg_locks where not granted`
    longest = Math.max(longest, Number(row?.wait ?? 0))
    await wait(LOOK)
  }
  return longest
}

async function countRows(sql: Sql): Promise<number> {
  const counts = await Promise.all(
    ROWS.map((table) => sql<{ n: number }[]>`select count(*)::int as n from ${sql(table)}`),
  )
  return counts.reduce((sum, [row]) => sum + (row?.n ?? 0), 0)
}

const logins = Number(process.argv[2] ?? 30_000)
const server = await startOwnPostgres(`shared_buffers = '512MB'\nmax_wal_size = '4GB'\n`)
await migrate(server.url)
const sql = postgres(server.url, { max: 2, onnotice: () => {} })
for (const statement of backlog(logins)) await sql.unsafe(statement)
await sql.unsafe('vacuum analyze')
const [cleaning, refreshing] = [openDatabase(server.url, { connections: 1 }), openDatabase(server.url)]
const [pid] = await cleaning.$client.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid')
const backend = pid?.pid ?? 0
const before = await countRows(sql)
const stopping = new AbortController()
const others = Promise.all([refresh(refreshing, logins, stopping.signal), watchLocks(sql, stopping.signal)])
const [began, used] = [performance.now(), cpuOf(backend)]
const kinds = await retention(cleaning)(new Date(), { share: SHARE })
const [took, cpu] = [performance.now() - began, cpuOf(backend) - used]
stopping.abort()
const [refreshes, longest] = await others
const gone = before - (await countRows(sql)) + refreshes.length
for (const { what, count } of kinds) if (count > 0) console.log(`${count} ${what}`)
console.log(
  [
    `${logins} expired logins, ${gone} rows, in ${(took / 1000).toFixed(1)} s: ${Math.round((logins * 1000) / took)} logins a second`,
    `PostgreSQL for clean-up: ${(cpu / logins).toFixed(3)} ms of CPU for each, ${Math.round((100 * cpu) / took)} % of a core; at 1,000 a second ${Math.round((100 * cpu) / logins)} %`,
    `${refreshes.length} refreshes meanwhile: median ${quantile(refreshes, 0.5).toFixed(1)} ms, p99 ${quantile(refreshes, 0.99).toFixed(1)} ms; longest wait for a lock that was seen: ${longest.toFixed(0)} ms`,
  ].join('\n'),
)
await Promise.all([closeDatabase(cleaning), closeDatabase(refreshing), sql.end()])
await server.close()
process.exit(0)
