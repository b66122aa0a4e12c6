import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import postgres from 'postgres'
import { migrate } from '@/lib/store/database/migrate'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { startPgBouncer } from './pgbouncer'

/** A PostgreSQL server for tests, with a migrated database that others are copied from. */
export type Cluster = {
  readonly url: string
  /** Name of the migrated database. Nothing may stay connected to it, or it cannot be copied. */
  readonly template: string
  /** PgBouncer in front of it, with `TEST_POOLER=1`: what tests connect to. */
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
  const server = given ? { url: given, close: async () => {} } : await startServer()
  const template = given ? `${TEMPLATE}_${process.pid}` : TEMPLATE
  await administer(server.url, `create database ${template}`)
  await administer(server.url, `create unlogged table if not exists ${FREE} (name text primary key)`)
  await migrate(databaseUrl(server.url, template))
  const pooler = process.env.TEST_POOLER ? await startPgBouncer(server.url) : undefined
  return {
    url: server.url,
    template,
    ...(pooler && { pooler: pooler.url }),
    async close() {
      await pooler?.close()
      if (given) await administer(server.url, `drop database ${template}`)
      await server.close()
    },
  }
}

async function startServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-postgres-'))
  // An unprivileged user may pass through: under root the cluster would otherwise live, and stay, outside.
  await chmod(directory, 0o711)
  const untuned = await openEmbeddedPostgres(directory)
  await untuned.close()
  await appendFile(path.join(directory, 'postgres', 'cluster', 'postgresql.conf'), SETTINGS)
  const { url, close } = await openEmbeddedPostgres(directory)
  return {
    url,
    async close() {
      await close()
      await rm(directory, { recursive: true, force: true })
    },
  }
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
