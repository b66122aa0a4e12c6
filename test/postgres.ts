import { randomBytes } from 'node:crypto'
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
  const [free] = await administer(
    cluster.url,
    `delete from ${FREE} where name = (select name from ${FREE} limit 1 for update skip locked) returning name`,
  )
  const name: string = free?.name ?? `test_${randomBytes(8).toString('hex')}`
  if (!free) await administer(cluster.url, `create database ${name} template ${cluster.template}`)
  const url = databaseUrl(cluster.pooler ?? cluster.url, name)
  return {
    url,
    runtimeUrl: databaseUrl(cluster.runtimeUrl, name),
    async close() {
      await removeRows(url)
      await administer(cluster.url, `insert into ${FREE} values ('${name}')`)
      await releaseCluster()
    },
    drop: () => dropDatabase(cluster, name),
  }
}

async function dropDatabase(cluster: Cluster, name: string): Promise<void> {
  await administer(cluster.url, `drop database if exists ${name} with (force)`)
  await releaseCluster()
}

/** Deletes every row, those that refer to others first: many times cheaper than a new database. */
async function removeRows(url: string): Promise<void> {
  await administer(
    url,
    `do $$ declare
       remaining regclass[] := array(select oid from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace);
       leaf regclass;
     begin
       while remaining <> '{}' loop
         select candidate into strict leaf from unnest(remaining) as candidate where not exists (
           select from pg_constraint
           where contype = 'f' and confrelid = candidate and conrelid <> candidate and conrelid = any(remaining)
         ) limit 1;
         execute format('delete from %s', leaf);
         remaining := array_remove(remaining, leaf);
       end loop;
     end $$`,
  )
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
