/** A process that did nothing for so many milliseconds was frozen. */
const FROZEN = 5_000

/** Notices that the process was frozen: suspended, swapped out, or blocked. */
export type ProcessLife = {
  /** Whether it was frozen since the last call. Called at least each second from the first one on. */
  notice(): boolean
  /** Whether it was frozen, and what came in meanwhile may not be through yet. */
  wasFrozen(): boolean
}

/** @param elapsed milliseconds, never going back */
export function processLife(elapsed: () => number): ProcessLife {
  let seen: number | undefined
  let frozenAt = Number.NEGATIVE_INFINITY
  function notice(): boolean {
    const now = elapsed()
    const wasFrozen = seen !== undefined && now - seen > FROZEN
    if (wasFrozen) frozenAt = now
    seen = now
    return wasFrozen
  }
  return {
    notice,
    wasFrozen: () => (seen !== undefined && elapsed() - seen > FROZEN) || elapsed() - frozenAt < FROZEN,
  }
}
