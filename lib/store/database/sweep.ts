import { getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** How many expired rows a write takes away: more than it adds, so that the table stays small. */
const SWEEP = 5

/**
 * The clauses of a `with` that take a few expired rows of a table away, beside what else the statement writes. Rows that
 * others hold are left to them. The order and the array have them found by their indexes, whatever the planner knows of
 * the table.
 *
 * @param key the primary key
 * @param expiry the column with the time after which a row is of no use, which has an index
 * @param now that time, or later
 * @param except the key of a row that the statement itself writes: none may be touched twice
 */
export function sweep(key: PgColumn, expiry: PgColumn, now: Date | SQL, except?: string): SQL {
  const table = sql.identifier(getTableName(key.table))
  const past = now instanceof Date ? sql`${sql.param(now, expiry)}` : now
  const isOther = except === undefined ? sql`true` : sql`${key} <> ${except}`
  return sql`expired as (
      select ${key} from ${table} where ${expiry} <= ${past} and ${isOther}
      order by ${expiry} limit ${SWEEP}::int for update skip locked
    ), swept as (
      delete from ${table} where ${key} = any(array(select ${sql.identifier(key.name)} from expired))
    )`
}
