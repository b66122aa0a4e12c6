import { sql } from 'drizzle-orm'
import type { Transaction } from '@/lib/store/database/database'

/** A lock number that no other code uses: "configur" in ASCII. */
const LOCK = '7165066918303855986'

/** Milliseconds for a change of what is configured, waiting for other changes included. */
export const DEADLINE = 60_000

/** Waits for other changes of the configuration. The lock ends with the transaction. */
export async function enterQueue(tx: Transaction): Promise<void> {
  // The queue is one statement, and may take longer than others.
  await Promise.all([
    tx.execute(sql`select set_config('statement_timeout', ${String(DEADLINE)}, true)`),
    tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`),
  ])
}
