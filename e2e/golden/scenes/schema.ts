import postgres from 'postgres'
import type { Installation } from '../installation'
import type { Sheet } from '../sheet'

/** The database as migrations leave it: columns, constraints and indexes of every table. */
export async function recordSchema(sheet: Sheet, { databaseUrl }: Installation): Promise<void> {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} })
  try {
    const tables = await sql`select table_schema as schema, table_name as name from information_schema.tables
      where table_schema not in ('pg_catalog', 'information_schema') order by 1, 2`
    for (const { schema, name } of tables) {
      const columns =
        await sql`select column_name || ' ' || data_type || case is_nullable when 'NO' then ' not null' else '' end
        || coalesce(' default ' || column_default, '') as line
        from information_schema.columns where table_schema = ${schema} and table_name = ${name} order by column_name`
      const constraints =
        await sql`select conname || ' ' || pg_get_constraintdef(oid) as line from pg_constraint
        where conrelid = format('%I.%I', ${schema}::text, ${name}::text)::regclass and contype <> 'n' order by conname`
      const indexes = await sql`select indexdef as line from pg_indexes
        where schemaname = ${schema} and tablename = ${name} order by indexname`
      sheet.note(
        `${schema}.${name}`,
        [...columns, ...constraints, ...indexes].map(({ line }) => line).join('\n'),
      )
    }
  } finally {
    await sql.end()
  }
}
