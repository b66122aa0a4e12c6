import { describe, expect, it, onTestFinished } from 'vitest'
import { ADDRESS_HEADER } from '@/lib/http/client-address'
import {
  createLimits,
  limitAuthorization,
  limitFailure,
  limitRegistration,
  limitSignIn,
} from '@/lib/http/limits'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { connectRedis } from '@/lib/store/challenges/redis'
import { connectUpstash } from '@/lib/store/challenges/upstash'
import type { RedisCommands } from '@/lib/store/redis/commands'
import { freePort } from '@/test/free-port'
import { hasRedis, startRedis } from '@/test/redis-server'
import { openRespConnection } from '@/test/resp-connection'
import { startUpstashBridge } from '@/test/upstash-bridge'
import { sharedCounters } from './shared-counters'

/** So slow that nothing comes back during a test. */
const ceiling = (burst: number) => ({ burst, perSecond: 0.001 })
const NETWORK = { own: ceiling(3), shared: ceiling(32), little: ceiling(1) }

/** One of several instances that share a Redis, which may take its time: a busy machine is no Redis that is down. */
const instance = (redis: RedisCommands) =>
  createLimits({
    networks: { registrations: NETWORK, authorizations: NETWORK, signIns: NETWORK },
    shared: sharedCounters(redis, {
      digest: (key) => Buffer.from(key).toString('base64url'),
      patience: 60_000,
    }),
  })

const from = (address: string) => new Request('http://localhost/', { headers: { [ADDRESS_HEADER]: address } })

async function passing(count: number, attempt: (index: number) => Promise<void>): Promise<number> {
  const outcomes = await Promise.allSettled(Array.from({ length: count }, (_, index) => attempt(index)))
  for (const outcome of outcomes)
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({
        status: 429,
        code: 'temporarily_unavailable',
        retryAfter: expect.any(Number),
      })
  return outcomes.filter(({ status }) => status === 'fulfilled').length
}

async function overTcp() {
  const redis = await startRedis()
  onTestFinished(() => redis.close())
  return () => {
    const connection = connectRedis(redis.url)
    onTestFinished(() => connection.close())
    return { url: redis.url, ...connection }
  }
}

async function overRest() {
  const redis = await startRedis()
  onTestFinished(() => redis.close())
  const bridge = await startUpstashBridge(redis.url, 'token')
  onTestFinished(() => bridge.close())
  return () => ({ url: redis.url, ...connectUpstash({ url: bridge.url, token: 'token' }) })
}

describe.skipIf(!hasRedis).each([
  ['Redis', overTcp],
  ['Upstash', overRest],
])('two instances on one %s', (_, start) => {
  it('give an attacker who goes from one to the other no more than one of them would', async () => {
    const connect = await start()
    const instances = [instance(connect().commands), instance(connect().commands)]
    const at = (index: number) => instances[index % 2]
    const one = from('203.0.113.66')
    expect(await passing(12, (index) => limitRegistration(at(index), 'server', one))).toBe(3)
    expect(await passing(12, (index) => limitAuthorization(at(index), 'server', 'claude', one))).toBe(3)
    const signIns = Array.from({ length: 12 }, (_, index) => limitSignIn(at(index), 'operator', one.headers))
    expect((await Promise.all(signIns)).filter((wait) => wait === 0)).toHaveLength(3)
    // A /56 has twice, a /48 four times as much, and what is refused to them is there for others.
    const subnet = (index: number) => from(`2001:db8:0:${(index % 250).toString(16)}::1`)
    expect(await passing(40, (index) => limitRegistration(at(index), 'other', subnet(index)))).toBe(6)
    const many = (index: number) => from(`2001:db8:1:${(index * 256).toString(16)}::1`)
    expect(await passing(40, (index) => limitRegistration(at(index), 'other', many(index)))).toBe(12)
    const other = from('198.51.100.1')
    expect(await passing(6, (index) => limitRegistration(at(index), 'other', other))).toBe(3)
    // All share 24. The other 8 are for networks that ask for little, each a little.
    const visitor = (index: number) => from(`192.0.${index}.1`)
    expect(await passing(20, (index) => limitRegistration(at(index), 'other', visitor(index)))).toBe(3 + 8)
  })
})

it.skipIf(!hasRedis)('tells Redis no address and no client, and keeps nothing there for good', async () => {
  const { url, commands } = (await overTcp())()
  const counters = sharedCounters(commands, { digest: () => 'digest' })
  expect(await counters('name', ceiling(2)).take('server claude 203.0.113.66')).toBe(0)
  const resp = await openRespConnection(url)
  onTestFinished(() => resp.close())
  const [keys, value, lifetime] = await resp.send([
    ['KEYS', '*'],
    ['GET', 'auth:limit:digest'],
    ['PTTL', 'auth:limit:digest'],
  ])
  expect([keys, value]).toEqual([['auth:limit:digest'], ''])
  expect(Number(lifetime)).toBeGreaterThan(900_000)
})

it.skipIf(!hasRedis)('counts in the process while Redis is down, and together when it is back', async () => {
  const port = await freePort()
  let now = 0
  const failures: unknown[] = []
  const newInstance = () => {
    const { commands, close } = connectRedis(`redis://127.0.0.1:${port}`)
    onTestFinished(() => close())
    const options = {
      digest: (key: string) => key,
      failed: (error: unknown) => failures.push(error),
      now: () => now,
    }
    const shared = sharedCounters(commands, options)
    return { commands, limits: createLimits({ networks: { registrations: NETWORK }, shared }) }
  }
  const [a, b] = [newInstance(), newInstance()]
  const began = Date.now()
  const register = (limits: typeof a.limits, address: string) => () =>
    limitRegistration(limits, 'server', from(address))
  expect(await passing(20, register(a.limits, '203.0.113.66'))).toBe(3)
  expect(await passing(20, register(b.limits, '203.0.113.66'))).toBe(3)
  expect(Date.now() - began, 'nobody waits for Redis').toBeLessThan(5_000)
  expect(failures).toHaveLength(2)
  for (const failure of failures) expect(failure).toMatchObject({ message: 'limits unavailable' })

  const redis = await startRedis(port)
  onTestFinished(() => redis.close())
  for (const { commands } of [a, b])
    await expect.poll(() => commands.get('auth:x').catch(() => 'down')).toBeNull()
  now += 60_000
  expect(await passing(3, register(a.limits, '198.51.100.1'))).toBe(3)
  expect(await passing(3, register(b.limits, '198.51.100.1'))).toBe(0)
})

it('counts in the process where no Redis answers, and keeps nobody out', async () => {
  const { commands, close } = connectRedis(`redis://127.0.0.1:${await freePort()}`)
  onTestFinished(() => close())
  const limits = instance(commands)
  const register = (address: string) => () => limitRegistration(limits, 'server', from(address))
  expect(await passing(20, register('203.0.113.66'))).toBe(3)
  expect(await passing(3, register('198.51.100.1'))).toBe(3)
})

it('is asked nothing for refused credentials and tokens', () => {
  const limits = createLimits({
    shared: () => {
      const asked = () => expect.unreachable('a trip')
      return { take: asked, giveBack: asked }
    },
  })
  const at = { serverId: 's', clientId: 'c', request: from('203.0.113.66') }
  const wrong = new OAuthError('invalid_client', 'wrong')
  expect(limitFailure(limits, wrong, at)).toBe(wrong)
})
