import type { TransactionSql } from 'postgres'
import { lastMigration } from '../database/migrate'
import { singleConnection } from '../database/single-connection'
import { type ArchivedTable, END_OF_ROWS, headerLine, tableLine, writeArchive } from './archive'

/** What may be lost: whoever is logging in begins anew. */
const LEFT_OUT = ['challenges']

/**
 * Writes all rows of a database into one file, as they were at one moment, while others write on.
 * Decision 0096.
 *
 * @param url of a role that may read every table and which migrations were applied
 * @returns how many tables
 * @throws Error when the file exists, or the database was never migrated
 */
export async function backUp(url: string, file: string): Promise<number> {
  const client = singleConnection(url)
  try {
    return await client.begin('isolation level repeatable read read only', async (sql) => {
      await sql`select set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)`
      const schema = await lastMigration(sql)
      if (!schema) throw new Error('the database has no schema of Vestibule')
      const tables = await readTables(sql)
      await writeArchive(file, contentOf(sql, schema, tables))
      return tables.length
    })
  } finally {
    await client.end({ timeout: 5 })
  }
}

async function* contentOf(
  sql: TransactionSql,
  schema: { readonly at: number; readonly hash: string },
  tables: readonly ArchivedTable[],
): AsyncGenerator<string | Uint8Array, void> {
  yield headerLine({ format: 'vestibule-backup-1', schema })
  for (const table of tables) {
    yield tableLine(table)
    const rows = await sql.unsafe(`copy ${target(table)} to stdout`).readable()
    yield* rows
    // The driver leaves its connection paused when rows end before they are read.
    rows._read(0)
    yield `${END_OF_ROWS}\n`
  }
}

/** The table and its columns as COPY takes them. */
export const target = ({ table, columns }: ArchivedTable) =>
  `public.${quoted(table)} (${columns.map(quoted).join(', ')})`

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`

/** Tables, each after those that it refers to. */
export async function readTables(sql: TransactionSql): Promise<readonly ArchivedTable[]> {
  const found = await sql<{ table: string; columns: string[]; needs: string[] }[]>`
    select c.relname as table,
      (select json_agg(attname order by attnum) from pg_attribute
        where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
      (select coalesce(json_agg(r.relname), '[]') from pg_constraint k join pg_class r on r.oid = k.confrelid
        where k.contype = 'f' and k.conrelid = c.oid and r.oid <> c.oid) as needs
    from pg_class c
    where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname not in ${sql(LEFT_OUT)}
    order by c.relname`
  const ordered: ArchivedTable[] = []
  let waiting = [...found]
  while (waiting.length > 0) {
    const missing = new Set(waiting.map(({ table }) => table))
    const ready = waiting.filter(({ needs }) => !needs.some((name) => missing.has(name)))
    if (ready.length === 0) throw new Error(`tables refer to one another: ${[...missing].join(', ')}`)
    ordered.push(...ready.map(({ table, columns }) => ({ table, columns })))
    waiting = waiting.filter((table) => !ready.includes(table))
  }
  return ordered
}
