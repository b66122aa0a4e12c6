import { performance } from 'node:perf_hooks'
import { setTimeout as wait } from 'node:timers/promises'
import type { SQL } from 'drizzle-orm'
import { describeError, type Log } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { nextPruned, pruneAuditLog, pruneSecurityEvents } from '@/lib/store/audit/pruning'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { finishedDaysStore } from '@/lib/store/read/statistics'
import { OWN_RULES, type OwnBatch, type OwnRule } from './by-organization'
import { type Batch, BEGINNING, batchStatement, type Position, RETENTION_RULES } from './rules'
import { UPSTREAM_CHORE, visitUpstreamTokens } from './upstream-tokens'

/** Rows that one statement looks at, to begin with and at most. */
const BATCH = { first: 100, most: 1_000 }

/** Milliseconds that a statement may take: rows that it deletes are locked for so long. Later ones are smaller. */
const STATEMENT = 25

/** Statements for one kind of thing, before the time is looked at again. */
const BATCHES = 500

/** What share of the time statements run: so the database has at most that much of a core to do. */
const SHARE = 0.25

/** Organizations whose finished days are counted at once. */
const ORGANIZATIONS = 100

/** Milliseconds from one time to the next, while more is left and otherwise, and by how much it differs: instances do not meet. */
const INTERVAL = { behind: 1_000, done: 5 * 60_000 }
const JITTER = 0.5

/** How many rows went of each kind, in the order of the rules, and whether some may be left. */
export type RetentionCounts = readonly {
  readonly what: string
  readonly count: number
  readonly more: boolean
}[]

export type RetentionOptions = {
  /** Statements for one kind of thing at most. */
  readonly batches?: number
  /** From 0 to 1: what share of the time statements run. */
  readonly share?: number
  /** Ends it after the statement under way. */
  readonly signal?: AbortSignal
}

/** One statement's work, and whether there is more of the same. */
type Step = () => Promise<{ readonly count: number; readonly more: boolean }>

/**
 * Cleans up in batches, one statement at a time, so that requests find the other connections free. All kinds take turns:
 * one with much to do does not hold up the others.
 *
 * @param most rows that a statement looks at
 * @returns does it once, as of `now`; throws StoreUnavailable
 */
export function retention(db: Database, most = BATCH.most) {
  const { run, runOwn, pruneNext } = guarded({
    run: async (statement: SQL) => (await db.execute<Batch>(statement))[0],
    runOwn: async (statement: SQL) => (await db.execute<OwnBatch>(statement))[0],
    async pruneNext(after: string, now: Date): Promise<OwnBatch> {
      const log = await nextPruned(db, after)
      if (!log) return { count: 0, last: null }
      const events = await pruneSecurityEvents(db, log, now, most)
      return { count: events + (await db.transaction((tx) => pruneAuditLog(tx, log, now))), last: log.chain }
    },
  })

  /** Walks along an index, in batches that take about as long as they may. */
  function walk(statement: (position: Position, limit: number) => SQL): Step {
    let position = BEGINNING
    let limit = Math.min(BATCH.first, most)
    return async () => {
      const began = performance.now()
      const batch = await run(statement(position, limit))
      if (!batch) throw new Error('a count returned no row')
      const { count, changed, seen, at } = batch
      const more = seen === limit
      // Where many rows have one time and none of them is to go, the walk would come no further: it goes past them once
      // it has looked at as many as it may, so that no row which another holds hides the others of its time.
      const isStuck = changed === 0 && at === position.at
      if (at) position = { at, past: isStuck && limit === most }
      const isSlow = performance.now() - began > STATEMENT
      limit = isStuck ? most : isSlow ? Math.ceil(limit / 2) : Math.min(2 * limit, most)
      return { count, more }
    }
  }

  /** Walks along what organizations have, each of which may keep it for a time of its own. */
  function walkOwners({ statement }: OwnRule, now: Date): Step {
    let after = ''
    return async () => {
      const batch = await runOwn(statement(now, after, most))
      if (!batch) throw new Error('a count returned no row')
      const { count, last } = batch
      if (count === 0 && last !== null) after = last
      return { count, more: last !== null }
    }
  }

  function prune(now: Date): Step {
    let after = ''
    return async () => {
      const { count, last } = await pruneNext(after, now)
      if (count === 0 && last !== null) after = last
      return { count, more: last !== null }
    }
  }

  return async (
    now: Date,
    { batches = BATCHES, share = 1, signal }: RetentionOptions = {},
  ): Promise<RetentionCounts> => {
    const count: Step = async () => {
      const behind = await finishedDaysStore(db).keep(now, ORGANIZATIONS)
      return { count: behind, more: behind === ORGANIZATIONS }
    }
    const kinds = [
      // First: clients go when no login and no grant names them.
      ...OWN_RULES.map((rule) => ({ what: rule.what, step: walkOwners(rule, now) })),
      ...RETENTION_RULES.map((rule) => ({
        what: rule.what,
        step: walk((position, limit) => batchStatement(rule, now, position, limit)),
      })),
      { what: 'entries of audit logs', step: prune(now) },
      { what: UPSTREAM_CHORE, step: walk((position, limit) => visitUpstreamTokens(now, position, limit)) },
      { what: 'organizations whose finished days were counted', step: count },
    ].map((kind) => ({ ...kind, count: 0, more: true }))
    for (let round = 0; round < batches && kinds.some(({ more }) => more); round++)
      for (const kind of kinds.filter(({ more }) => more)) {
        if (signal?.aborted) return kinds
        const began = performance.now()
        const { count, more } = await kind.step()
        Object.assign(kind, { count: kind.count + count, more })
        await rest((performance.now() - began) * (1 / share - 1), signal)
      }
    return kinds
  }
}

/** @param time milliseconds */
async function rest(time: number, signal: AbortSignal | undefined): Promise<void> {
  if (time >= 1) await wait(time, undefined, { ref: false, ...(signal && { signal }) }).catch(() => {})
}

/**
 * Cleans up every few minutes for as long as the process lives, and goes on at once while more is left. A failure is
 * logged, and the next time tries again.
 *
 * @param clock the database's: by one that is fast, what lives would be cleaned up
 * @param interval milliseconds
 * @returns stops it, after the statement under way
 */
export function startCleanUp(
  clean: (now: Date, options: RetentionOptions) => Promise<RetentionCounts>,
  clock: () => Date,
  log: Log,
  interval = INTERVAL,
): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const running = (async () => {
    let behind = false
    while (!signal.aborted) {
      await rest(
        (behind ? interval.behind : interval.done) * (1 - JITTER / 2 + JITTER * Math.random()),
        signal,
      )
      if (signal.aborted) return
      behind = await clean(clock(), { signal, share: SHARE }).then(
        (cleaned) => cleaned.some(({ more }) => more),
        (error: unknown) => {
          if (error instanceof StoreUnavailable) log.warn('clean-up put off', { store: error.store })
          else log.error('clean-up failed', describeError(error))
          return false
        },
      )
    }
  })()
  return async () => {
    stopping.abort()
    await running
  }
}
