import { once } from 'node:events'
import { Cluster, Redis, type RedisOptions } from 'ioredis'
import type { Challenges } from '@/lib/oauth/ports/ports'
import { parseRedisGroup, type RedisGroup } from '@/lib/redis-url'
import { withDeadline } from '@/lib/store/deadline'
import type { RedisServer } from '@/lib/store/redis/commands'
import { challengesOverRedis } from './over-redis'

/** Milliseconds to wait for a connection, and then for an answer. */
const CONNECT_TIMEOUT = 1_500
const COMMAND_TIMEOUT = 2_000

/** Hash tags, one in each sixteenth of the slots of a cluster: readiness meets every master that has as much. */
const CLUSTER_TAGS = '10 3 61 43 11 2 60 42 12 1 63 41 13 0 62 40'.split(' ')

const retryStrategy = (attempt: number) => Math.min(100 * attempt, 1_000)

/** A command is sent at most once: a repeated one would find the code redeemed by the first. */
const OPTIONS = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_TIMEOUT,
  // A peer that vanished without a word: the connection is given up, and a new one tried.
  socketTimeout: 2 * COMMAND_TIMEOUT,
  reconnectOnError: ({ message }) => message.startsWith('READONLY'),
} satisfies RedisOptions

type ServerOptions = typeof OPTIONS & {
  username?: string
  password?: string
  tls?: Readonly<Record<string, never>>
}

const QUEUED_NEVER = { enableOfflineQueue: false, retryStrategy } satisfies RedisOptions

/** The challenge store on Redis or Valkey over TCP, and the end of its connection. */
export type RedisChallenges = Challenges & { close(): Promise<void> }

/** The challenge store on a connection of its own. */
export function redisChallenges(url: string): RedisChallenges {
  const { commands, tags, close } = connectRedis(url)
  return { ...challengesOverRedis(commands, tags), close }
}

/**
 * Any Redis or Valkey (6.2 or newer, for GETDEL) over TCP.
 * A command is sent at most once, on a connection that is ready: one that was queued while Redis was down, or repeated
 * after a lost answer, would redeem a code for a caller who was already answered 503.
 *
 * @param url `redis://`, `redis+cluster://` or `redis+sentinel://`, or with `rediss`
 */
export function connectRedis(url: string): RedisServer & { close(): Promise<void> } {
  const group = parseRedisGroup(url)
  const redis = connect(url, group)
  // Each command reports for itself; without a listener the client would print.
  redis.on('error', () => {})

  let opening: Promise<unknown> | undefined
  let nodesOpen = group?.kind !== 'cluster'
  async function open(): Promise<void> {
    const signal = AbortSignal.timeout(CONNECT_TIMEOUT)
    if (redis.status !== 'ready') await once(redis, 'ready', { signal })
    if (redis instanceof Cluster) await nodesReady(redis, signal)
    nodesOpen = true
  }
  /** Sends a command on a connection that is ready, and waits for its answer. */
  function ask<T>(command: () => Promise<T>): Promise<T> {
    if (redis.status === 'ready' && nodesOpen) return answered(command())
    opening ??= open().finally(() => {
      opening = undefined
    })
    return opening.then(() => answered(command()))
  }

  return {
    commands: {
      set: (key, value, seconds) => ask(() => redis.set(key, value, 'EX', seconds)),
      expire: (key, seconds) => ask(() => redis.expire(key, seconds)),
      get: (key) => ask(() => redis.get(key)),
      getdel: (key) => ask(() => redis.getdel(key)),
      evaluate: (script, key, parameters) => ask(() => redis.eval(script, 1, key, ...parameters)),
      evaluateStored: (sha, key, parameters) => ask(() => redis.evalsha(sha, 1, key, ...parameters)),
    },
    ...(group?.kind === 'cluster' && { tags: CLUSTER_TAGS }),
    async close() {
      redis.disconnect()
    },
  }
}

/** The client's own time-out would also end what was answered while the process had no processor. */
const answered = <T>(command: Promise<T>): Promise<T> =>
  withDeadline(command, COMMAND_TIMEOUT, () => Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }))

/** A command to a server that is being connected to is refused. One that is down is not waited for any longer. */
async function nodesReady(cluster: Cluster, signal: AbortSignal): Promise<void> {
  const connecting = cluster.nodes('master').filter(({ status }) => status !== 'ready')
  await Promise.allSettled(connecting.map((node) => once(node, 'ready', { signal })))
}

function connect(url: string, group: RedisGroup | null): Redis | Cluster {
  if (!group) return new Redis(url, { ...OPTIONS, ...QUEUED_NEVER })
  const { hosts, name, db, tls, username, password } = group
  const options: ServerOptions = {
    ...OPTIONS,
    ...(username && { username }),
    ...(password && { password }),
    ...(tls && { tls: {} }),
  }
  if (group.kind === 'cluster') return connectCluster(group, options)
  const { sentinelUsername, sentinelPassword } = group
  return new Redis({
    ...options,
    ...QUEUED_NEVER,
    sentinels: [...hosts],
    name,
    db,
    sentinelRetryStrategy: retryStrategy,
    sentinelCommandTimeout: COMMAND_TIMEOUT,
    failoverDetector: true,
    ...(sentinelUsername && { sentinelUsername }),
    ...(sentinelPassword && { sentinelPassword }),
    ...(tls && { enableTLSForSentinelMode: true, sentinelTLS: {} }),
  })
}

function connectCluster({ hosts, tls }: RedisGroup, redisOptions: ServerOptions): Cluster {
  const cluster = new Cluster([...hosts], {
    redisOptions,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    clusterNodeRetryStrategy: retryStrategy,
    // Redirected commands were not run; one whose connection was lost may have been.
    retryDelayOnFailover: 0,
    // Certificates hold the names that the servers announce, not addresses.
    ...(tls && { dnsLookup: (address, callback) => callback(null, address) }),
  })
  // It would wait for the first command, and refuse the second.
  cluster.on('+node', (node: Redis) => node.connect().catch(() => {}))
  return cluster
}
