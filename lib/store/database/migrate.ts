import path from 'node:path'
import { sql } from 'drizzle-orm'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import type { Transaction } from './database'
import { guarded } from './guarded'

/** A lock number that no other code uses: "vestibul" in ASCII. */
const LOCK = '8531352012944733548'

/** Milliseconds, waiting for other instances included. */
const MIGRATION_DEADLINE = 5 * 60_000

/** A newer version of Vestibule has migrated the database. */
export class NewerDatabase extends Error {
  constructor() {
    super(
      'The database was migrated by a newer version of Vestibule: start that version, or restore a backup from before.',
    )
    this.name = 'NewerDatabase'
  }
}

/**
 * Brings the database's schema up to date. Instances that start at once wait for one another: the migrator alone
 * lets two of them create the same table.
 *
 * @param url `postgres://…`
 * @param folder where the migrations are; by default `drizzle/migrations` under the working directory
 * @throws NewerDatabase before anything is changed
 * @throws StoreUnavailable when the database cannot be reached
 */
export async function migrate(
  url: string,
  folder = path.join(process.cwd(), 'drizzle', 'migrations'),
): Promise<void> {
  const migrations = readMigrationFiles({ migrationsFolder: folder })
  const client = postgres(url, { max: 1, connect_timeout: 5, prepare: false, onnotice: () => {} })
  const { run } = guarded(
    {
      run: () =>
        drizzle(client).transaction(async (tx) => {
          // Waiting is the point. Both end with the transaction, also on a connection that a pooler keeps.
          await tx.execute(sql`select set_config('statement_timeout', '0', true)`)
          await tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`)
          await applyMigrations(tx, migrations)
        }),
    },
    { deadline: MIGRATION_DEADLINE },
  )
  try {
    await run()
  } finally {
    await client.end({ timeout: 5 })
  }
}

/** Those that were not applied yet, in the table of Drizzle's migrator, which has no way to run in a given transaction. */
async function applyMigrations(tx: Transaction, migrations: readonly MigrationMeta[]): Promise<void> {
  const [table] = await tx.execute(sql`select to_regclass('drizzle.__drizzle_migrations')::text as name`)
  if (!table?.name) {
    await tx.execute(sql`create schema if not exists drizzle`)
    await tx.execute(
      sql`create table drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`,
    )
  }
  const [last] = await tx.execute(
    sql`select created_at::text as at from drizzle.__drizzle_migrations order by created_at desc limit 1`,
  )
  // What a newer version has contracted, this one would still use.
  if (last && migrations.every(({ folderMillis }) => folderMillis < Number(last.at)))
    throw new NewerDatabase()
  for (const { sql: statements, hash, folderMillis } of migrations) {
    if (last && Number(last.at) >= folderMillis) continue
    for (const statement of statements) await tx.execute(sql.raw(statement))
    await tx.execute(
      sql`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis}::bigint)`,
    )
  }
}
