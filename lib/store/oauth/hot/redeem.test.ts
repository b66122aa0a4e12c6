import { eq, sql } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clients } from '@/drizzle/schema/clients'
import type { RememberedVersions } from '@/lib/oauth/ports/tokens'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newRequest,
  randomHash,
} from '@/lib/store/test-support/store-under-test'
import { redeemRemembered } from './redeem'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const REMEMBERED: RememberedVersions = { server: 1, client: 1 }

describe('a grant that was written with its code', () => {
  let made: Awaited<ReturnType<typeof newRequest>>
  let code: { readonly grantId: string; serverId: string; clientRowId: string; codeHash: string }
  beforeEach(async () => {
    made = await newRequest(store)
    const codeHash = randomHash()
    const event = { at: later(31), step: 'code', outcome: 'ok', reason: 'ok' } as const
    const grant = await complete(store, { ...completedLogin(made), issued: { codeHash, event } })
    code = { grantId: grant.id, serverId: made.server.id, clientRowId: made.client.id, codeHash }
  })

  it('is redeemed in place: no index of its table is written', async () => {
    const written = await store.db.$client.begin(async (transaction) => {
      const counts = async () => {
        const [row] =
          await transaction`select pg_stat_get_xact_tuples_updated('grants'::regclass)::int as all,
          pg_stat_get_xact_tuples_hot_updated('grants'::regclass)::int as in_place`
        return row
      }
      const tx = Object.assign(Object.create(store.db), { $client: transaction })
      const before = await counts()
      expect(await redeemRemembered(tx, code, REMEMBERED, { instance: 'i', firstToken: true })).not.toBeNull()
      const after = await counts()
      return { all: after?.all - before?.all, in_place: after?.in_place - before?.in_place }
    })
    expect(written).toEqual({ all: 1, in_place: 1 })
  })

  it.each([
    ['remembered', REMEMBERED],
    ['read', undefined],
  ])('is redeemed with that code alone, by rows that were %s', async (_name, remembered) => {
    expect(await store.grants.redeem({ ...code, remembered, codeHash: randomHash() })).toBeNull()
    expect(await store.grants.redeem({ ...code, remembered })).not.toBeNull()
  })

  it('marks its client with the first token, and leaves it alone from then on', async () => {
    const firstToken = async () => {
      const [row] = await store.db.select().from(clients).where(eq(clients.id, code.clientRowId))
      return row?.firstTokenAt
    }
    expect(await firstToken()).toBeNull()
    expect(await store.grants.redeem({ ...code, remembered: REMEMBERED })).not.toBeNull()
    expect(await firstToken()).not.toBeNull()
    const grant = await complete(store, completedLogin(await newRequest(store, made)))
    await store.db.execute(sql`update clients set first_token_at = null where id = ${code.clientRowId}`)
    const again = { ...code, grantId: grant.id, codeHash: randomHash(), remembered: REMEMBERED }
    expect(await store.grants.redeem(again)).not.toBeNull()
    expect(await firstToken()).toBeNull()
  })
})
