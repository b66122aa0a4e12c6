import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, Transaction } from './database'
import { guarded } from './guarded'
import { transactInTime } from './in-time'

/** Carries a result out of a transaction that is rolled back. */
class RolledBack<T> extends Error {
  constructor(readonly result: T) {
    super('rolled back')
  }
}

export type Joined = ReturnType<typeof joined>

/**
 * A pool for a library that takes no transaction: statements within `together` are in one, all others are as before.
 */
export function joined(pool: Database) {
  const storage = new AsyncLocalStorage<{ tx: Transaction | null }>()
  const db = new Proxy(pool, {
    get(_, key) {
      const tx = storage.getStore()?.tx
      const target = tx && key in tx ? tx : pool
      const value: unknown = Reflect.get(target, key)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })

  const { run } = guarded({
    run: (work: () => Promise<unknown>, keeps: (result: never) => boolean) =>
      transactInTime(pool, async (tx) => {
        // What the library leaves running must not reach a connection that is another caller's by then.
        const scope: { tx: Transaction | null } = { tx }
        try {
          const result = await storage.run(scope, work)
          if (!keeps(result as never)) throw new RolledBack(result)
          return result
        } finally {
          scope.tx = null
        }
      }),
  })

  return {
    db,

    /**
     * Does the work in one transaction, which is rolled back when the work throws.
     *
     * @param keeps whether the result is one after which what was written stays
     * @throws StoreUnavailable
     */
    async together<T>(work: () => Promise<T>, keeps: (result: T) => boolean): Promise<T> {
      try {
        return (await run(work, keeps)) as T
      } catch (error) {
        if (error instanceof RolledBack) return error.result
        throw error
      }
    },
  }
}
