/**
 * How long the console's queries take in a large installation, and how Postgres plans them. Needs a server where a
 * database can be made: `DATABASE_URL`, or the embedded one in `DATA_DIR` or a temporary directory. See README.md.
 */
import { performance } from 'node:perf_hooks'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import type { Database } from '@/lib/store/database/database'
import { clientAndUserStore } from '@/lib/store/read/clients-and-users'
import { managedGrantStore } from '@/lib/store/read/grants'
import { managedLoginStore } from '@/lib/store/read/logins'
import { statisticsStore } from '@/lib/store/read/statistics'
import { openFilledDatabase, quantile } from './filled-database'

/** Each runs so often: a prepared statement gets its lasting plan after five. */
const RUNS = 30
/** And is explained so often. */
const EXPLAINED = 5

type Query = readonly [name: string, run: (db: Database) => Promise<unknown>]

/** What the pages of one organization ask. */
function queriesOf(number: number): readonly Query[] {
  const [organization, servers] = [`o${number}`, [`s${number}`]]
  const now = new Date()
  const page = { now, limit: 50 }
  const deep = {
    ...page,
    after: { at: new Date(now.getTime() - 15 * 24 * 3600 * 1000).toISOString(), id: 'r' },
  }
  const logins =
    (filter: object, wish = page) =>
    (db: Database) =>
      managedLoginStore(db).list(organization, servers, filter, wish)
  return [
    ['logins', logins({})],
    ['logins, fifteen days back', logins({}, deep)],
    ['logins that failed', logins({ outcome: 'failed' })],
    ['logins under way', logins({ outcome: 'running' })],
    ['logins by reason', logins({ reason: 'expired' })],
    ['logins by a reason that never was', logins({ reason: 'code_replayed' })],
    ['logins by client name', logins({ client: 'Cur' })],
    ['logins by unknown client', logins({ client: 'nobody' })],
    ['logins by e-mail', logins({ user: `user7@o${number}` })],
    [
      'logins of one day',
      logins({
        from: new Date(now.getTime() - 20 * 24 * 3600 * 1000),
        until: new Date(now.getTime() - 19 * 24 * 3600 * 1000),
      }),
    ],
    ['login by reference', (db) => managedLoginStore(db).find(organization, '0000-000F')],
    ['grants', (db) => managedGrantStore(db).list(organization, { state: 'live' }, page)],
    ['grants, revoked', (db) => managedGrantStore(db).list(organization, { state: 'revoked' }, page)],
    [
      'grants of a server',
      (db) => managedGrantStore(db).list(organization, { state: 'live', serverId: `s${number}` }, page),
    ],
    [
      'grants of a client',
      (db) =>
        managedGrantStore(db).list(
          organization,
          { state: 'live', serverId: `s${number}`, clientRowId: `c${number}-1` },
          page,
        ),
    ],
    [
      'grants of a user',
      (db) => managedGrantStore(db).list(organization, { state: 'live', userId: `u${number}-7` }, page),
    ],
    ['clients', (db) => clientAndUserStore(db).listClients(servers, undefined, page)],
    ['clients by name', (db) => clientAndUserStore(db).listClients(servers, 'Cur', page)],
    ['users', (db) => clientAndUserStore(db).listUsers(organization, undefined, page)],
    ['users by e-mail', (db) => clientAndUserStore(db).listUsers(organization, 'user7@', page)],
    ['overview', (db) => statisticsStore(db).days({ organizationId: organization }, now, 60)],
  ]
}

const median = (times: readonly number[]) => quantile(times, 0.5)

/** Milliseconds that a caller waits. */
async function measure(db: Database, run: Query[1]): Promise<{ middle: number; most: number }> {
  const times: number[] = []
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now()
    await run(db)
    times.push(performance.now() - began)
  }
  return { middle: median(times), most: Math.max(...times) }
}

/** The plan of every statement that a query sends. */
async function explain(url: string, run: Query[1]): Promise<readonly string[]> {
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  const sent: { query: string; params: unknown[] }[] = []
  const logger = { logQuery: (query: string, params: unknown[]) => void sent.push({ query, params }) }
  await run(Object.assign(drizzle(sql, { logger }), { $client: sql }) as Database)
  const plans: string[] = []
  for (const { query, params } of sent) {
    const rows = await sql.unsafe(`explain (analyze, costs off, buffers off) ${query}`, params as never[])
    plans.push(rows.map((row) => String(row['QUERY PLAN'])).join('\n'))
  }
  await sql.end()
  return plans
}

/** Milliseconds that the server says it took, of all statements together. */
const executionTime = (plans: readonly string[]) =>
  plans.reduce((sum, plan) => sum + Number(/Execution Time: ([\d.]+)/.exec(plan)?.[1] ?? 0), 0)

async function main() {
  const { url, db, close } = await openFilledDatabase()
  const wantsPlans = process.argv.includes('--plans')
  for (const [kind, number] of [
    ['large', 1],
    ['usual', 500],
  ] as const)
    for (const [name, run] of queriesOf(number)) {
      const { middle, most } = await measure(db, run)
      const explained: (readonly string[])[] = []
      for (let i = 0; i < EXPLAINED; i++) explained.push(await explain(url, run))
      const server = median(explained.map(executionTime))
      const shown = [server, middle, most].map((time) => `${time.toFixed(1)} ms`)
      console.log([kind, name, ...shown].join('\t'))
      if (wantsPlans) for (const plan of explained.at(-1) ?? []) console.log(`${plan}\n`)
    }
  await close()
}

await main()
