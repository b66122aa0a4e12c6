import type { PoolWatcher } from '@/lib/store/database/pool-gate'
import { metrics } from './metrics'

/** Counts what a pool does. */
export function poolWatcher(store: string, connections: number): PoolWatcher {
  const { poolSize, poolUnderWay, storeDurations, storeErrors } = metrics()
  poolSize.set({ store }, connections)
  return {
    underWay: (count) => poolUnderWay.set({ store }, count),
    ended(seconds, reason) {
      storeDurations.observe({ store }, seconds)
      if (reason) storeErrors.inc({ store, reason })
    },
  }
}
