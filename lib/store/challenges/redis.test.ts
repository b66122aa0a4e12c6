import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { freePort } from '@/test/free-port'
import { hasRedis, startRedis } from '@/test/redis-server'
import { openRespConnection } from '@/test/resp-connection'
import { describeChallenges } from './challenges.contract'
import { redisChallenges } from './redis'

describe.skipIf(!hasRedis)('with redis-server', () => {
  describeChallenges('Redis over TCP', async () => {
    const redis = await startRedis()
    const challenges = redisChallenges(redis.url)
    return {
      challenges,
      stopStore: () => redis.close(),
      async close() {
        await challenges.close()
        await redis.close()
      },
    }
  })
})

it.skipIf(!hasRedis)(
  'finds Redis again by itself, and sends nothing that failed while it was away',
  async () => {
    const port = await freePort()
    const challenges = redisChallenges(`redis://127.0.0.1:${port}`)
    onTestFinished(() => challenges.close())
    await expect(challenges.saveChallenge('request', 'stale', 60)).rejects.toBeInstanceOf(StoreUnavailable)
    const redis = await startRedis(port)
    onTestFinished(() => redis.close())
    await expect
      .poll(
        () =>
          challenges.ping().then(
            () => 'up',
            () => 'down',
          ),
        { timeout: 10_000 },
      )
      .toBe('up')
    await sleep(200)
    expect(await challenges.takeChallenge('request')).toBeNull()
  },
)

it('gives up on a server that accepts connections and never answers', async () => {
  const silent = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const challenges = redisChallenges(`redis://127.0.0.1:${port}`)
  await expect(challenges.ping()).rejects.toBeInstanceOf(StoreUnavailable)
  await challenges.close()
  silent.close()
})

it.skipIf(!hasRedis)('sends a command once when the connection is cut before the answer', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.close())
  let commands = 0
  // Hands everything on to Redis, but hangs up at the first GETDEL.
  const proxy = createServer((client) => {
    const upstream = createConnection(Number(new URL(redis.url).port), '127.0.0.1')
    for (const socket of [client, upstream]) socket.on('error', () => {})
    upstream.on('data', (data) => client.write(data))
    client.on('close', () => upstream.destroy())
    client.on('data', (data) => {
      upstream.write(data)
      if (!/getdel/i.test(data.toString())) return
      commands++
      if (commands === 1) client.destroy()
    })
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void proxy.close())
  await once(proxy, 'listening')
  const challenges = redisChallenges(`redis://127.0.0.1:${(proxy.address() as AddressInfo).port}`)
  onTestFinished(() => challenges.close())
  await challenges.ping()
  await expect(challenges.takeChallenge('request')).rejects.toBeInstanceOf(StoreUnavailable)
  await expect
    .poll(
      () =>
        challenges.ping().then(
          () => 'up',
          () => 'down',
        ),
      { timeout: 10_000 },
    )
    .toBe('up')
  expect(commands).toBe(1)
})

it.skipIf(!hasRedis)('sends the script once, and again when Redis has lost it', async () => {
  const redis = await startRedis()
  onTestFinished(() => redis.close())
  const challenges = redisChallenges(redis.url)
  onTestFinished(() => challenges.close())
  const connection = await openRespConnection(redis.url)
  onTestFinished(() => connection.close())
  const calls = async (command: string) => {
    const [stats] = await connection.send([['INFO', 'commandstats']])
    return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(String(stats))?.[1] ?? 0)
  }
  const redeem = () => challenges.redeemCode('code', { codeChallenge: 'a', serverId: 'b', clientId: 'c' }, 60)
  for (let i = 0; i < 3; i++) expect(await redeem()).toEqual({ outcome: 'refused' })
  expect([await calls('eval'), await calls('evalsha')]).toEqual([1, 3])
  await connection.send([['SCRIPT', 'FLUSH']])
  for (let i = 0; i < 3; i++) expect(await redeem()).toEqual({ outcome: 'refused' })
  expect([await calls('eval'), await calls('evalsha')]).toEqual([2, 6])
})
