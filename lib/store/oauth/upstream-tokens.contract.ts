import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Identity, UpstreamTokens } from '@/lib/oauth/model'
import {
  complete,
  completedLogin,
  later,
  newGrant,
  newRequest,
  random,
  redeemAt,
  refreshToken,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

const newLease = (seconds = 30) => ({ id: random(), until: later(100 + seconds) })

/** Everything that the port of upstream tokens promises, for one implementation. */
export function describeUpstreamTokens(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`upstream tokens in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    const grantWith = async (upstreamTokens: Partial<UpstreamTokens>, identity: Partial<Identity> = {}) => {
      const made = await newRequest(store)
      return complete(store, completedLogin(made, { upstreamTokens, identity }))
    }
    const leaseOf = async (grantId: string, lease = newLease(), seconds = 100) => {
      const { revision } = (await store.upstreamTokens.status(grantId))!
      return store.upstreamTokens.lease(grantId, revision, lease, later(seconds))
    }

    describe('status and read', () => {
      it('tell how a login left them', async () => {
        const grant = await grantWith({ scope: 'openid email', expiresAt: later(330) })
        const status = {
          grantId: grant.id,
          revision: 0,
          renewable: true,
          scope: 'openid email',
          expiresAt: later(330),
          updatedAt: later(30),
          failures: 0,
        }
        expect(await store.upstreamTokens.status(grant.id)).toEqual(status)
        expect(await store.upstreamTokens.read(grant.id)).toEqual({ accessToken: 'upstream-access', status })
      })

      it('know nothing of a grant that is unknown or revoked', async () => {
        const { grant } = await newGrant(store)
        await store.grants.revoke(grant.id, { reason: 'revoked_by_client', at: later(40) })
        for (const id of [grant.id, random()]) {
          expect(await store.upstreamTokens.status(id)).toBeNull()
          expect(await store.upstreamTokens.read(id)).toBeNull()
        }
      })
    })

    describe('lease', () => {
      it('is given to one of 50 concurrent callers, with what a refresh needs', async () => {
        const { grant, server } = await newGrant(store)
        const leases = await Promise.all(
          times(50, () => store.upstreamTokens.lease(grant.id, 0, newLease(), later(100))),
        )
        expect(leases.filter((lease) => lease !== null)).toEqual([
          {
            connectionId: server.connectionId,
            refreshToken: 'upstream-refresh',
            subject: expect.any(String),
            identitySource: expect.any(String),
          },
        ])
        expect((await store.upstreamTokens.status(grant.id))?.leasedUntil).toEqual(later(130))
      })

      it('is given again when it has run out, and then the first holder has lost it', async () => {
        const { grant } = await newGrant(store)
        const [dead, alive] = [newLease(), newLease(60)]
        await leaseOf(grant.id, dead)
        expect(await leaseOf(grant.id, alive, 129)).toBeNull()
        expect(await leaseOf(grant.id, alive, 130)).not.toBeNull()
        const late = { accessToken: 'late' }
        expect(await store.upstreamTokens.save(grant.id, dead.id, late, later(131))).toBe(false)
        const times = { now: later(131), retryAt: later(161) }
        expect(await store.upstreamTokens.fail(grant.id, dead.id, times)).toBe(false)
        expect((await store.upstreamTokens.read(grant.id))?.accessToken).toBe('upstream-access')
        expect(await store.upstreamTokens.save(grant.id, alive.id, late, later(132))).toBe(true)
      })

      it('is refused for an older revision of the row', async () => {
        const { grant } = await newGrant(store)
        const lease = newLease()
        await leaseOf(grant.id, lease)
        await store.upstreamTokens.save(grant.id, lease.id, { accessToken: 'new' }, later(101))
        expect(await store.upstreamTokens.lease(grant.id, 0, newLease(), later(102))).toBeNull()
        expect(await store.upstreamTokens.lease(grant.id, 1, newLease(), later(102))).not.toBeNull()
      })

      it('is refused without a refresh token, or for a revoked grant', async () => {
        const { grant } = await newGrant(store)
        await store.grants.revoke(grant.id, { reason: 'revoked_by_client', at: later(40) })
        expect(await store.upstreamTokens.lease(grant.id, 0, newLease(), later(100))).toBeNull()
        const made = await newRequest(store)
        const { refreshToken: _, ...tokens } = completedLogin(made).upstreamTokens
        const poor = await complete(store, { ...completedLogin(made), upstreamTokens: tokens })
        expect((await store.upstreamTokens.status(poor.id))?.renewable).toBe(false)
        expect(await leaseOf(poor.id)).toBeNull()
      })
    })

    describe('save', () => {
      it('stores what came, keeps what did not, and forgets earlier failures', async () => {
        const grant = await grantWith({ scope: 'a b', expiresAt: later(90) })
        const [first, second] = [newLease(), newLease()]
        await leaseOf(grant.id, first)
        await store.upstreamTokens.fail(grant.id, first.id, { now: later(101), retryAt: later(131) })
        await leaseOf(grant.id, second)
        const tokens = { accessToken: 'new', scope: 'a', grantedScope: 'a b', expiresAt: later(400) }
        await store.upstreamTokens.save(grant.id, second.id, tokens, later(102))
        expect(await store.upstreamTokens.read(grant.id)).toEqual({
          accessToken: 'new',
          status: {
            grantId: grant.id,
            revision: 2,
            renewable: true,
            scope: 'a',
            grantedScope: 'a b',
            expiresAt: later(400),
            updatedAt: later(102),
            failures: 0,
          },
        })
        expect(await leaseOf(grant.id)).toMatchObject({ refreshToken: 'upstream-refresh', scope: 'a b' })
      })

      it('hands the rotated refresh token to the next one', async () => {
        const { grant } = await newGrant(store)
        const lease = newLease()
        await leaseOf(grant.id, lease)
        const tokens = { accessToken: 'new', refreshToken: 'rotated', unnarrowableTo: 'a' }
        await store.upstreamTokens.save(grant.id, lease.id, tokens, later(101))
        expect((await store.upstreamTokens.status(grant.id))?.unnarrowableTo).toBe('a')
        expect(await leaseOf(grant.id)).toMatchObject({ refreshToken: 'rotated' })
      })
    })

    describe('fail', () => {
      it('counts, and remembers the first', async () => {
        const { grant } = await newGrant(store)
        for (const seconds of [101, 141]) {
          const lease = newLease(seconds)
          await leaseOf(grant.id, lease, seconds)
          const times = { now: later(seconds), retryAt: later(seconds + 30) }
          expect(await store.upstreamTokens.fail(grant.id, lease.id, times)).toBe(true)
        }
        const status = await store.upstreamTokens.status(grant.id)
        expect(status).toMatchObject({
          failingSince: later(101),
          failures: 2,
          retryAt: later(171),
          revision: 2,
        })
        expect(status).not.toHaveProperty('leasedUntil')
      })
    })

    describe('takeEnded', () => {
      /** Two grants of one user with one connection, both with a live refresh token. */
      async function twoGrants() {
        const identity = { subject: random() }
        const first = await newRequest(store)
        const second = await newRequest(store, first)
        const grants = [
          await complete(store, completedLogin(first, { identity })),
          await complete(store, completedLogin(second, { identity })),
        ] as const
        for (const grant of grants)
          await redeemAt(store, 31, grant, refreshToken(grant.id, { expiresAt: later(86_400 * 9) }))
        return { grants, connectionId: first.server.connectionId }
      }
      const revoke = (id: string) => store.grants.revoke(id, { reason: 'revoked_by_client', at: later(100) })
      const takenOf = async (ids: readonly string[], seconds = 101) =>
        (await store.upstreamTokens.takeEnded(100, later(seconds))).filter(({ grantId }) =>
          ids.includes(grantId),
        )

      it('gives the tokens of a revoked grant to one of 20 concurrent callers, and deletes them', async () => {
        const { grant, server } = await newGrant(store)
        await revoke(grant.id)
        const taken = await Promise.all(times(20, () => takenOf([grant.id])))
        expect(taken.flat()).toEqual([
          {
            grantId: grant.id,
            serverId: server.id,
            userId: grant.userId,
            clientId: grant.clientId,
            connectionId: server.connectionId,
            accessToken: 'upstream-access',
            refreshToken: 'upstream-refresh',
            isLast: true,
          },
        ])
        expect(await takenOf([grant.id])).toEqual([])
      })

      it('leaves the tokens of live grants alone', async () => {
        const { grant } = await newGrant(store)
        expect(await takenOf([grant.id])).toEqual([])
        expect(await store.upstreamTokens.status(grant.id)).not.toBeNull()
      })

      it('knows the last grant of a user on a connection', async () => {
        const { grants, connectionId } = await twoGrants()
        const [one, two] = grants
        await revoke(one.id)
        expect(await takenOf([one.id])).toMatchObject([{ isLast: false, connectionId }])
        await revoke(two.id)
        expect(await takenOf([two.id])).toMatchObject([{ isLast: true, connectionId }])
      })

      it('knows at least one last, however two last grants are revoked at once', async () => {
        for (let round = 0; round < 10; round++) {
          const { grants } = await twoGrants()
          const ids = grants.map(({ id }) => id)
          const taken = await Promise.all(
            ids.map(async (id) => {
              await revoke(id)
              return takenOf(ids)
            }),
          )
          expect(taken.flat()).toHaveLength(2)
          expect(taken.flat().filter(({ isLast }) => isLast).length).toBeGreaterThan(0)
        }
      })

      it('does not count a grant whose refresh tokens have all expired', async () => {
        const { grants } = await twoGrants()
        await revoke(grants[0].id)
        expect(await takenOf([grants[0].id], 86_400 * 10)).toMatchObject([{ isLast: true }])
      })

      it('does not count another user, nor the same one at another connection', async () => {
        const first = await newRequest(store)
        const neighbour = await newRequest(store, first)
        const elsewhere = await newRequest(store)
        const identity = { subject: random() }
        const mine = await complete(store, completedLogin(first, { identity }))
        await complete(store, completedLogin(neighbour))
        await complete(store, completedLogin(elsewhere, { identity }))
        await revoke(mine.id)
        expect(await takenOf([mine.id])).toMatchObject([{ isLast: true }])
      })

      it('waits for a refresh under way, and gets what that brings', async () => {
        const { grant } = await newGrant(store)
        const lease = newLease()
        await leaseOf(grant.id, lease)
        await revoke(grant.id)
        expect(await takenOf([grant.id])).toEqual([])
        const tokens = { accessToken: 'new', refreshToken: 'rotated' }
        expect(await store.upstreamTokens.save(grant.id, lease.id, tokens, later(101))).toBe(true)
        expect(await takenOf([grant.id])).toMatchObject([{ accessToken: 'new', refreshToken: 'rotated' }])
      })

      it('takes over from a refresh that never came back', async () => {
        const { grant } = await newGrant(store)
        await leaseOf(grant.id)
        await revoke(grant.id)
        expect(await takenOf([grant.id], 130)).toMatchObject([{ refreshToken: 'upstream-refresh' }])
      })
    })

    it('discard deletes them, and is harmless when they are gone', async () => {
      const { grant } = await newGrant(store)
      await store.upstreamTokens.discard(grant.id)
      await store.upstreamTokens.discard(grant.id)
      expect(await store.upstreamTokens.status(grant.id)).toBeNull()
    })
  })
}
