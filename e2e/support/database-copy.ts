import { sql } from 'drizzle-orm'
import { closeDatabase, openDatabase } from '@/lib/store/database/database'

/** Everything in a database as text, as an attacker with a copy reads it. */
export async function copyDatabase(url: string): Promise<string> {
  const db = openDatabase(url)
  try {
    const tables = await db.execute<{ schema: string; name: string }>(sql`
      select table_schema as schema, table_name as name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`)
    const texts: string[] = []
    for (const { schema, name } of tables) {
      const table = sql`${sql.identifier(schema)}.${sql.identifier(name)}`
      const rows = await db.execute<{ text: string }>(
        sql`select row_to_json(copied)::text as text from ${table} as copied`,
      )
      texts.push(`${name}\n`, ...rows.map(({ text }) => `${text}\n`))
    }
    return texts.join('')
  } finally {
    await closeDatabase(db)
  }
}
