import { startPostgres } from '@/test/postgres'
import { startRedis } from '@/test/redis-server'
import { startUpstashBridge } from '@/test/upstash-bridge'

export type StoresName = 'embedded' | 'redis' | 'upstash'

/** The stores that a Vestibule is given, and its environment for them. */
export type Stores = {
  readonly environment: Readonly<Record<string, string>>
  readonly close: () => Promise<void>
}

/**
 * `embedded`: nothing is configured, so it starts a PostgreSQL of its own and keeps challenges there; the others get
 * a Postgres by URL, and a Redis over TCP or over the Upstash REST protocol.
 */
export async function startStores(name: StoresName): Promise<Stores> {
  if (name === 'embedded') return { environment: {}, close: async () => {} }
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()])
  const token = 'token-of-the-upstash-bridge'
  const bridge = name === 'upstash' ? await startUpstashBridge(redis.url, token) : null
  return {
    environment: {
      DATABASE_URL: postgres.url,
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
