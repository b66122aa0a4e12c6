import { once } from 'node:events'
import { Redis } from 'ioredis'
import type { Challenges } from '@/lib/oauth/ports/ports'
import { challengesOverRedis } from './over-redis'

/** Milliseconds to wait for a connection, and then for an answer. */
const CONNECT_TIMEOUT = 1_500
const COMMAND_TIMEOUT = 2_000

/** The challenge store on Redis or Valkey over TCP, and the end of its connection. */
export type RedisChallenges = Challenges & { close(): Promise<void> }

/**
 * The challenge store on any Redis or Valkey (6.2 or newer, for GETDEL) over TCP.
 * A command is sent at most once, on a connection that is ready: one that was queued while Redis was down, or repeated
 * after a lost answer, would redeem a code for a caller who was already answered 503.
 *
 * @param url `redis://` or `rediss://`
 */
export function redisChallenges(url: string): RedisChallenges {
  const redis = new Redis(url, {
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: CONNECT_TIMEOUT,
    commandTimeout: COMMAND_TIMEOUT,
    // A peer that vanished without a word: the connection is given up, and a new one tried.
    socketTimeout: 2 * COMMAND_TIMEOUT,
    retryStrategy: (attempt) => Math.min(100 * attempt, 1_000),
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  })
  // Each command reports for itself; without a listener the client would print.
  redis.on('error', () => {})

  let opening: Promise<unknown> | undefined
  async function connected(): Promise<Redis> {
    if (redis.status === 'ready') return redis
    opening ??= once(redis, 'ready', { signal: AbortSignal.timeout(CONNECT_TIMEOUT) }).finally(() => {
      opening = undefined
    })
    await opening
    return redis
  }

  const challenges = challengesOverRedis({
    set: async (key, value, seconds) => (await connected()).set(key, value, 'EX', seconds),
    expire: async (key, seconds) => (await connected()).expire(key, seconds),
    getdel: async (key) => (await connected()).getdel(key),
    evaluate: async (script, key, parameters) => (await connected()).eval(script, 1, key, ...parameters),
    evaluateStored: async (sha, key, parameters) => (await connected()).evalsha(sha, 1, key, ...parameters),
    ping: async () => (await connected()).ping(),
  })
  return {
    ...challenges,
    async close() {
      redis.disconnect()
    },
  }
}
