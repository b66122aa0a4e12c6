import postgres from 'postgres'

/** Everything in a database as text, as an attacker with a copy reads it. */
export async function copyDatabase(url: string): Promise<string> {
  const sql = postgres(url, { max: 1 })
  try {
    const tables = await sql`
      select table_schema, table_name from information_schema.tables
      where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`
    const texts: string[] = []
    for (const { table_schema, table_name } of tables) {
      const rows = await sql`
        select row_to_json(copied)::text as text from ${sql(`${table_schema}.${table_name}`)} as copied`
      texts.push(`${table_name}\n`, ...rows.map(({ text }) => `${text}\n`))
    }
    return texts.join('')
  } finally {
    await sql.end()
  }
}
