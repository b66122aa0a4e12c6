import { Redis } from '@upstash/redis'
import type { Challenges } from '@/lib/oauth/ports/ports'
import type { RedisCommands, RedisServer } from '@/lib/store/redis/commands'
import { challengesOverRedis } from './over-redis'

/** Milliseconds for one request. */
const REQUEST_TIMEOUT = 3_000

type Address = { readonly url: string; readonly token: string }

/** The challenge store on Upstash Redis. */
export const upstashChallenges = (address: Address): Challenges =>
  challengesOverRedis(connectUpstash(address).commands)

/**
 * Upstash Redis, over its REST protocol.
 *
 * Nothing is retried: a lost answer would turn a code that was redeemed into one that is replayed.
 */
export function connectUpstash({ url, token }: Address): RedisServer {
  const redis = new Redis({
    url,
    token,
    retry: { retries: 0 },
    // A function: with a plain signal the client takes a time-out for an answer.
    signal: () => AbortSignal.timeout(REQUEST_TIMEOUT),
    // Otherwise a challenge of digits alone comes back as a number.
    automaticDeserialization: false,
    enableTelemetry: false,
  })
  const commands: RedisCommands = {
    set: (key, value, seconds) => redis.set(key, value, { ex: seconds }),
    expire: (key, seconds) => redis.expire(key, seconds),
    get: (key) => redis.get(key),
    getdel: (key) => redis.getdel(key),
    evaluate: (script, key, parameters) => redis.eval(script, [key], [...parameters]),
    evaluateStored: (sha, key, parameters) => redis.evalsha(sha, [key], [...parameters]),
  }
  return { commands }
}
