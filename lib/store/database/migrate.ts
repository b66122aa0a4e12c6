import path from 'node:path'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import type { TransactionSql } from 'postgres'
import { isCollision } from './driver-error'
import { guarded } from './guarded'
import { singleConnection } from './single-connection'

/** A lock number that no other code uses: "vestibul" in ASCII. */
const LOCK = '8531352012944733548'

/** Milliseconds, waiting for other instances included. */
const MIGRATION_DEADLINE = 5 * 60_000

/** How often migrations that collide with what older instances do are begun anew. */
const TRIES = 10

/** A newer version of Vestibule has migrated the database. */
export class NewerDatabase extends Error {
  constructor() {
    super(
      'The database was migrated by a newer version of Vestibule: start that version, or restore a backup from before.',
    )
    this.name = 'NewerDatabase'
  }
}

/** @param folder by default `drizzle/migrations` under the working directory */
export const readMigrations = (
  folder = path.join(process.cwd(), 'drizzle', 'migrations'),
): readonly MigrationMeta[] => readMigrationFiles({ migrationsFolder: folder })

/**
 * Brings the database's schema up to date, while instances of the previous version may serve (decision 0107). Those that
 * start at once wait for one another: the migrator alone lets two of them create the same table.
 *
 * @param url `postgres://…`
 * @param folder where the migrations are
 * @throws NewerDatabase before anything is changed
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function migrate(url: string, folder?: string): Promise<void> {
  const migrations = readMigrations(folder)
  const client = singleConnection(url)
  const attempt = async (left: number): Promise<unknown> =>
    client
      .begin((sql) => applyMigrations(sql, migrations))
      .catch((error: unknown) => {
        if (left === 0 || !isCollision(error)) throw error
        return attempt(left - 1)
      })
  const { run } = guarded({ run: () => attempt(TRIES) }, { deadline: MIGRATION_DEADLINE })
  try {
    await run()
  } finally {
    await client.end({ timeout: 5 })
  }
}

/**
 * Applies those that were not applied yet, in the table of Drizzle's migrator, which has no way to run in a given
 * transaction.
 *
 * @throws NewerDatabase
 */
export async function applyMigrations(
  sql: TransactionSql,
  migrations: readonly MigrationMeta[],
): Promise<void> {
  // Waiting is the point. Both end with the transaction, also on a connection that a pooler keeps.
  await sql`select set_config('statement_timeout', '0', true)`
  await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`
  const last = await lastMigration(sql)
  if (!last) {
    await sql`create schema if not exists drizzle`
    await sql`
      create table if not exists drizzle.__drizzle_migrations
        (id serial primary key, hash text not null, created_at bigint)`
  }
  // What a newer version has contracted, this one would still use.
  if (last && migrations.every(({ folderMillis }) => folderMillis < last.at)) throw new NewerDatabase()
  for (const { sql: statements, hash, folderMillis } of migrations) {
    if (last && last.at >= folderMillis) continue
    // In one message: each of hundreds would take a round trip, and be one more to collide.
    await sql.unsafe(statements.join(';\n'))
    await sql`
      insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${String(folderMillis)}::bigint)`
  }
}

/** The migration that the database's schema is at. */
export async function lastMigration(
  sql: TransactionSql,
): Promise<{ readonly at: number; readonly hash: string } | undefined> {
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`
  if (!table?.name) return undefined
  const [last] = await sql`
    select created_at::text as at, hash from drizzle.__drizzle_migrations order by created_at desc limit 1`
  return last && { at: Number(last.at), hash: String(last.hash) }
}
