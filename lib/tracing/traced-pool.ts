import type { PoolWatcher } from '@/lib/store/database/pool-gate'
import type { Tracing } from './tracing'

/**
 * Traces statements and transactions, without their text.
 *
 * @param counted also told of them
 */
export const tracedPool = (name: string, { did }: Tracing, counted?: PoolWatcher): PoolWatcher => ({
  underWay: (count) => counted?.underWay(count),
  ended(seconds, error) {
    counted?.ended(seconds, error)
    did({ name, seconds, attributes: { 'db.system.name': 'postgresql' }, error })
  },
})
