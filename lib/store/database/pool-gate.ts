import { performance } from 'node:perf_hooks'
import { codeOf } from './driver-error'

/** Told of what a pool does. */
export type PoolWatcher = {
  /** @param count statements and transactions, those that wait for a connection included */
  underWay(count: number): void
  /** @param error the SQLSTATE, or the code of the driver; empty when it went well */
  ended(seconds: number, error: string): void
}

/** Too much is under way already. To `guarded` it is a database that cannot be reached. */
class PoolFull extends Error {
  readonly code = 'CONNECTIONS_BUSY'
}

/**
 * Lets so many statements and transactions through at once, and refuses more.
 *
 * @param watcher absent: nothing is measured
 */
export function poolGate(most: number, watcher?: PoolWatcher): <T>(work: () => Promise<T>) => Promise<T> {
  let underWay = 0
  async function admitted<T>(work: () => Promise<T>): Promise<T> {
    if (underWay >= most) throw new PoolFull()
    underWay++
    watcher?.underWay(underWay)
    try {
      return await work()
    } finally {
      underWay--
      watcher?.underWay(underWay)
    }
  }
  return watcher ? (work) => measured(() => admitted(work), watcher) : admitted
}

async function measured<T>(work: () => Promise<T>, { ended }: PoolWatcher): Promise<T> {
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1_000
  try {
    const result = await work()
    ended(seconds(), '')
    return result
  } catch (error) {
    ended(seconds(), codeOf(error))
    throw error
  }
}
