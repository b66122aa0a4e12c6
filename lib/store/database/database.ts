import { sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'
import { guarded } from './guarded'

/** A pool of connections. One per process. */
export type Database = PostgresJsDatabase & { readonly $client: Sql }

/** What the statements of a repository run on: the pool, or a transaction on it. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0]

/**
 * Opens a pool. Connects at the first statement, and again by itself whenever a connection is lost.
 *
 * @param url `postgres://…`
 */
export function openDatabase(url: string): Database {
  const client = postgres(url, {
    max: 10,
    connect_timeout: 5,
    // Constant: the driver's own back-off would keep callers waiting up to 20 s for a server that is back.
    backoff: () => 0.2,
    onnotice: () => {},
    connection: {
      application_name: 'vestibule',
      statement_timeout: 8_000,
      idle_in_transaction_session_timeout: 15_000,
    },
  })
  return drizzle(withPreparedStatements(client))
}

/** Closes the pool after the statements under way, at most `seconds` later. */
export async function closeDatabase(db: Database, seconds = 5): Promise<void> {
  await db.$client.end({ timeout: seconds })
}

/**
 * Resolves when the database answers.
 *
 * @throws StoreUnavailable when it does not
 */
export async function pingDatabase(db: Database): Promise<void> {
  await guarded({ ping: async () => void (await db.execute(sql`select 1`)) }).ping()
}

/**
 * Drizzle sends its statements through `unsafe`, which prepares nothing: each would be parsed and planned again, with
 * one more round trip for its types. Our statements are few and constant, so every connection keeps them prepared.
 */
function withPreparedStatements(client: Sql): Sql {
  const { unsafe } = client
  const prepared: Sql['unsafe'] = (query, parameters, options) =>
    unsafe(query, parameters, { ...options, prepare: true })
  return Object.assign(client, { unsafe: prepared })
}
