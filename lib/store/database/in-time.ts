import { type SQL, sql } from 'drizzle-orm'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { Database, Transaction } from './database'
import { CALL_DEADLINE } from './guarded'

/**
 * The condition that a statement has reached the database while its caller still waits. Every statement that spends
 * something carries it: one that lay in a frozen or unreachable database does nothing when it is read at last, after
 * its caller was told to try again. The deadline is in the database's time, so the clocks of instances do not matter.
 */
export function inTime(db: Database): SQL<boolean> {
  // The schema is named because tests set the time of all other statements.
  return sql<boolean>`pg_catalog.clock_timestamp() < ${deadlineOf(db)}::timestamptz`
}

/** The deadline as text; there is none before the database's clock was measured. */
export const deadlineOf = ({ clock }: Database): string =>
  clock.measured ? new Date(clock.now().getTime() + CALL_DEADLINE).toISOString() : 'infinity'

/**
 * A transaction that does nothing when it comes to its end after its caller has given up.
 *
 * @throws StoreUnavailable
 */
export async function transactInTime<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const deadline = inTime(db)
  return db.transaction(async (tx) => {
    const result = await work(tx)
    const [row] = await tx.execute<{ in_time: boolean }>(sql`select ${deadline} as in_time`)
    if (!row?.in_time) throw new StoreUnavailable('postgres')
    return result
  })
}
