import { type SQL, sql } from 'drizzle-orm'
import type { Database } from './database'
import { CALL_DEADLINE } from './guarded'

/**
 * The condition that a statement has reached the database while its caller still waits. Every statement that spends
 * something carries it: one that lay in a frozen or unreachable database does nothing when it is read at last, after
 * its caller was told to try again. The deadline is in the database's time, so the clocks of instances do not matter.
 */
export function inTime({ clock }: Database): SQL<boolean> {
  if (!clock.measured) return sql<boolean>`true`
  const deadline = new Date(clock.now().getTime() + CALL_DEADLINE)
  // The schema is named because tests set the time of all other statements.
  return sql<boolean>`pg_catalog.clock_timestamp() < ${deadline.toISOString()}::timestamptz`
}
