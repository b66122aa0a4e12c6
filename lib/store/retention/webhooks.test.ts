import { afterAll, beforeAll, expect, it } from 'vitest'
import { webhookDeliveries, webhooks } from '@/drizzle/schema/webhooks'
import { insertConnection, openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, random } from '@/lib/store/test-support/store-under-test'
import { deliveriesOf } from '@/lib/store/test-support/webhooks'
import { retention } from './runner'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const DAY = 24 * 3_600

it('deliveries go after a week, dead letters after a month, and what waits never', async () => {
  const { organizationId } = await insertConnection(store.db, store.sealer)
  const webhookId = random()
  const hook = { id: webhookId, organizationId, url: 'https://a.example/', actions: [], secret: 's' }
  await store.db.insert(webhooks).values({ ...hook, cursor: 0, createdBy: 'Olive' })
  const row = (sequence: number) => ({ id: random(), webhookId, sequence, nextAttemptAt: later(0) })
  await store.db
    .insert(webhookDeliveries)
    .values([
      { ...row(1), state: 'delivered', endedAt: later(0) },
      { ...row(2), state: 'dead', endedAt: later(0) },
      row(3),
    ])
  const left = async (seconds: number) => {
    await retention(store.db)(later(seconds))
    return (await deliveriesOf(store, webhookId)).map(({ sequence }) => sequence)
  }
  expect(await left(7 * DAY - 1)).toEqual([1, 2, 3])
  expect(await left(7 * DAY)).toEqual([2, 3])
  expect(await left(30 * DAY - 1)).toEqual([2, 3])
  expect(await left(30 * DAY)).toEqual([3])
  expect(await left(5 * 365 * DAY)).toEqual([3])
})
