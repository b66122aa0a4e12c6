import { setTimeout as wait } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { auditLog } from '@/drizzle/schema/audit-log'
import { webhooks } from '@/drizzle/schema/webhooks'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { times } from '@/lib/store/test-support/store-under-test'
import { LEASE } from '@/lib/store/webhooks/leases'
import { takeTurn } from './deliver'
import { ATTEMPTS } from './schedule'
import { hook } from './test-support/hooked'
import { type Receiver, startReceiver } from './test-support/receiver'

let store: PostgresUnderTest
let receiver: Receiver
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(async () => {
  await receiver.close()
  // A worker leases any webhook: each test has the queue to itself.
  await store.db.delete(webhooks)
})

const actionsReceived = () => receiver.received.map(({ body }) => JSON.parse(body).action)
describe('deliveries', () => {
  it('are every entry from then on, as the export writes it, in order and once', async () => {
    const { append, work, deliveries, organizationId } = await hook(store, receiver.url)
    await append(...times(50, (index) => `thing.happened${index}`))
    await work()
    expect(actionsReceived()).toEqual(times(50, (index) => `thing.happened${index}`))
    const [first] = receiver.received
    expect(first?.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'vestibule' })
    const [row] = await store.db
      .select()
      .from(auditLog)
      .where(eq(auditLog.chain, organizationId))
      .orderBy(auditLog.sequence)
      .offset(1)
    expect(JSON.parse(first?.body ?? '')).toMatchObject({
      chain: organizationId,
      sequence: 2,
      actor: { kind: 'operator', name: 'Olive' },
      target: { kind: 'webhook', name: 'receiver' },
      hash: row?.hash,
    })
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(50)
    expect((await deliveries()).map(({ state }) => state)).toEqual(times(50, () => 'delivered'))
    expect(await work()).toBe(0)
  })

  it('are only of actions that begin as was asked for', async () => {
    const { append, work } = await hook(store, receiver.url, ['grant.', 'member.inv'])
    await append('grant.revoked', 'grants.other', 'member.invited', 'member.removed', '%', 'server.updated')
    await work()
    expect(actionsReceived()).toEqual(['grant.revoked', 'member.invited'])
  })

  it('do not hold up a webhook that wants nothing of a long log', async () => {
    const { append, work, row } = await hook(store, receiver.url, ['never.'])
    await append(...times(1_100, () => 'thing.happened'))
    await work()
    expect((await row()).cursor).toBe(1_101)
    expect(receiver.received).toEqual([])
  })

  it('are each made once by ten workers at a time, and still in order', async () => {
    const { append, work } = await hook(store, receiver.url)
    receiver.answer(async (response) => {
      await wait(Math.random() * 5)
      response.writeHead(200).end()
    })
    const names = times(60, (index) => `thing.happened${index}`)
    const writing = append(...names)
    await Promise.all(times(10, () => work()))
    await writing
    await work()
    expect(actionsReceived()).toEqual(names)
  })

  it('of one webhook never overlap, however many workers there are', async () => {
    const { append, work } = await hook(store, receiver.url)
    let [now, most] = [0, 0]
    receiver.answer(async (response) => {
      most = Math.max(most, ++now)
      await wait(5)
      now -= 1
      response.writeHead(200).end()
    })
    await append(...times(30, () => 'thing.happened'))
    await Promise.all(times(10, () => work()))
    await work()
    expect([receiver.received.length, most]).toEqual([30, 1])
  })
})

