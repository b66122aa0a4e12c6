import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClient, random, type StoreUnderTest } from '@/lib/store/test-support/store-under-test'

/** Everything that the port promises, for one implementation. */
export function describeClients(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`clients in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    it('finds a client as it was registered, byte for byte', async () => {
      const server = await store.newServer()
      const asked = newClient(server.id, {
        name: 'Ünïcode "quotes" \\ {braces}, commas',
        redirectUris: ['cursor://a,b/{c}"d"\\e', '', 'NULL', 'http://[::1]/callback'],
        tokenEndpointAuthMethod: 'client_secret_basic',
        secretHash: 'a'.repeat(64),
        scope: ['files:read', 'offline_access'],
      })
      const registered = await store.clients.register(asked)
      const { metadata: _, ...expected } = asked
      expect(registered).toEqual({ ...expected, id: expect.any(String), createdAt: expect.any(Date) })
      expect(await store.clients.find(server.id, asked.clientId)).toEqual(registered)
      expect(await store.clients.findByRowId(registered.id)).toEqual(registered)
    })

    it('leaves out what the client did not say', async () => {
      const server = await store.newServer()
      const registered = await store.clients.register(newClient(server.id))
      for (const field of ['name', 'secretHash', 'scope']) expect(registered).not.toHaveProperty(field)
    })

    it("does not find another server's client", async () => {
      const [server, other] = [await store.newServer(), await store.newServer()]
      const { clientId } = await store.clients.register(newClient(server.id))
      expect(await store.clients.find(other.id, clientId)).toBeNull()
    })

    it('keeps clients with the same client_id at two servers apart', async () => {
      const [server, other] = [await store.newServer(), await store.newServer()]
      const clientId = random()
      const first = await store.clients.register(newClient(server.id, { clientId }))
      const second = await store.clients.register(newClient(other.id, { clientId }))
      expect((await store.clients.find(server.id, clientId))?.id).toBe(first.id)
      expect((await store.clients.find(other.id, clientId))?.id).toBe(second.id)
    })

    it('refuses a client_id that the server has already', async () => {
      const server = await store.newServer()
      const asked = newClient(server.id)
      await store.clients.register(asked)
      await expect(store.clients.register(asked)).rejects.toThrow()
    })
  })
}
