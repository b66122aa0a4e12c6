import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { administer, type Cluster, databaseUrl, FREE, startCluster } from './cluster'

/** A database of its own. */
export type TestDatabase = {
  readonly url: string
  /** Gives it back. Nothing may be connected any more. */
  close(): Promise<void>
  /** Takes it away from those who are connected, as an outage does. */
  drop(): Promise<void>
}

export type MigratedDatabase = TestDatabase & {
  /** For the role that serves, which can change rows alone. */
  readonly runtimeUrl: string
}

/** Creates an empty database on a real PostgreSQL. */
export async function startPostgres(): Promise<TestDatabase> {
  const cluster = await acquireCluster()
  const name = `test_${randomBytes(8).toString('hex')}`
  await administer(cluster.url, `create database ${name}`)
  const drop = () => dropDatabase(cluster, name)
  return { url: databaseUrl(cluster.pooler ?? cluster.url, name), close: drop, drop }
}

/** A database with our schema and no rows: one that another test gave back, or a copy of the migrated template. */
export async function startMigratedPostgres(): Promise<MigratedDatabase> {
  const cluster = await acquireCluster()
  const server = connectionTo(cluster)
  const [free] = await server.unsafe(
    `delete from ${FREE} where name = (select name from ${FREE} limit 1 for update skip locked) returning name`,
  )
  const name: string = free?.name ?? `test_${randomBytes(8).toString('hex')}`
  if (!free) await server.unsafe(`create database ${name} template ${cluster.template}`)
  const url = databaseUrl(cluster.pooler ?? cluster.url, name)
  return {
    url,
    runtimeUrl: databaseUrl(cluster.runtimeUrl, name),
    async close() {
      await administer(url, cluster.clearing)
      await server.unsafe(`insert into ${FREE} values ('${name}')`)
      await releaseCluster()
    },
    drop: () => dropDatabase(cluster, name),
  }
}

/** Kept from one test to the next, by each process: tests come and go quickly. */
let connection: { readonly to: string; readonly client: postgres.Sql } | undefined

function connectionTo({ url }: Cluster): postgres.Sql {
  if (connection?.to !== url)
    connection = { to: url, client: postgres(url, { max: 1, idle_timeout: 1, onnotice: () => {} }) }
  return connection.client
}

async function dropDatabase(cluster: Cluster, name: string): Promise<void> {
  await administer(cluster.url, `drop database if exists ${name} with (force)`)
  await releaseCluster()
}

/** The cluster of the whole run, which `shareCluster` started; otherwise one per process, while it is in use. */
let users = 0
let own: Promise<Cluster> | undefined

async function acquireCluster(): Promise<Cluster> {
  const { TEST_CLUSTER: shared } = process.env
  if (shared) return { ...JSON.parse(shared), close: async () => {} }
  users++
  own ??= startCluster()
  return own
}

async function releaseCluster(): Promise<void> {
  if (!own || --users > 0) return
  const closing = own
  own = undefined
  await (await closing).close()
}

/**
 * Starts one cluster for every process of a test run: those that are started afterwards find it in their environment.
 * A `globalSetup` of Vitest and Playwright.
 *
 * @returns what ends it
 */
export async function shareCluster(): Promise<() => Promise<void>> {
  // Each of Vitest's projects asks for it.
  if (process.env.TEST_CLUSTER) return async () => {}
  const { close, ...cluster } = await startCluster()
  process.env.TEST_CLUSTER = JSON.stringify(cluster)
  return close
}
