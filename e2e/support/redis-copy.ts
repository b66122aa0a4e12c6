import { Redis } from 'ioredis'

/** Every key of a Redis with its value, as an attacker with a copy reads it. */
export async function copyRedis(url: string): Promise<readonly string[]> {
  const redis = new Redis(url)
  try {
    const keys = await redis.keys('*')
    const values = await Promise.all(keys.map(async (key) => contentOf(redis, key)))
    return [...keys, ...values.flat()]
  } finally {
    redis.disconnect()
  }
}

async function contentOf(redis: Redis, key: string): Promise<readonly string[]> {
  const type = await redis.type(key)
  if (type === 'hash') return Object.entries(await redis.hgetall(key)).flat()
  if (type === 'string') return [(await redis.get(key)) ?? '']
  throw new Error(`a ${type} is stored as ${key}`)
}
