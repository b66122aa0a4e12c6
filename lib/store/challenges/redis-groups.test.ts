import { describe, expect, it, onTestFinished } from 'vitest'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { startRedisCluster, startRedisSentinel } from '@/test/redis-groups'
import { hasRedis, startRedis } from '@/test/redis-server'
import { openRespConnection } from '@/test/resp-connection'
import { sharedCounters } from '../limits/shared-counters'
import { describeChallenges } from './challenges.contract'
import { connectRedis, redisChallenges } from './redis'

/** Whether what is not short is run, too: `npm run matrix -- redis`. */
const whole = process.env.REDIS_GROUPS === '1'

const isReady = (challenges: { ping(): Promise<void> }) =>
  challenges.ping().then(
    () => true,
    (error: unknown) => error instanceof StoreUnavailable && false,
  )

describe.skipIf(!hasRedis)('a cluster of three masters', () => {
  describeChallenges('Redis Cluster', async () => {
    const cluster = await startRedisCluster()
    const challenges = redisChallenges(cluster.url)
    return {
      challenges,
      stopStore: () => cluster.close(),
      async close() {
        await challenges.close()
        await cluster.close()
      },
    }
  })

  it('is not ready when one of its masters is gone', async () => {
    const cluster = await startRedisCluster()
    onTestFinished(() => cluster.close())
    const challenges = redisChallenges(cluster.url)
    onTestFinished(() => challenges.close())
    await expect.poll(() => isReady(challenges)).toBe(true)
    await cluster.killMaster()
    expect(await isReady(challenges)).toBe(false)
  })
})

describe.skipIf(!hasRedis || !whole)('a master and its replica behind a sentinel', () => {
  describeChallenges('Redis behind Sentinel', async () => {
    const group = await startRedisSentinel()
    const challenges = redisChallenges(group.url)
    return {
      challenges,
      stopStore: () => group.close(),
      async close() {
        await challenges.close()
        await group.close()
      },
    }
  })

  it('goes on with the replica when the master is gone', async () => {
    const group = await startRedisSentinel()
    onTestFinished(() => group.close())
    const challenges = redisChallenges(group.url)
    onTestFinished(() => challenges.close())
    await expect.poll(() => isReady(challenges), { timeout: 10_000 }).toBe(true)
    await group.killMaster()
    await expect.poll(() => isReady(challenges), { timeout: 30_000 }).toBe(true)
    await challenges.saveChallenge('request', 'challenge', 60)
    expect(await challenges.takeChallenge('request')).toBe('challenge')
  })
})

/** The least that a user of Redis has to be allowed, as docs/operations.md says. */
const ALLOWED = '+set +get +getdel +expire +pttl +eval +evalsha +info +cluster|slots +cluster|info'

describe.skipIf(!hasRedis)('a user with few rights', () => {
  it.each([
    ['a single Redis', () => startRedis(), (host: string) => `redis://vestibule:p%40ss@${host}`],
    ['a cluster', () => startRedisCluster(), (hosts: string) => `redis+cluster://vestibule:p%40ss@${hosts}`],
  ])('is enough at %s, and none with a wrong password', async (_, start, urlOf) => {
    const server = await start()
    onTestFinished(() => server.close())
    const hosts = server.url.replace(/^.*\/\//, '')
    for (const host of hosts.split(',')) {
      const admin = await openRespConnection(`redis://${host}`)
      const rules = `on >p@ss ~auth:* ${ALLOWED}`.split(' ')
      const replies = await admin.send([
        ['ACL', 'SETUSER', 'vestibule', ...rules],
        ['ACL', 'SETUSER', 'default', 'off'],
      ])
      expect(replies).toEqual(['OK', 'OK'])
      admin.close()
    }
    const [right, wrong] = [urlOf(hosts), urlOf(hosts).replace('p%40ss', 'wrong')].map(redisChallenges)
    const { commands, close } = connectRedis(urlOf(hosts))
    onTestFinished(async () => void (await Promise.all([right?.close(), wrong?.close(), close()])))
    await expect(right?.ping()).resolves.toBeUndefined()
    await right?.saveChallenge('request', 'challenge', 60)
    expect(await right?.redeemCode('code', { codeChallenge: 'a', serverId: 'b', clientId: 'c' }, 60)).toEqual(
      { outcome: 'refused' },
    )
    expect(await right?.takeChallenge('request')).toBe('challenge')
    await expect(wrong?.ping()).rejects.toBeInstanceOf(StoreUnavailable)
    await expect.poll(() => commands.get('auth:x').catch(() => 'down')).toBeNull()
    const failed = (error: unknown) => expect.unreachable(String(error))
    const counter = sharedCounters(commands, { digest: (key) => key, failed })('n', {
      burst: 2,
      perSecond: 0.01,
    })
    const waits = await Promise.all(['a', 'a', 'a', 'b', 'b', 'b'].map(counter.take))
    expect(waits.map((wait) => wait > 0)).toEqual([false, false, true, false, false, true])
  })
})
