import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client } from '@/lib/oauth/model'
import type { RegistrationKey } from '@/lib/oauth/ports/clients'
import {
  complete,
  completedLogin,
  event,
  later,
  newClient,
  newRequest,
  randomHash,
  redeemAt,
  refreshToken,
  rotateAt,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

const ENDING = event({ at: later(60), outcome: 'failed', reason: 'client_deleted' })

/** Everything that the port promises, for one implementation. */
export function describeRegistrations(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`registrations in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    async function register(overrides: Parameters<typeof newClient>[1] = {}) {
      const server = await store.newServer()
      const tokenHash = randomHash()
      const client = await store.clients.register(
        newClient(server.id, { registrationTokenHash: tokenHash, ...overrides }),
      )
      return { server, client, key: { serverId: server.id, clientId: client.clientId, tokenHash } }
    }

    /** A whole registration that differs from what was registered in everything. */
    const facts = (overrides: object = {}) => ({
      redirectUris: ['https://new.example/callback'],
      tokenEndpointAuthMethod: 'none' as const,
      grantTypes: ['authorization_code' as const],
      metadata: { clientName: 'New', clientUri: 'https://new.example/' },
      ...overrides,
    })

    const replace = (key: RegistrationKey, secretHash?: string) =>
      store.registrations.replace(key, facts(), { secretHash })

    it('finds a registration by its token, with everything that was registered', async () => {
      const metadata = { clientName: 'Nötes', contacts: ['dev@app.example'] }
      const { client, key } = await register({ metadata })
      expect(await store.registrations.find(key)).toEqual({ client, metadata })
    })

    it('finds nothing for another token, client, server or kind', async () => {
      const { key } = await register()
      const other = await register()
      const fixed = await register({ kind: 'preregistered' })
      const tokenless = await register({ registrationTokenHash: '' })
      const wrong = [
        { ...key, tokenHash: randomHash() },
        { ...key, tokenHash: other.key.tokenHash },
        { ...key, clientId: other.key.clientId },
        { ...key, serverId: other.key.serverId },
        fixed.key,
        tokenless.key,
      ]
      for (const attempt of wrong) {
        expect(await store.registrations.find(attempt)).toBeNull()
        expect(await replace(attempt)).toBeNull()
        expect(await store.registrations.delete(attempt, ENDING)).toBe(false)
      }
      expect(await store.registrations.find(key)).not.toBeNull()
    })

    it('replaces everything: what is left out is gone', async () => {
      const { client, key } = await register({
        name: 'Old',
        secretHash: 'a'.repeat(64),
        scope: ['files:read'],
        jwksUri: 'https://old.example/jwks',
      })
      const replaced = await replace(key, 'a'.repeat(64))
      const { metadata, ...rest } = facts()
      expect(replaced).toEqual({
        ...rest,
        id: client.id,
        serverId: client.serverId,
        clientId: client.clientId,
        kind: 'registered',
        uri: metadata.clientUri,
        createdAt: client.createdAt,
      })
      expect(await store.registrations.find(key)).toEqual({ client: replaced, metadata })
    })

    it('replaces nothing when the secret changed meanwhile', async () => {
      const { client, key } = await register({ secretHash: 'a'.repeat(64) })
      expect(await replace(key, 'b'.repeat(64))).toBeNull()
      expect(await replace(key)).toBeNull()
      expect(await store.clients.find(key.serverId, key.clientId)).toEqual(client)
    })

    it('makes one secret, however many ask for the first', async () => {
      const { key } = await register()
      const hashes = times(8, randomHash)
      const results = await Promise.all(
        hashes.map((secretHash) =>
          store.registrations.replace(key, facts({ secretHash }), { secretHash: undefined }),
        ),
      )
      const winners = results.filter((result): result is Client => result !== null)
      expect(winners).toHaveLength(1)
      expect((await store.clients.find(key.serverId, key.clientId))?.secretHash).toBe(winners[0]?.secretHash)
    })

    it('ends open requests of the client, and of no other, when asked to', async () => {
      const { server, client, key } = await register()
      const open = await newRequest(store, { server, client })
      const others = await newRequest(store, { server })
      await replace(key)
      expect(await store.requests.findOpen(open.request.id, later(1))).not.toBeNull()
      await store.registrations.replace(key, facts(), { secretHash: undefined, ending: ENDING })
      expect(await store.requests.findOpen(open.request.id, later(1))).toBeNull()
      expect(await store.requests.findReference(open.request.id)).toBe(open.request.reference)
      expect(await store.requests.findOpen(others.request.id, later(1))).not.toBeNull()
    })

    it('deletes a client for every port, with its grants and open requests', async () => {
      const { server, client, key } = await register()
      const grant = await complete(store, completedLogin(await newRequest(store, { server, client })))
      const token = refreshToken(grant.id)
      await redeemAt(store, 31, grant, token)
      const open = await newRequest(store, { server, client })
      expect(await store.registrations.delete(key, ENDING)).toBe(true)
      expect(await store.clients.find(server.id, client.clientId)).toBeNull()
      expect(await store.clients.findByRowId(client.id)).toBeNull()
      expect(await store.registrations.find(key)).toBeNull()
      expect((await store.grants.find(grant.id))?.revokedAt).toEqual(later(60))
      const rotated = rotateAt(store, 61, token.hash, refreshToken(grant.id))
      expect(await rotated).toBe('refused')
      expect(await store.requests.findOpen(open.request.id, later(61))).toBeNull()
      expect(await store.registrations.delete(key, ENDING)).toBe(false)
      expect(await replace(key)).toBeNull()
    })

    it('never gives the id of a deleted client out again', async () => {
      const { server, client, key } = await register()
      await store.registrations.delete(key, ENDING)
      const again = store.clients.register(newClient(server.id, { clientId: client.clientId }))
      await expect(again).rejects.toThrow()
    })

    it('a change does not resurrect a client that is being deleted', async () => {
      for (const _ of times(10, (index) => index)) {
        const { server, client, key } = await register()
        await Promise.all([
          ...times(4, () => replace(key)),
          store.registrations.delete(key, ENDING),
          ...times(4, () => replace(key)),
        ])
        expect(await store.clients.find(server.id, client.clientId)).toBeNull()
        expect(await replace(key)).toBeNull()
      }
    })

    it('deletes once, and leaves no live grant to a code that is redeemed meanwhile', async () => {
      for (const _ of times(10, (index) => index)) {
        const { server, client, key } = await register()
        const grant = await complete(store, completedLogin(await newRequest(store, { server, client })))
        const [deletions] = await Promise.all([
          Promise.all(times(3, () => store.registrations.delete(key, ENDING))),
          redeemAt(store, 31, grant, refreshToken(grant.id)),
        ])
        expect(deletions.filter(Boolean)).toHaveLength(1)
        expect((await store.grants.find(grant.id))?.revokedAt).toEqual(later(60))
      }
    })
  })
}
