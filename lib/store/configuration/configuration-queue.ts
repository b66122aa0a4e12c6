import { performance } from 'node:perf_hooks'
import { sql } from 'drizzle-orm'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { processOnce } from '@/lib/process-once'
import type { Database, Transaction } from '@/lib/store/database/database'
import { type Asking, mayStillMake } from '../credentials/makers'

/** A lock number that no other code uses: "configur" in ASCII. */
const LOCK = '7165066918303855986'

/** Milliseconds for a change of what is configured, waiting for other changes included. */
export const DEADLINE = 60_000

/** Milliseconds of these in which a change has to have its turn: its caller still waits when it is done. */
const PATIENCE = 30_000

/** Changes that wait for their turn in this process, and those of one organization: more are refused at once. */
const WAITING = 100
const WAITING_OF_ONE = 48

/** Who can reach the database. */
export const TRUSTED: Asking = { organizationId: null, maker: undefined }

type Turns = { last: Promise<unknown>; waiting: number; readonly waitingOf: Map<string | null, number> }

const turnsOf = (db: Database): Turns => {
  const all = processOnce('configuration turns', () => new WeakMap<Database, Turns>())
  const turns = all.get(db) ?? { last: Promise.resolve(), waiting: 0, waitingOf: new Map() }
  all.set(db, turns)
  return turns
}

/**
 * Takes a place among those that wait, unless too many do.
 *
 * @param organizationId null: who runs the installation, who may take all places
 * @returns gives it back
 * @throws StoreUnavailable
 */
function waitIn(turns: Turns, organizationId: string | null): () => void {
  const ofOne = turns.waitingOf.get(organizationId) ?? 0
  if (turns.waiting >= WAITING || (organizationId !== null && ofOne >= WAITING_OF_ONE))
    throw unavailable('too many changes of the configuration wait')
  turns.waiting++
  turns.waitingOf.set(organizationId, ofOne + 1)
  return () => {
    turns.waiting--
    const left = (turns.waitingOf.get(organizationId) ?? 1) - 1
    if (left > 0) turns.waitingOf.set(organizationId, left)
    else turns.waitingOf.delete(organizationId)
  }
}

/**
 * Changes what is configured, one change after another in the whole installation. Those of one process wait in its
 * memory, since each that waits in the database would hold a connection. Decision 0069.
 *
 * @param work in one transaction, when it has its turn and who asked may still ask
 * @throws StoreUnavailable when too many wait, or the turn does not come
 * @throws what the maker has it throw: their right ended meanwhile, or the organization did
 */
export async function inTurn<Result>(
  db: Database,
  { organizationId, maker }: Asking,
  work: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  const turns = turnsOf(db)
  const waited = waitIn(turns, organizationId)
  const began = performance.now()
  const turn = turns.last.then(() => {
    waited()
    if (performance.now() - began > PATIENCE) throw unavailable('the turn came too late')
    return db.transaction(async (tx) => {
      await enterQueue(tx)
      if (!(await mayStillMake(tx, organizationId, maker))) throw new Error('who asked may not change this')
      return work(tx)
    })
  })
  turns.last = turn.catch(() => {})
  return turn
}

const unavailable = (why: string) => new StoreUnavailable('postgres', { cause: new Error(why) })

/** Waits for changes of other instances. The lock ends with the transaction. */
async function enterQueue(tx: Transaction): Promise<void> {
  // The queue is one statement, and may take longer than others.
  await Promise.all([
    tx.execute(sql`select set_config('statement_timeout', ${String(DEADLINE)}, true)`),
    tx.execute(sql`select pg_advisory_xact_lock(${LOCK}::bigint)`),
  ])
}
