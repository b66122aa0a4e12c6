import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client, Server } from '@/lib/oauth/model'
import type { PushedRequest } from '@/lib/oauth/ports/pushed-requests'
import {
  complete,
  completedLogin,
  event,
  later,
  loginAttempt,
  NOW,
  newClient,
  random,
  randomHash,
  type StoreUnderTest,
  times,
} from '@/lib/store/test-support/store-under-test'

/** Everything that the port of pushed requests promises, for one implementation. */
export function describePushedRequests(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`pushed requests in ${name}`, () => {
    let store: StoreUnderTest
    let server: Server
    let client: Client
    beforeAll(async () => {
      store = await make()
      server = await store.newServer()
      client = await store.clients.register(newClient(server.id))
    })
    afterAll(() => store?.close())

    const pushed = (overrides: Partial<PushedRequest> = {}): PushedRequest => ({
      hash: randomHash(),
      serverId: server.id,
      clientId: client.clientId,
      parameters: `client_id=${client.clientId}&state=%00%C3%A4`,
      expiresAt: later(90),
      ...overrides,
    })

    const saved = async (overrides: Partial<PushedRequest> = {}, at = NOW) => {
      const request = pushed(overrides)
      await store.pushedRequests.save(request, at)
      return request
    }

    /** An authorization request that came of this one. */
    const begin = ({ hash }: PushedRequest) =>
      store.requests.create(
        {
          serverId: server.id,
          clientRowId: client.id,
          clientId: client.clientId,
          redirectUri: 'http://127.0.0.1/callback',
          responseMode: 'query',
          prompt: [],
          scope: [],
          expiresAt: later(600),
          pushedRequestHash: hash,
        },
        event(),
      )
    const allow = (id: string) =>
      store.requests.allow(id, { attempt: loginAttempt(), expiresAt: later(600), event: event() })

    it('are found until they expire, again and again', async () => {
      const request = await saved()
      for (const seconds of [0, 1, 89])
        expect(await store.pushedRequests.find(request, later(seconds))).toBe(request.parameters)
      expect(await store.pushedRequests.find(request, later(90))).toBeNull()
    })

    it('are found by their own client at their own server alone', async () => {
      const request = await saved()
      const other = await store.newServer()
      const strangers = [{ hash: randomHash() }, { serverId: other.id }, { clientId: random() }]
      for (const changes of strangers)
        expect(await store.pushedRequests.find({ ...request, ...changes }, NOW)).toBeNull()
    })

    it('stay good while the user has not answered', async () => {
      const request = await saved()
      await Promise.all(times(10, () => begin(request)))
      expect(await store.pushedRequests.find(request, NOW)).toBe(request.parameters)
    })

    it.each<[string, (id: string) => Promise<unknown>]>([
      ['Allow', allow],
      ['Deny', (id) => store.requests.deny(id, event())],
      ['a failure', (id) => store.requests.fail(id, event())],
    ])('are over with %s, and no other one is', async (_, answer) => {
      const [request, other] = [await saved(), await saved()]
      const [first] = [await begin(request), await begin(request), await begin(other)]
      await answer(first.id)
      expect(await store.pushedRequests.find(request, NOW)).toBeNull()
      expect(await store.pushedRequests.find(other, NOW)).toBe(other.parameters)
    })

    it('are still over when the login is complete', async () => {
      const request = await saved()
      const made = await begin(request)
      await allow(made.id)
      await complete(store, completedLogin({ server, request: made }))
      expect(await store.pushedRequests.find(request, later(31))).toBeNull()
    })

    it('are swept away after they expired, by the writes of others', async () => {
      const old = await Promise.all(times(10, () => saved()))
      const fresh = await Promise.all(times(10, () => saved({ expiresAt: later(190) }, later(100))))
      await saved({ expiresAt: later(190) }, later(100))
      // Asked about a time when they were good: what is gone is gone.
      const left = await Promise.all(old.map((request) => store.pushedRequests.find(request, NOW)))
      expect(left.filter((found) => found !== null)).toEqual([])
      for (const request of fresh)
        expect(await store.pushedRequests.find(request, later(101))).toBe(request.parameters)
    })
  })
}
