import { type SQL, sql } from 'drizzle-orm'

/**
 * The condition that a row is as it is remembered.
 *
 * @param version null for one that was just read
 */
export function isAsRemembered(table: 'servers' | 'clients', id: unknown, version: unknown): SQL {
  return sql`(${version}::int is null or exists (select from ${sql.identifier(table)} as remembered where remembered.id = ${id} and remembered.version = ${version}::int))`
}
