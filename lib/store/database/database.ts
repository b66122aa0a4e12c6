import { sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Notice, Sql } from 'postgres'
import { type DatabaseClock, databaseClock } from './clock'
import { guarded } from './guarded'
import { replaceablePool } from './pool'
import type { PoolWatcher } from './pool-gate'

/** How long a statement may take, in milliseconds. */
export const STATEMENT_TIMEOUT = 8_000

/** A pool of connections. One per process. */
export type Database = PostgresJsDatabase & { readonly $client: Sql; readonly clock: DatabaseClock }

/** What the statements of a repository run on: the pool, or a transaction on it. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

export type PoolOptions = {
  /** Connections at most. */
  readonly connections?: number
  /** Statements that wait for a connection at most, for each of them: more are refused at once. */
  readonly waiting?: number
  /** Of another pool on the same database. */
  readonly clock?: DatabaseClock
  readonly watcher?: PoolWatcher | undefined
  /** What the server remarks beside its answers. */
  readonly onNotice?: (notice: Notice) => void
}

/** Connections of a pool, unless something else is said. */
const CONNECTIONS = 10

/** So many that wait are served within a second or so; who comes later is better told to try again. */
const WAITING = 50

/**
 * Opens a pool. Connects at the first statement, and again by itself whenever a connection is lost.
 *
 * @param url `postgres://…`
 */
export function openDatabase(
  url: string,
  { connections = CONNECTIONS, waiting = WAITING, clock, watcher, onNotice = () => {} }: PoolOptions = {},
): Database {
  const options = {
    max: connections,
    connect_timeout: 5,
    // Constant: the driver's own back-off would keep callers waiting up to 20 s for a server that is back.
    backoff: () => 0.2,
    onnotice: onNotice,
    // It would ask for array types, which we have none of, and reject a promise that nobody holds when that fails.
    fetch_types: false,
    // A connection that ends without a fault would look like one that broke.
    max_lifetime: null,
    connection: { application_name: 'vestibule' },
  }
  const limits = { statement_timeout: STATEMENT_TIMEOUT, idle_in_transaction_session_timeout: 15_000 }
  const client = replaceablePool(url, connections * (1 + waiting), options, limits, watcher)
  const db = drizzle(client)
  const { ask } = guarded({
    async ask() {
      const [row] = await db.execute<{ time: string }>(
        sql`select extract(epoch from pg_catalog.clock_timestamp()) * 1000 as time`,
      )
      return Number(row?.time)
    },
  })
  return Object.assign(db, { clock: clock ?? databaseClock(ask) })
}

/** Closes the pool after the statements under way, at most `seconds` later. */
export async function closeDatabase(db: Database, seconds = 5): Promise<void> {
  await db.$client.end({ timeout: seconds })
}

/**
 * Whether statements outside transactions end by themselves; behind a pooler the role decides.
 *
 * @throws StoreUnavailable when the database cannot be reached
 */
export function hasStatementLimit(db: Database): Promise<boolean> {
  const { ask } = guarded({
    async ask() {
      const [row] = await db.execute<{ limit: string }>(
        sql`select current_setting('statement_timeout') as limit`,
      )
      return row?.limit !== '0'
    },
  })
  return ask()
}
