import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AuthorizationRequest, Identity } from '@/lib/oauth/model'
import type { CompletedLogin } from '@/lib/oauth/ports/ports'
import {
  complete,
  completedLogin,
  later,
  newRequest,
  random,
  redeemAt,
  refreshToken,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

const SITE = 'https://client.example/callback'
const DAYS = 24 * 3600

type Visit = Partial<Pick<AuthorizationRequest, 'scope' | 'redirectUri' | 'assumedScope' | 'rememberedFor'>>

/** What the ports of consents and logins promise of what a user allowed before, for one implementation. */
export function describeConsents(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`earlier consents in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    /** A user and a client at a server, who meet several times. */
    const scene = async () => {
      const known = await newRequest(store)
      const alice = { subject: random() }
      const login = async (visit: Visit, identity: Partial<Identity> = alice): Promise<CompletedLogin> => {
        const { request, server } = await newRequest(store, known)
        const asked = { ...request, redirectUri: SITE, ...visit }
        const grantable = ['a', 'b', 'c', 'd', 'offline_access']
        return { ...completedLogin({ server, request: asked }, { identity }), grantable }
      }
      return {
        ...known,
        login,
        allow: async (visit: Visit, seconds = 30, identity?: Partial<Identity>) =>
          complete(store, await login(visit, identity), seconds),
        tryToComplete: async (visit: Visit, identity?: Partial<Identity>) =>
          store.logins.complete(await login(visit, identity), later(60)),
        earlier: (userId: string, changes: { redirectUri?: string; resource?: string } = {}, seconds = 60) =>
          store.consents.earlier(
            userId,
            {
              server: { ...known.server, ...(changes.resource && { resource: changes.resource }) },
              request: { ...known.request, redirectUri: changes.redirectUri ?? SITE },
            },
            later(seconds),
          ),
      }
    }

    describe('earlier', () => {
      it('knows nothing of a user who was never here', async () => {
        const { earlier, allow } = await scene()
        await allow({ scope: ['a'] })
        expect(await earlier(random())).toBeNull()
      })

      it('knows nothing for a device: another one may be an attacker’s', async () => {
        const { server, request, allow } = await scene()
        const { userId } = await allow({ scope: ['a'] })
        const device = { ...request, redirectUri: SITE, deviceCodeId: random() }
        expect(await store.consents.earlier(userId, { server, request: device }, later(60))).toBeNull()
      })

      it('knows what was granted and what was answered', async () => {
        const { earlier, allow } = await scene()
        const { userId } = await allow({ scope: ['a'] })
        await allow({ scope: ['b'] }, 40)
        const known = await earlier(userId)
        expect([known?.granted.toSorted(), known?.answered?.toSorted()]).toEqual([
          ['a', 'b'],
          ['a', 'b'],
        ])
        expect(known?.offline).toBe(false)
      })

      it('knows whether the client stays connected', async () => {
        const { earlier, allow } = await scene()
        const grant = await allow({ scope: ['a'] })
        await redeemAt(store, 31, grant, refreshToken(grant.id))
        expect((await earlier(grant.userId))?.offline).toBe(true)
      })

      it('keeps redirect URIs apart, but not ports on loopback', async () => {
        const { earlier, allow } = await scene()
        const { userId } = await allow({ scope: ['a'], redirectUri: 'http://127.0.0.1:5000/cb' })
        const granted = async (redirectUri: string) => (await earlier(userId, { redirectUri }))?.granted
        expect(await granted('http://127.0.0.1:6000/cb')).toEqual(['a'])
        expect(await granted('http://127.0.0.1/cb')).toEqual(['a'])
        for (const other of [SITE, 'http://localhost:5000/cb', 'http://127.0.0.1:5000/other'])
          expect(await granted(other), other).toBeUndefined()
        await allow({ scope: ['a'], redirectUri: 'https://client.example:5000/cb' })
        expect(await granted('https://client.example:6000/cb')).toBeUndefined()
      })

      it('takes no answer for another redirect URI or resource for one [PX-3]', async () => {
        const { earlier, allow } = await scene()
        const { userId } = await allow({ scope: ['a'], redirectUri: 'http://127.0.0.1:5000/cb' })
        expect((await earlier(userId, { redirectUri: 'http://127.0.0.1:5000/cb' }))?.answered).toEqual(['a'])
        expect((await earlier(userId, { redirectUri: 'http://127.0.0.1:6000/cb' }))?.answered).toBeNull()
        await allow({ scope: ['a'] })
        expect((await earlier(userId, { resource: 'https://mcp.example/new' }))?.answered).toBeNull()
      })

      it('forgets the answer with any grant that is revoked, also while others live [H-33]', async () => {
        const { earlier, allow } = await scene()
        const laptop = await allow({ scope: ['a'] })
        const desktop = await allow({ scope: ['a'] }, 40)
        const bob = await allow({ scope: ['a'] }, 40, { subject: random() })
        await store.grants.revoke(laptop.id, { reason: 'revoked_by_operator', at: later(50) })
        expect(await earlier(desktop.userId)).toEqual({ granted: ['a'], offline: false, answered: null })
        expect((await earlier(bob.userId))?.answered).toEqual(['a'])
        await store.grants.revoke(desktop.id, { reason: 'code_replayed', at: later(51) })
        expect(await earlier(desktop.userId)).toBeNull()
        await allow({ scope: ['b'] }, 55)
        expect(await earlier(desktop.userId)).toEqual({ granted: ['b'], offline: false, answered: ['b'] })
      })

      it('forgets what no token can hang on any more', async () => {
        const { earlier, allow } = await scene()
        const { userId } = await allow({ scope: ['a'] }, 0)
        expect(await earlier(userId, {}, 180 * DAYS - 1)).not.toBeNull()
        expect(await earlier(userId, {}, 180 * DAYS)).toBeNull()
      })
    })

    describe('a completed login', () => {
      it('unites what is asked for now with what was granted before, and leaves the old grant as it is', async () => {
        const { allow } = await scene()
        const first = await allow({ scope: ['a', 'offline_access'] })
        const second = await allow({ scope: ['b'] }, 40)
        expect(second.scope).toEqual(['b', 'a', 'offline_access'])
        expect(await store.grants.find(first.id)).toEqual(first)
      })

      it('takes over nothing that the client may not have any more', async () => {
        const { allow } = await scene()
        await allow({ scope: ['a', 'withdrawn'] })
        expect((await allow({ scope: ['b'] }, 40)).scope).toEqual(['b', 'a'])
      })

      it('takes over nothing from other users, clients, redirect URIs, or revoked grants', async () => {
        const { allow } = await scene()
        const other = await scene()
        const revoked = await allow({ scope: ['a'] })
        await store.grants.revoke(revoked.id, { reason: 'revoked_by_client', at: later(31) })
        await allow({ scope: ['b'] }, 35, { subject: random() })
        await allow({ scope: ['c'], redirectUri: 'https://client.example/other' }, 35)
        await other.allow({ scope: ['d'] }, 35)
        expect((await allow({ scope: ['offline_access'] }, 40)).scope).toEqual(['offline_access'])
      })

      it('loses no scope to logins at the same time', async () => {
        const { login } = await scene()
        const names = times(8, (index) => `scope-${index}`)
        const logins = await Promise.all(names.map((scope) => login({ scope: [scope] })))
        await Promise.all(logins.map((one) => store.logins.complete({ ...one, grantable: names }, later(30))))
        const written = await Promise.all(logins.map(({ grantId }) => store.grants.find(grantId)))
        const sizes = written.map((grant) => grant?.scope.length ?? 0)
        expect(sizes.toSorted()).toEqual(times(8, (index) => index + 1))
      })
    })

    describe('a login that rests on an earlier answer', () => {
      it('is completed for the user who gave it, and is no new answer', async () => {
        const { allow, tryToComplete, earlier } = await scene()
        const { id, userId } = await allow({ scope: ['a'] })
        const outcome = await tryToComplete({ scope: ['a'], rememberedFor: userId })
        expect(outcome).toMatchObject({ outcome: 'completed', userId })
        await store.grants.revoke(id, { reason: 'revoked_by_client', at: later(61) })
        expect((await earlier(userId, {}, 70))?.answered).toBeNull()
      })

      it('is for no other user, not for more, and not after it was withdrawn', async () => {
        const { allow, tryToComplete, earlier } = await scene()
        const { id, userId } = await allow({ scope: ['a'] })
        const bob = { subject: random() }
        const lapsed = { outcome: 'consent_lapsed' }
        expect(await tryToComplete({ scope: ['a'], rememberedFor: userId }, bob)).toEqual(lapsed)
        expect(await tryToComplete({ scope: ['a', 'b'], rememberedFor: userId })).toEqual(lapsed)
        await store.grants.revoke(id, { reason: 'refresh_token_reused', at: later(50) })
        expect(await tryToComplete({ scope: ['a'], rememberedFor: userId })).toEqual(lapsed)
        expect(await earlier(userId)).toBeNull()
      })

      it('gives a user what the page showed as allowed before only if that user allowed it', async () => {
        const { allow, tryToComplete } = await scene()
        const visit = { scope: ['a', 'b'], assumedScope: ['a', 'not-asked-for'] }
        await allow({ scope: ['a'] })
        const bob = { subject: random() }
        expect(await tryToComplete(visit, bob)).toEqual({ outcome: 'consent_lapsed' })
        expect(await allow(visit, 60)).toMatchObject({ scope: ['a', 'b'] })
        await allow({ scope: ['a'] }, 60, bob)
        expect(await allow(visit, 60, bob)).toMatchObject({ scope: ['a', 'b'] })
      })

      it('records as answered what was asked for, also what the page showed as allowed before', async () => {
        const { allow, tryToComplete, earlier } = await scene()
        const { id, userId } = await allow({ scope: ['a', 'c'] })
        await allow({ scope: ['a'] }, 40)
        await store.grants.revoke(id, { reason: 'revoked_by_client', at: later(50) })
        await tryToComplete({ scope: ['a', 'b'], assumedScope: ['a'] })
        expect((await earlier(userId))?.answered).toEqual(['a', 'b'])
      })
    })
  })
}
