import { setTimeout as wait } from 'node:timers/promises'
import { describeError, type Log } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'

/** Milliseconds between two looks at what there is to do, and by how much they differ. */
const INTERVAL = 2_000
const JITTER = 0.5

/** Turns at a time in one process. */
const AT_ONCE = 4

/** Milliseconds that a stop waits for turns under way. Others take over what is left of them. */
const PATIENCE = 5_000

export type Work = {
  /** Comes before each look. */
  prepare(): Promise<void>
  /** The next turn, to be taken beside others; null when there is nothing to do. */
  next(): Promise<((signal: AbortSignal) => Promise<void>) | null>
}

/**
 * Works for as long as the process lives: looks every two seconds, and at once while there is more to do. A failure is
 * logged, and the next look tries again.
 *
 * @param interval milliseconds
 * @param name for the log
 * @returns stops it
 */
export function startWorker(
  work: Work,
  log: Log,
  interval = INTERVAL,
  name = 'webhooks',
): () => Promise<void> {
  const stopping = new AbortController()
  const { signal } = stopping
  const { look, ended } = turnsOf(work, log, name, signal)
  const pause = () => interval * (1 - JITTER / 2 + JITTER * Math.random())
  const rest = () => wait(pause(), undefined, { signal, ref: false }).catch(() => {})

  const running = (async () => {
    while (!signal.aborted) {
      await look()
      await rest()
    }
    await ended()
  })()
  return async () => {
    stopping.abort()
    await running
  }
}

/**
 * Works until there is nothing to do, or a signal ends it. A failure is logged.
 *
 * @param name for the log
 * @returns whether nothing failed
 */
export async function workOnce(work: Work, log: Log, name: string, signal: AbortSignal): Promise<boolean> {
  const turns = turnsOf(work, log, name, signal)
  await turns.look()
  await turns.ended()
  return turns.failures === 0
}

function turnsOf({ prepare, next }: Work, log: Log, name: string, signal: AbortSignal) {
  const underWay = new Set<Promise<void>>()
  let failures = 0
  const failed = (error: unknown) => {
    failures++
    if (error instanceof StoreUnavailable) log.warn(`${name} put off`, { store: error.store })
    else log.error(`${name} failed`, describeError(error))
  }

  /** @returns whether a turn was begun */
  const begin = async (): Promise<boolean> => {
    const turn = await next()
    if (!turn) return false
    const running = turn(signal)
      .catch(failed)
      .finally(() => underWay.delete(running))
    underWay.add(running)
    return true
  }

  const begun = async () => {
    await prepare()
    while (!signal.aborted && (await begin())) if (underWay.size >= AT_ONCE) await Promise.race(underWay)
  }

  return {
    /** Begins all there is to do. */
    look: () => begun().catch(failed),
    /** Waits for what is under way; once it is to stop, not for long: others take over what is left. */
    ended: () => Promise.race([Promise.all(underWay), whenPatienceEnds(signal)]),
    get failures() {
      return failures
    },
  }
}

async function whenPatienceEnds(signal: AbortSignal): Promise<void> {
  if (!signal.aborted)
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
  await wait(PATIENCE, undefined, { ref: false })
}
