import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RefreshToken } from '@/lib/oauth/model'
import {
  later,
  newGrant,
  redeemAt,
  refreshToken,
  rotateAt,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

/** Everything that the port of refresh tokens promises, for one implementation. */
export function describeRefreshTokens(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`refresh tokens in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    describe('rotate', () => {
      const redeemedGrant = async (overrides: Partial<RefreshToken> = {}) => {
        const { grant } = await newGrant(store)
        const token = refreshToken(grant.id, overrides)
        await redeemAt(store, 31, grant, token)
        return { grant, token, successor: refreshToken(grant.id) }
      }
      const rotate = (token: RefreshToken, successor: RefreshToken, seconds: number) =>
        rotateAt(store, seconds, token.hash, successor)

      it('exchanges a token for its successor', async () => {
        const { grant, token, successor } = await redeemedGrant()
        expect(await rotate(token, successor, 100)).toBe('rotated')
        expect(await store.refreshTokens.find(token.hash)).toEqual({
          token: { ...token, rotatedAt: later(100) },
          grant,
          upstreamUpdatedAt: later(30),
          upstreamRenewable: true,
        })
        expect(await store.refreshTokens.find(successor.hash)).toMatchObject({ token: successor, grant })
      })

      it('keeps where each of them was issued to', async () => {
        const { token, successor } = await redeemedGrant({ network: '203.0.113.0/24' })
        await rotate(token, { ...successor, network: '2001:db8:1::/48' }, 100)
        expect((await store.refreshTokens.find(token.hash))?.token.network).toBe('203.0.113.0/24')
        expect((await store.refreshTokens.find(successor.hash))?.token.network).toBe('2001:db8:1::/48')
      })

      it('lets 200 concurrent callers in, who share one successor [H-29]', async () => {
        const { grant, token, successor } = await redeemedGrant()
        await store.setClock(later(100))
        const rotations = await Promise.all(
          times(200, () => store.refreshTokens.rotate(token.hash, { successor, grace: 60 })),
        )
        expect(rotations).toEqual(times(200, () => 'rotated'))
        expect(await store.refreshTokens.find(successor.hash)).toMatchObject({ token: successor, grant })
      })

      it('counts the grace window from the first rotation, which retries never move', async () => {
        const { token, successor } = await redeemedGrant()
        await rotate(token, successor, 100)
        expect(await rotate(token, successor, 159)).toBe('rotated')
        expect(await rotate(token, successor, 160)).toBe('reused')
        expect((await store.refreshTokens.find(token.hash))?.token.rotatedAt).toEqual(later(100))
      })

      it('answers a retry the same when the successor has been used since', async () => {
        const { grant, token, successor } = await redeemedGrant()
        await rotate(token, successor, 100)
        await rotate(successor, refreshToken(grant.id), 101)
        expect(await rotate(token, successor, 102)).toBe('rotated')
        expect((await store.refreshTokens.find(successor.hash))?.token.rotatedAt).toEqual(later(101))
      })

      it('refuses a token that is expired, unknown or of a revoked grant, and stores nothing', async () => {
        const expired = await redeemedGrant({ expiresAt: later(100) })
        expect(await rotate(expired.token, expired.successor, 100)).toBe('refused')
        const revoked = await redeemedGrant()
        await store.grants.revoke(revoked.grant.id, { reason: 'refresh_token_reused', at: later(90) })
        expect(await rotate(revoked.token, revoked.successor, 100)).toBe('refused')
        const unknown = await redeemedGrant()
        expect(await rotate(refreshToken(unknown.grant.id), unknown.successor, 100)).toBe('refused')
        for (const { successor } of [expired, revoked, unknown])
          expect(await store.refreshTokens.find(successor.hash)).toBeNull()
      })

      it('finds the revoked grant with the token [H-33]', async () => {
        const { grant, token } = await redeemedGrant()
        await store.grants.revoke(grant.id, { reason: 'refresh_token_reused', at: later(90) })
        expect((await store.refreshTokens.find(token.hash))?.grant.revokedAt).toEqual(later(90))
      })
    })
  })
}
