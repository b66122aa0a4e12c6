import { setTimeout as wait } from 'node:timers/promises'
import type { SQL } from 'drizzle-orm'
import { describeError, type Log } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { finishedDaysStore } from '@/lib/store/read/statistics'
import { RETENTION_RULES, type RetentionRule } from './rules'
import { UPSTREAM_CHORE, upstreamRound } from './upstream-tokens'

/** Rows that one statement changes at most: a few milliseconds' work. */
const BATCH = 1_000

/** Statements in a row for one kind of thing, before the others have their turn and the process its rest. */
const BATCHES = 20

/** Organizations whose finished days are counted at once. */
const ORGANIZATIONS = 100

/** Milliseconds from one time to the next, and by how much it differs, so that instances do not meet. */
const INTERVAL = 10 * 60_000
const JITTER = 0.5

/** How many rows went of each kind, in the order of the rules. */
export type RetentionCounts = readonly { readonly what: string; readonly count: number }[]

export type RetentionOptions = {
  /** Statements for one kind of thing at most. */
  readonly batches?: number
  /** Ends it after the statement under way. */
  readonly signal?: AbortSignal
}

/** One statement's work, and whether there is more of the same. */
type Step = () => Promise<{ readonly count: number; readonly more: boolean }>

/**
 * Cleans up in batches, one statement at a time, so that requests find the other connections free.
 *
 * @returns does it once, as of `now`; throws StoreUnavailable
 */
export function retention(db: Database, batch = BATCH) {
  const visit = upstreamRound(db)
  const { change, visitUpstream } = guarded({
    change: async (statement: SQL) => (await db.execute(statement)).count,
    visitUpstream: (now: Date) => visit(now, batch),
  })
  const stepOf = ({ statement }: RetentionRule, now: Date): Step => {
    return async () => {
      const count = await change(statement(now, batch))
      return { count, more: count === batch }
    }
  }

  return async (
    now: Date,
    { batches = BATCHES, signal }: RetentionOptions = {},
  ): Promise<RetentionCounts> => {
    let ends = 0
    const round: Step = async () => {
      const { deleted: count, end } = await visitUpstream(now)
      if (end) ends += 1
      // It begins anywhere, so only at its second end it has seen everything.
      return { count, more: ends < 2 }
    }
    const count: Step = async () => {
      const behind = await finishedDaysStore(db).keep(now, ORGANIZATIONS)
      return { count: behind, more: behind === ORGANIZATIONS }
    }
    const kinds = [
      ...RETENTION_RULES.map((rule) => ({ what: rule.what, step: stepOf(rule, now) })),
      { what: UPSTREAM_CHORE, step: round },
      { what: 'organizations whose finished days were counted', step: count },
    ]
    const cleaned: { readonly what: string; readonly count: number }[] = []
    for (const { what, step } of kinds) cleaned.push({ what, count: await repeat(step, batches, signal) })
    return cleaned
  }
}

async function repeat(step: Step, batches: number, signal: AbortSignal | undefined): Promise<number> {
  let total = 0
  for (let done = 0, more = true; more && done < batches && !signal?.aborted; done++) {
    const result = await step()
    total += result.count
    more = result.more
  }
  return total
}

/**
 * Cleans up every ten minutes or so for as long as the process lives. A failure is logged, and the next time tries
 * again.
 *
 * @param clock the database's: by one that is fast, what lives would be cleaned up
 * @param interval milliseconds
 * @returns stops it, after the statement under way
 */
export function startCleanUp(
  clean: (now: Date, options: RetentionOptions) => Promise<unknown>,
  clock: () => Date,
  log: Log,
  interval = INTERVAL,
): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const pause = () => interval * (1 - JITTER / 2 + JITTER * Math.random())
  const running = (async () => {
    while (!signal.aborted) {
      await wait(pause(), undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) return
      await clean(clock(), { signal }).catch((error: unknown) => {
        if (error instanceof StoreUnavailable) log.warn('clean-up put off', { store: error.store })
        else log.error('clean-up failed', describeError(error))
      })
    }
  })()
  return async () => {
    stopping.abort()
    await running
  }
}
