import { readFileSync } from 'node:fs'
import { appendFile, chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import { migrate } from '@/lib/store/database/migrate'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { collidingPostgres } from './colliding-postgres'
import { startPgBouncer } from './pgbouncer'

/** A PostgreSQL server for tests, with a migrated database that others are copied from. */
export type Cluster = {
  readonly url: string
  /** Name of the migrated database. Nothing may stay connected to it, or it cannot be copied. */
  readonly template: string
  /** Deletes every row of the migrated database. */
  readonly clearing: string
  /** The same server for the role that serves, which can change rows alone. */
  readonly runtimeUrl: string
  /** What tests connect to instead: PgBouncer with `TEST_POOLER=1`, or what refuses a share of `TEST_COLLISIONS`. */
  readonly pooler?: string
  close(): Promise<void>
}

const TEMPLATE = 'vestibule_template'
/** The table of databases that tests have given back, in the server's own database. */
export const FREE = 'free_test_databases'

/** What a crash would lose does not matter to tests; many of them run at a time. */
const SETTINGS = `
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
max_connections = 400
`

/** Starts a server in a temporary directory, or takes the one that `TEST_POSTGRES_URL` names, and makes the template. */
export async function startCluster(): Promise<Cluster> {
  const given = process.env.TEST_POSTGRES_URL
  const server = given ? { url: given, superuser: given, close: async () => {} } : await startServer()
  const template = given ? `${TEMPLATE}_${process.pid}` : TEMPLATE
  await administer(server.url, `create database ${template}`)
  await administer(server.url, `create unlogged table if not exists ${FREE} (name text primary key)`)
  const roles = await makeRoles(databaseUrl(server.superuser, template), new URL(server.url).username)
  await migrate(roles.owner)
  const clearing = await deletionOfRows(databaseUrl(server.url, template))
  const pooler = await startPooler(server.url)
  return {
    url: server.url,
    template,
    clearing,
    runtimeUrl: pooler?.url ?? roles.runtime,
    ...(pooler && { pooler: pooler.url }),
    async close() {
      await pooler?.close()
      if (given) await administer(server.url, `drop database ${template}`)
      await server.close()
    },
  }
}

function startPooler(url: string): ReturnType<typeof startPgBouncer> | undefined {
  const { TEST_POOLER, TEST_COLLISIONS } = process.env
  if (TEST_POOLER) return startPgBouncer(url)
  return TEST_COLLISIONS ? collidingPostgres(url, () => Math.random() < Number(TEST_COLLISIONS)) : undefined
}

/** The roles that operators make, in a database. Tests themselves may do what its owner may. */
async function makeRoles(
  superuser: string,
  role: string,
): Promise<{ readonly owner: string; readonly runtime: string }> {
  await administer(superuser, readFileSync('deploy/postgres/roles.sql', 'utf8'))
  const as = async (name: string) => {
    const url = new URL(superuser)
    url.username = name
    url.password = 'password'
    await administer(superuser, `alter role ${name} password 'password'`)
    return url.href
  }
  const [owner, runtime] = [await as('vestibule_owner'), await as('vestibule_runtime')]
  await administer(superuser, `grant vestibule_owner to ${role}`)
  return { owner, runtime }
}

type Server = { readonly url: string; readonly superuser: string; close(): Promise<void> }

async function startServer(): Promise<Server> {
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-postgres-'))
  // An unprivileged user may pass through: under root the cluster would otherwise live, and stay, outside.
  await chmod(directory, 0o711)
  const untuned = await openEmbeddedPostgres(directory)
  await untuned.close()
  await appendFile(path.join(directory, 'postgres', 'cluster', 'postgresql.conf'), SETTINGS)
  const { url, close } = await openEmbeddedPostgres(directory)
  return {
    url,
    superuser: await admit(url, path.join(directory, 'postgres')),
    async close() {
      await close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Deletes rows of all tables, those that refer to others first: many times cheaper than a new database. */
async function deletionOfRows(url: string): Promise<string> {
  const tables = await administer(
    url,
    `select oid, oid::regclass::text as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  )
  const references = await administer(
    url,
    `select conrelid as of, confrelid as to from pg_constraint where contype = 'f' and confrelid <> conrelid`,
  )
  const ordered: string[] = []
  for (let left = tables; left.length > 0; ) {
    const isReferredTo = (oid: unknown) =>
      references.some(({ of, to }) => to === oid && left.some((other) => other.oid === of))
    const leaves = left.filter(({ oid }) => !isReferredTo(oid))
    if (leaves.length === 0) throw new Error('the tables refer to one another in a circle')
    ordered.push(...leaves.map(({ name }) => `delete from ${name}`))
    left = left.filter((table) => !leaves.includes(table))
  }
  return ordered.join(';')
}

/** Lets every role in, and without SCRAM, which costs both sides milliseconds for each of thousands of connections. */
async function admit(url: string, home: string): Promise<string> {
  const rules = path.join(home, 'pg_hba.conf')
  await writeFile(rules, `host all all 127.0.0.1/32 trust\n${readFileSync(rules, 'utf8')}`)
  const [postmaster] = readFileSync(path.join(home, 'cluster', 'postmaster.pid'), 'utf8').split('\n')
  process.kill(Number(postmaster), 'SIGHUP')
  const superuser = new URL(url)
  superuser.username = 'postgres'
  while (!(await administer(superuser.href, 'select').catch(() => false))) await sleep(10)
  return superuser.href
}

export function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/** Runs statements, past a pooler. */
export async function administer(url: string, statement: string): Promise<readonly Record<string, string>[]> {
  const client = postgres(directUrl(url), { max: 1, onnotice: () => {} })
  try {
    return await client.unsafe(statement)
  } finally {
    await client.end()
  }
}

function directUrl(url: string): string {
  const { pooler, url: server }: Partial<Cluster> = JSON.parse(process.env.TEST_CLUSTER ?? '{}')
  const isPooled = pooler && server && new URL(url).host === new URL(pooler).host
  return isPooled ? databaseUrl(server, new URL(url).pathname.slice(1)) : url
}