describe('a worker that is killed in the middle of a delivery', () => {
  it('is taken over when its lease ends, with the same id, and not before', async () => {
    const { append, work, deliverer, clock, deliveries } = await hook(store, receiver.url)
    await append('first.thing', 'second.thing')
    const held = await deliverer.queue.lease(clock.now())
    await deliverer.queue.fill(held!, clock.now())
    const begun = await deliverer.queue.begin(held!, clock.now())
    expect(begun?.record?.action).toBe('first.thing')
    clock.forward(LEASE / 1000 - 1)
    expect(await work()).toBe(0)
    clock.forward(1)
    await work()
    expect(actionsReceived()).toEqual(['first.thing', 'second.thing'])
    expect(receiver.received[0]?.headers['webhook-id']).toBe(begun?.id)
    expect((await deliveries())[0]).toMatchObject({ attempts: 2, state: 'delivered' })
    // Should it not be dead after all, it has no say any more.
    expect(await deliverer.queue.finish(held!, begun!.id, { state: 'dead' }, clock.now())).toBe(false)
    expect(await deliverer.queue.begin(held!, clock.now())).toBeNull()
    expect((await deliveries())[0]?.state).toBe('delivered')
  })
})

describe('a receiver that fails', () => {
  it('is tried eight times over almost a day; then the entry is a dead letter, and the next goes on', async () => {
    const { append, work, clock, deliveries, givenUp } = await hook(store, receiver.url, ['bad.', 'good.'])
    receiver.answer((response, { body }) =>
      response.writeHead(body.includes('bad.thing') ? 500 : 204).end('<b>no\u0000 pe</b>'),
    )
    await append('bad.thing', 'good.thing')
    const begun = clock.now().getTime()
    await work()
    clock.forward(2)
    await work()
    // The good one went out two seconds after the bad one had failed, not after it was given up.
    expect(actionsReceived()).toEqual(['bad.thing', 'good.thing'])
    while ((await deliveries())[0]?.state === 'waiting') {
      const due = (await deliveries())[0]!.nextAttemptAt.getTime()
      clock.forward((due - clock.now().getTime()) / 1000 - 1)
      expect(await work(), 'a second too early').toBe(0)
      clock.forward(1)
      expect(await work()).toBe(1)
    }
    const hours = (clock.now().getTime() - begun) / 3_600_000
    expect(hours).toBeGreaterThan(20)
    expect(hours).toBeLessThan(24)
    const [bad, good] = await deliveries()
    expect(bad).toMatchObject({
      state: 'dead',
      attempts: ATTEMPTS,
      lastStatus: 500,
      lastAnswer: '<b>no pe</b>',
      lastProblem: null,
    })
    expect(givenUp).toEqual([bad?.id])
    expect(good).toMatchObject({ state: 'delivered', attempts: 1 })
    const bads = receiver.received.filter(({ body }) => body.includes('bad.thing'))
    expect(bads).toHaveLength(ATTEMPTS)
    expect(new Set(bads.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('is not hammered at: one attempt, then a pause that grows, also for other entries', async () => {
    const { append, work, clock, row } = await hook(store, receiver.url)
    receiver.answer((response) => response.writeHead(503).end())
    await append(...times(20, () => 'thing.happened'))
    await work()
    expect(receiver.received).toHaveLength(1)
    for (const _ of times(300, () => 0)) {
      clock.forward(1)
      await work()
    }
    expect(receiver.received.length).toBeLessThan(15)
    receiver.answer((response) => response.writeHead(200).end())
    clock.forward(60)
    await work()
    expect((await row()).failures).toBe(0)
  })

  it('says when to come again, within bounds', async () => {
    const { append, work, clock, row, deliveries } = await hook(store, receiver.url)
    const wanted = async (retryAfter: string) => {
      receiver.answer((response) => response.writeHead(429, { 'retry-after': retryAfter }).end())
      await append('thing.happened')
      await work()
      const [delivery] = (await deliveries()).filter(({ attempts }) => attempts === 1).slice(-1)
      const pause = ((await row()).resumesAt!.getTime() - clock.now().getTime()) / 1000
      const next = (delivery!.nextAttemptAt.getTime() - clock.now().getTime()) / 1000
      clock.forward(86_400 * 3)
      receiver.answer((response) => response.writeHead(200).end())
      await work()
      return [pause, next]
    }
    expect(await wanted('300')).toEqual([300, 300])
    expect(await wanted(new Date(clock.now().getTime() + 900_000).toUTCString())).toEqual([900, 900])
    expect(await wanted('999999999')).toEqual([3_600, 21_600])
    expect(await wanted('-5; rm')).toEqual([2, 30])
    expect(await wanted('0')).toEqual([2, 30])
  })

  it('that is not there at all leads to a dead letter as well', async () => {
    const { append, work, clock, deliveries } = await hook(store, 'http://127.0.0.1:9/hook')
    await append('thing.happened')
    for (const _ of times(ATTEMPTS, () => 0)) {
      await work()
      clock.forward(86_400)
    }
    expect(await deliveries()).toMatchObject([
      { state: 'dead', attempts: ATTEMPTS, lastStatus: null, lastProblem: 'the connection is refused' },
    ])
  })

  it('with 410 switches its webhook off, and loses nothing', async () => {
    const { append, work, clock, row, deliveries, organizationId, id } = await hook(store, receiver.url)
    receiver.answer((response) => response.writeHead(410).end())
    await append('first.thing', 'second.thing')
    await work()
    clock.forward(86_400)
    await work()
    expect(receiver.received).toHaveLength(1)
    expect(await row()).toMatchObject({ enabled: false, goneAt: expect.any(Date) })
    const chain = eq(auditLog.chain, organizationId)
    const log = await store.db.select().from(auditLog).where(chain).orderBy(auditLog.sequence)
    expect(log.at(-1)).toMatchObject({ action: 'webhook.switched_off', targetId: id, actorKind: 'system' })
    receiver.answer((response) => response.writeHead(200).end())
    await store.db.update(webhooks).set({ enabled: true }).where(eq(webhooks.id, id))
    await work()
    expect(actionsReceived().slice(1)).toEqual(['first.thing', 'second.thing', 'webhook.switched_off'])
    expect((await deliveries()).every(({ state }) => state === 'delivered')).toBe(true)
  })

  it('delays no other webhook', async () => {
    const slow = await hook(store, receiver.url)
    const other = await startReceiver()
    const quick = await hook(store, other.url)
    receiver.answer(() => {})
    await slow.append(...times(5, () => 'thing.happened'))
    await quick.append(...times(30, () => 'thing.happened'))
    const stuck = slow.work()
    await quick.work()
    expect(other.received).not.toEqual([])
    await stuck
    // Whichever worker took the rest has delivered it.
    expect(other.received).toHaveLength(30)
    expect((await slow.deliveries())[0]).toMatchObject({ lastProblem: 'it did not arrive within 1 seconds' })
    await other.close()
  })
})

describe('what waits', () => {
  it('is bounded: the rest stays in the audit log until there is room', async () => {
    const { append, work, clock, deliveries, row } = await hook(store, receiver.url)
    receiver.answer((response) => response.writeHead(500).end())
    await append(...times(1_600, () => 'thing.happened'))
    for (const _ of times(8, () => 0)) {
      await work()
      clock.forward(61)
    }
    const waiting = (await deliveries()).length
    expect(waiting).toBe(1_000)
    expect((await row()).cursor).toBe(1_001)
  })

  it('is left where it is when the process stops', async () => {
    const { append, deliverer, clock, deliveries, work } = await hook(store, receiver.url)
    await append(...times(5, () => 'thing.happened'))
    const stopping = new AbortController()
    receiver.answer((response) => {
      stopping.abort()
      response.writeHead(200).end()
    })
    const held = await deliverer.queue.lease(clock.now())
    await takeTurn(held!, deliverer, stopping.signal)
    expect(receiver.received).toHaveLength(1)
    expect((await deliveries()).map(({ state }) => state)).toEqual([
      'delivered',
      ...times(4, () => 'waiting'),
    ])
    await work()
    expect(receiver.received).toHaveLength(5)
  })
})
