import { eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { grantChecks, grants } from '@/drizzle/schema/grants'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newGrant, redeemAt, refreshToken } from '@/lib/store/test-support/store-under-test'
import { retention } from './runner'

let store: PostgresUnderTest
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

const YEAR = 365 * 24 * 3_600

/** So many seconds after the time of the tests, everything is cleaned. */
const clean = (seconds: number) => retention(store.db)(later(seconds))

describe('logins whose code was never redeemed', () => {
  const isAbandoned = async ({ id }: { readonly id: string }) =>
    (await store.db.select().from(grants).where(eq(grants.id, id)))[0]?.isAbandoned

  it('count as abandoned a quarter of an hour later, those that were redeemed do not', async () => {
    const [{ grant }, redeemed] = [await newGrant(store), (await newGrant(store)).grant]
    await redeemAt(store, 31, redeemed, refreshToken(redeemed.id))
    await clean(929)
    expect(await isAbandoned(grant)).toBe(false)
    await clean(930)
    expect(await isAbandoned(grant)).toBe(true)
    expect(await isAbandoned(redeemed)).toBe(false)
    expect(await store.db.$count(grantChecks, inArray(grantChecks.grantId, [grant.id, redeemed.id]))).toBe(0)
  })

  it('do so no longer when it is redeemed after all, and never go then', async () => {
    const { grant } = await newGrant(store)
    await clean(930)
    await redeemAt(store, 931, grant)
    expect(await isAbandoned(grant)).toBe(false)
    await clean(YEAR)
    expect(await store.grants.find(grant.id)).not.toBeNull()
  })
})
