import { withDeadline } from '@/lib/store/deadline'
import { evaluateOnce, guardedCommands, type RedisCommands, redisScript } from '@/lib/store/redis/commands'

/** Milliseconds to wait for Redis, and to do without it after it failed. */
const PATIENCE = 300
const REST = 5_000

/**
 * A bucket of tokens, as the time until it is full again: that is all its key holds, and it is the key's lifetime. So
 * the clock is that of Redis alone, and a key is gone when it says nothing any more.
 *
 * KEYS[1] the bucket; ARGV the milliseconds that one takes to come back, negative to give it back, and those of all.
 * Returns 0, or the milliseconds until there is one.
 */
const TAKE = redisScript(`
local used = math.max(0, redis.call('PTTL', KEYS[1])) + tonumber(ARGV[1])
if used > tonumber(ARGV[2]) then return used - tonumber(ARGV[2]) end
redis.call('SET', KEYS[1], '', 'PX', math.max(1, used))
return 0
`)

/** Counts what is taken for a key, for all instances together. */
export type SharedCounter = {
  /** @returns 0 when there was one left, otherwise the whole seconds until there is */
  take(key: string): Promise<number>
  giveBack(key: string): Promise<void>
}

type Options = {
  /** What stands for a key in Redis, which learns no addresses and no client ids. */
  readonly digest: (key: string) => string
  /** Milliseconds to wait for Redis. */
  readonly patience?: number
  /** Told when Redis fails, once until it answers again. */
  readonly failed?: (error: unknown) => void
  /** Milliseconds. */
  readonly now?: () => number
}

/**
 * Counters in Redis, one key for each bucket. While it does not answer, they allow everything: each instance counts for
 * itself as well. Decision 0105.
 *
 * @returns a function that makes the counter of a name
 */
export function sharedCounters(
  commands: RedisCommands,
  { digest, patience = PATIENCE, failed, now = Date.now }: Options,
): (name: string, ceiling: { readonly burst: number; readonly perSecond: number }) => SharedCounter {
  const redis = guardedCommands(commands, 'limits')
  let [isDown, restsUntil] = [false, 0]

  async function ask(key: string, parameters: readonly string[]): Promise<number> {
    if (now() < restsUntil) return 0
    try {
      const asked = evaluateOnce(redis, TAKE, `auth:limit:${digest(key)}`, parameters)
      const wait = Number(await withDeadline(asked, patience, () => new Error('no answer')))
      isDown = false
      return wait
    } catch (error) {
      restsUntil = now() + REST
      if (!isDown) failed?.(error)
      isDown = true
      return 0
    }
  }

  return (name, { burst, perSecond }) => {
    const each = Math.max(1, Math.round(1000 / perSecond))
    const all = String(each * burst)
    return {
      take: async (key) => Math.ceil((await ask(`${name} ${key}`, [String(each), all])) / 1000),
      async giveBack(key) {
        await ask(`${name} ${key}`, [String(-each), all])
      },
    }
  }
}
