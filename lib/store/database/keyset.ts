import { type AnyColumn, type SQL, sql } from 'drizzle-orm'

/** Where a page of a list ends, which is sorted by time and id, the newest first. */
export type Cursor = {
  /** As Postgres writes it: to the microsecond, which a date of JavaScript does not hold. */
  readonly at: string
  readonly id: string
}

/** One page, and the position to go on from; null after the last one. */
export type Page<Row> = { readonly rows: readonly Row[]; readonly next: Cursor | null }

/** A column as {@link Cursor} has it. */
export const positionOf = (column: AnyColumn): SQL<string> => sql<string>`${column}::text`

/**
 * One row more than a page holds, written into the statement: of a parameter the planner would expect a tenth of the
 * table, and read all of it.
 */
export const oneMoreThan = (limit: number): SQL => sql.raw(String(Math.trunc(limit) + 1))

/** Rows after the position. */
export function isAfter(
  at: SQL | AnyColumn,
  id: SQL | AnyColumn,
  position: Cursor | undefined,
): SQL | undefined {
  return position && sql`(${at}, ${id}) < (${position.at}::timestamptz, ${position.id})`
}

/** @param rows one more than the page holds, where there are so many */
export function pageOf<Row extends { readonly position: string; readonly id: string }>(
  rows: readonly Row[],
  limit: number,
): Page<Row> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown, next: rows.length > limit && last ? { at: last.position, id: last.id } : null }
}

/**
 * Texts that begin like this, by an index with `text_pattern_ops`: these operators compare bytes, and serve with
 * parameters, too, where `like` would not.
 */
export function beginsWith(lowered: SQL, prefix: string): SQL {
  const low = prefix.toLowerCase()
  return sql`(${lowered} ~>=~ ${low} and ${lowered} ~<~ ${`${low}\u{10ffff}`})`
}
