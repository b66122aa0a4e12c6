import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { hasRedis, startRedis } from '@/test/redis-server'
import { startUpstashBridge } from '@/test/upstash-bridge'
import { describeChallenges } from './challenges.contract'
import { upstashChallenges } from './upstash'

describe.skipIf(!hasRedis)('with redis-server', () => {
  describeChallenges('Upstash over REST', async () => {
    const redis = await startRedis()
    const bridge = await startUpstashBridge(redis.url, 'test-token')
    return {
      challenges: upstashChallenges({ url: bridge.url, token: 'test-token' }),
      stopStore: () => redis.close(),
      async close() {
        await bridge.close()
        await redis.close()
      },
    }
  })
})

it.skipIf(!hasRedis)('is unavailable, without a word of the token, when the token is wrong', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.close())
  const bridge = await startUpstashBridge(redis.url, 'test-token')
  onTestFinished(() => bridge.close())
  const challenges = upstashChallenges({ url: bridge.url, token: 'wrong-token' })
  const error = await challenges.takeChallenge('request').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(StoreUnavailable)
  expect((error as Error).cause).toEqual(new Error('WRONGPASS'))
})

it('gives up on an endpoint that never answers, after one request', async () => {
  let requests = 0
  const silent = createServer(() => requests++).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const challenges = upstashChallenges({ url: `http://127.0.0.1:${port}`, token: 'test-token' })
  await expect(challenges.takeChallenge('request')).rejects.toBeInstanceOf(StoreUnavailable)
  expect(requests).toBe(1)
  silent.closeAllConnections()
  silent.close()
})

it('sends a command once when the connection is cut before the answer', async () => {
  let requests = 0
  const cutting = createServer((request) => {
    requests++
    request.socket.destroy()
  }).listen(0, '127.0.0.1')
  await once(cutting, 'listening')
  const { port } = cutting.address() as AddressInfo
  const challenges = upstashChallenges({ url: `http://127.0.0.1:${port}`, token: 'test-token' })
  await expect(challenges.takeChallenge('request')).rejects.toBeInstanceOf(StoreUnavailable)
  expect(requests).toBe(1)
  cutting.close()
})
