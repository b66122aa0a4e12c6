import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Unconfirmed } from '@/lib/oauth/flow/unconfirmed'
import type { RegistrationRoom } from '@/lib/oauth/ports/clients'
import {
  complete,
  completedLogin,
  event,
  later,
  loginAttempt,
  newClient,
  newRequest,
  random,
  randomHash,
  redeemAt,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

/** What `Clients.registerWithin` promises, for one implementation. Decisions 0056 and 0121. */
export function describeRegistrationRoom(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`room for a registration in ${name}`, () => {
    let store: StoreUnderTest
    beforeAll(async () => {
      store = await make()
    })
    afterAll(() => store?.close())

    async function register() {
      const server = await store.newServer()
      const tokenHash = randomHash()
      const client = await store.clients.register(newClient(server.id, { registrationTokenHash: tokenHash }))
      return { server, client, key: { serverId: server.id, clientId: client.clientId, tokenHash } }
    }

    const [HERE, THERE] = ['203.0.113.0/24', '198.51.100.0/24']
    const soon = new Date(Date.now() + 60_000)
    /** @returns the `client_id`; undefined without room */
    async function registerWithin(
      { id: serverId }: { readonly id: string },
      changes: Partial<RegistrationRoom> = {},
      { clients }: Pick<StoreUnderTest, 'clients'> = store,
    ): Promise<string | undefined> {
      const asked = { quota: 3, share: 3, network: HERE, now: later(40), replaceable: new Date(0) }
      const room = { ...asked, ...changes }
      const from = room.network === undefined ? {} : { registeredFrom: room.network }
      const client = newClient(serverId, from)
      const isRegistered = await clients.registerWithin(client, room)
      return isRegistered ? client.clientId : undefined
    }
    const find = ({ id }: { readonly id: string }, clientId = '') => store.clients.find(id, clientId)
    const one = { quota: 1, share: 1 }

    it('is given with everything that the client registered', async () => {
      const server = await store.newServer()
      const asked = newClient(server.id, {
        name: 'Ünïcode "quotes" \\ {braces}, commas',
        redirectUris: ['cursor://a,b/{c}"d"\\e', 'http://[::1]/callback'],
        tokenEndpointAuthMethod: 'private_key_jwt',
        secretHash: 'a'.repeat(64),
        jwksUri: 'https://app.example/jwks',
        scope: ['files:read'],
        approvedAt: later(3),
        metadata: { clientName: 'Nötes', clientUri: 'https://app.example/' },
        registrationTokenHash: randomHash(),
      })
      const room = { quota: 3, share: 3, network: undefined, now: later(40), replaceable: new Date(0) }
      const createdAt = await store.clients.registerWithin(asked, room)
      const { metadata, registrationTokenHash: tokenHash = '', ...told } = asked
      const client = { ...told, id: expect.any(String), createdAt, uri: metadata.clientUri }
      const key = { serverId: server.id, clientId: asked.clientId, tokenHash }
      expect(await store.registrations.find(key)).toEqual({ client, metadata })
    })

    it('ends with the quota, at each server by itself', async () => {
      const [server, other] = [await store.newServer(), await store.newServer()]
      for (const _ of times(3, () => null)) expect(await registerWithin(server)).toBeDefined()
      expect(await registerWithin(server)).toBeUndefined()
      expect(await registerWithin(other)).toBeDefined()
    })

    it('is not taken by clients that got a token, were deleted, or are known in another way', async () => {
      const { server, client, key } = await register()
      const grant = await complete(store, completedLogin(await newRequest(store, { server, client })))
      expect(await registerWithin(server, one)).toBeUndefined()
      await redeemAt(store, 31, grant)
      await store.clients.register(newClient(server.id, { kind: 'preregistered', clientId: random() }))
      await store.registrations.delete(
        key,
        event({ at: later(60), outcome: 'failed', reason: 'client_deleted' }),
      )
      expect(await registerWithin(server, one)).toBeDefined()
      expect(await registerWithin(server, one)).toBeUndefined()
    })

    it('is there again for each that got a token', async () => {
      const server = await store.newServer()
      for (const _ of times(6, () => null)) {
        const clientId = await registerWithin(server)
        const client = (await find(server, clientId))!
        await redeemAt(
          store,
          31,
          await complete(store, completedLogin(await newRequest(store, { server, client }))),
        )
      }
    })

    it('is made by old clients, and by no others', async () => {
      const server = await store.newServer()
      const idle = await registerWithin(server, one)
      expect(await registerWithin(server, one)).toBeUndefined()
      expect(await registerWithin(server, { ...one, replaceable: soon })).toBeDefined()
      expect(await find(server, idle)).toBeNull()
    })

    it('is made by clients that only began a login; the timeline of that stays', async () => {
      const { server, client } = await register()
      const { request } = await newRequest(store, { server, client })
      expect(await registerWithin(server, { quota: 1, replaceable: soon })).toBeDefined()
      expect(await find(server, client.clientId)).toBeNull()
      expect(await store.requests.findReference(request.id)).toBe(request.reference)
    })

    it('is not made by a client whose user has agreed, until that login is over', async () => {
      const { server, client } = await register()
      const { request } = await newRequest(store, { server, client })
      await store.requests.allow(request.id, {
        attempt: loginAttempt(),
        expiresAt: later(600),
        event: event(),
      })
      expect(await registerWithin(server, { quota: 1, replaceable: soon })).toBeUndefined()
      const after = { quota: 1, replaceable: soon, now: later(601) }
      expect(await registerWithin(server, after)).toBeDefined()
    })

    it('is not made by a client with a completed login', async () => {
      const { server, client } = await register()
      await complete(store, completedLogin(await newRequest(store, { server, client })))
      const much = { quota: 1, replaceable: soon, now: later(6_000) }
      expect(await registerWithin(server, much)).toBeUndefined()
    })

    it('ends for a network with its share, and for no other', async () => {
      const server = await store.newServer()
      const within = { quota: 10, share: 2 }
      expect(await registerWithin(server, within)).toBeDefined()
      expect(await registerWithin(server, within)).toBeDefined()
      expect(await registerWithin(server, within)).toBeUndefined()
      expect(await registerWithin(server, { ...within, network: THERE })).toBeDefined()
      expect(await registerWithin(server, { ...within, network: undefined })).toBeDefined()
    })

    it('is made within its share by a network that has used it up, and not by what others hold', async () => {
      const server = await store.newServer()
      const within = { share: 2 }
      const theirs = await registerWithin(server, { ...within, network: THERE })
      await registerWithin(server, within)
      await registerWithin(server, within)
      expect(await registerWithin(server, { ...within, replaceable: soon })).toBeDefined()
      expect(await find(server, theirs)).not.toBeNull()
    })

    it('is not exceeded, however many instances register at once', async () => {
      const server = await store.newServer()
      const others = times(3, () => store.anotherInstance())
      const within = { quota: 30, share: 20 }
      const tries = [store, ...others].flatMap((instance) =>
        times(20, (index) =>
          registerWithin(server, { ...within, network: index % 3 > 0 ? HERE : THERE }, instance),
        ),
      )
      const registered = (await Promise.all(tries)).filter(Boolean)
      expect(registered).toHaveLength(30)
      expect(await registerWithin(server, within)).toBeUndefined()
    })

    it('is void where another instance has found it to be free', async () => {
      const server = await store.newServer()
      const within = { quota: 30, share: 30 }
      // This one takes room for three.
      expect(await registerWithin(server, within)).toBeDefined()
      const other = store.anotherInstance()
      for (const _ of times(29, () => null)) expect(await registerWithin(server, within, other)).toBeDefined()
      expect(await registerWithin(server, within)).toBeUndefined()
    })

    it('is nowhere when the quota of a server has shrunk', async () => {
      const server = await store.newServer()
      const many = { quota: 100, share: 100 }
      for (const _ of times(5, () => null)) await registerWithin(server, many)
      expect(await registerWithin(server)).toBeUndefined()
      expect(await registerWithin(server, many)).toBeDefined()
    })

    it('is no use at a server that has changed since it was remembered', async () => {
      const server = await store.newServer()
      await expect(registerWithin(server, { serverVersion: 99 })).rejects.toThrow(Unconfirmed)
      expect(await registerWithin(server, { serverVersion: 1 })).toBeDefined()
    })
  })
}
