import { startMigratedPostgres } from '@/test/postgres'
import { startRedisCluster, startRedisSentinel } from '@/test/redis-groups'
import { startRedis } from '@/test/redis-server'
import { startUpstashBridge } from '@/test/upstash-bridge'

export type StoresName = 'postgres' | 'redis' | 'upstash' | 'cluster' | 'sentinel'

/** The stores that a Vestibule is given, and its environment for them. */
export type Stores = {
  readonly environment: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

/**
 * All get a PostgreSQL by URL, and a role there that can change rows alone. `postgres` keeps challenges there as well, the others in a Redis over TCP or over the
 * Upstash REST protocol, in a Redis Cluster, or behind a sentinel.
 */
export async function startStores(name: StoresName): Promise<Stores> {
  const postgres = await startMigratedPostgres()
  const database = { DATABASE_URL: postgres.runtimeUrl, DATABASE_MIGRATION_URL: postgres.url }
  if (name === 'postgres') return { environment: database, close: postgres.close }
  const redis = await startRedisOf(name)
  const token = 'token-of-the-upstash-bridge'
  const bridge = name === 'upstash' ? await startUpstashBridge(redis.url, token) : null
  return {
    environment: {
      ...database,
      ...(bridge
        ? { UPSTASH_REDIS_REST_URL: bridge.url, UPSTASH_REDIS_REST_TOKEN: token }
        : { REDIS_URL: redis.url }),
    },
    close: async () => {
      await bridge?.close()
      await Promise.all([redis.close(), postgres.close()])
    },
  }
}

function startRedisOf(name: StoresName): Promise<{ readonly url: string; close(): Promise<void> }> {
  if (name === 'cluster') return startRedisCluster()
  return name === 'sentinel' ? startRedisSentinel() : startRedis()
}
