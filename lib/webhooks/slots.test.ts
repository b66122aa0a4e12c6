import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { webhooks } from '@/drizzle/schema/webhooks'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { times } from '@/lib/store/test-support/store-under-test'
import { hook } from './test-support/hooked'

const URL_OF_NONE = 'http://127.0.0.1:9/'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

it('leaves a slot to others: an organization has one webhook at a time', async () => {
  const [slow, other] = [await hook(store, URL_OF_NONE), await hook(store, URL_OF_NONE)]
  await store.db.insert(webhooks).values(
    times(3, (index) => ({
      id: `slow-${index}-${slow.id}`,
      organizationId: slow.organizationId,
      url: URL_OF_NONE,
      actions: [],
      secret: 'sealed',
      cursor: 0,
      createdBy: 'Olive',
      createdAt: slow.clock.now(),
    })),
  )
  for (const { append } of [slow, other]) await append('thing.happened')
  const leased: string[] = []
  for (let held = await slow.deliverer.queue.lease(slow.clock.now()); held; ) {
    leased.push(held.webhookId)
    held = await slow.deliverer.queue.lease(slow.clock.now())
  }
  expect(leased.filter((id) => id.includes(slow.id))).toHaveLength(1)
  expect(leased).toContain(other.id)
  slow.clock.forward(61)
  expect(
    await slow.deliverer.queue.lease(slow.clock.now()),
    'a lease that ran out holds nobody up',
  ).not.toBeNull()
})

it('leaves the next turn to whoever has waited for longest, though the last one has more to send', async () => {
  await store.db.update(webhooks).set({ enabled: false })
  const [one, other] = [await hook(store, URL_OF_NONE), await hook(store, URL_OF_NONE)]
  for (const { append } of [one, other]) await append('thing.happened')
  const { queue } = one.deliverer
  const turns: string[] = []
  for (const _ of times(4, () => null)) {
    one.clock.forward(1)
    const held = await queue.lease(one.clock.now())
    if (!held) break
    turns.push(held.webhookId)
    await queue.release(held)
  }
  expect(turns.slice(0, 2).toSorted()).toEqual([one.id, other.id].toSorted())
  expect(turns.slice(2)).toEqual(turns.slice(0, 2))
})

it('makes no delivery for a webhook that is deleted at the same moment, and no error', async () => {
  await store.db.update(webhooks).set({ enabled: false })
  const { append, clock, deliverer, id } = await hook(store, URL_OF_NONE)
  await append('thing.happened')
  const held = await deliverer.queue.lease(clock.now())
  expect(held?.webhookId).toBe(id)
  if (!held) return
  const [filled] = await store.db.transaction(async (tx) => {
    await tx.delete(webhooks).where(eq(webhooks.id, id))
    const filling = deliverer.queue.fill(held, clock.now())
    filling.catch(() => {})
    await vi.waitFor(async () => {
      const [{ waiting = 0 } = {}] = await store.db.execute<{ waiting: number }>(
        sql`select count(*)::int as waiting from pg_locks where not granted`,
      )
      expect(waiting).toBeGreaterThan(0)
    })
    return [filling]
  })
  expect(await filled).toBe(false)
})
