import path from 'node:path'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import postgres from 'postgres'
import { guarded } from './guarded'

/** A lock number that no other code uses: "vestibul" in ASCII. */
const LOCK = '8531352012944733548'

/** Milliseconds, waiting for other instances included. */
const MIGRATION_DEADLINE = 5 * 60_000

/**
 * Brings the database's schema up to date. Instances that start at once wait for one another: the migrator alone
 * lets two of them create the same table.
 *
 * @param url `postgres://…`
 * @param folder where the migrations are; by default `drizzle/migrations` under the working directory
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function migrate(
  url: string,
  folder = path.join(process.cwd(), 'drizzle', 'migrations'),
): Promise<void> {
  // One connection, because the lock belongs to it, and no statement timeout, because waiting is the point.
  const client = postgres(url, { max: 1, connect_timeout: 5, onnotice: () => {} })
  const { run } = guarded(
    {
      async run() {
        await client`select pg_advisory_lock(${LOCK}::bigint)`
        await applyMigrations(drizzle(client), { migrationsFolder: folder })
      },
    },
    { deadline: MIGRATION_DEADLINE },
  )
  try {
    await run()
  } finally {
    // The lock goes with the connection.
    await client.end({ timeout: 5 })
  }
}
