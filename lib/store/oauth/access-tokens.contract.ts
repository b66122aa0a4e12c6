import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccessToken } from '@/lib/oauth/model'
import {
  later,
  newGrant,
  random,
  randomHash,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

const accessToken = (grantId: string, overrides: Partial<AccessToken> = {}): AccessToken => ({
  hash: randomHash(),
  id: random(),
  grantId,
  audience: 'https://mcp.example/mcp',
  scope: ['files:read'],
  issuedAt: later(31),
  expiresAt: later(3_631),
  ...overrides,
})

/** Everything that the port of access tokens promises, for one implementation. */
export function describeAccessTokens(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`access tokens in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    it('are found by their hash, with their grant', async () => {
      const { grant } = await newGrant(store)
      const token = accessToken(grant.id)
      await store.accessTokens.save(token)
      expect(await store.accessTokens.find(token.hash)).toEqual({ token, grant })
      expect(await store.accessTokens.find(randomHash())).toBeNull()
    })

    it('show that their grant was revoked', async () => {
      const { grant } = await newGrant(store)
      const token = accessToken(grant.id)
      await store.accessTokens.save(token)
      await store.grants.revoke(grant.id, { reason: 'revoked_by_client', at: later(40) })
      expect((await store.accessTokens.find(token.hash))?.grant.revokedAt).toEqual(later(40))
      const signed = await store.accessTokens.findGrantOfSigned({ id: random(), grantId: grant.id })
      expect(signed?.revokedAt).toEqual(later(40))
    })

    it('end one by one', async () => {
      const { grant } = await newGrant(store)
      const [one, two] = [accessToken(grant.id), accessToken(grant.id)]
      for (const token of [one, two]) await store.accessTokens.save(token)
      await store.accessTokens.end(one.hash)
      await store.accessTokens.end(one.hash)
      expect(await store.accessTokens.find(one.hash)).toBeNull()
      expect(await store.accessTokens.find(two.hash)).toEqual({ token: two, grant })
    })

    it('are swept away after they expired, by the writes of others', async () => {
      const { grant } = await newGrant(store)
      const old = times(10, () => accessToken(grant.id, { expiresAt: later(100) }))
      for (const token of old) await store.accessTokens.save(token)
      const fresh = times(10, () => accessToken(grant.id, { issuedAt: later(101) }))
      // Concurrent writes share the sweep and never wait for one another's rows.
      await Promise.all(fresh.map((token) => store.accessTokens.save(token)))
      await store.accessTokens.save(accessToken(grant.id, { issuedAt: later(101) }))
      const left = await Promise.all(old.map(({ hash }) => store.accessTokens.find(hash)))
      expect(left.filter((found) => found !== null)).toEqual([])
      for (const token of fresh) expect(await store.accessTokens.find(token.hash)).toEqual({ token, grant })
    })

    it('that are signed are revoked by themselves, once or several times at once', async () => {
      const { grant } = await newGrant(store)
      const [revoked, other] = times(2, () => ({ id: random(), grantId: grant.id, expiresAt: later(3_631) }))
      await Promise.all(times(10, () => store.accessTokens.revokeSigned(revoked!, later(40))))
      expect(await store.accessTokens.findGrantOfSigned(revoked!)).toBeNull()
      expect(await store.accessTokens.findGrantOfSigned(other!)).toEqual(grant)
      expect(await store.accessTokens.findGrantOfSigned({ id: random(), grantId: random() })).toBeNull()
    })

    it('stay revoked until they expire, whatever else is revoked meanwhile', async () => {
      const { grant } = await newGrant(store)
      const token = { id: random(), grantId: grant.id, expiresAt: later(100) }
      const others = times(10, () => ({ id: random(), grantId: grant.id, expiresAt: later(3_631) }))
      await store.accessTokens.revokeSigned(token, later(40))
      for (const other of others) await store.accessTokens.revokeSigned(other, later(99))
      expect(await store.accessTokens.findGrantOfSigned(token)).toBeNull()
    })
  })
}
