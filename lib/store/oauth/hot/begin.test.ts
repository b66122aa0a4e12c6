import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Client, Server } from '@/lib/oauth/model'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { event, later, newRequest } from '@/lib/store/test-support/store-under-test'

const REMEMBERED = { server: 1, client: 1 }

let store: PostgresUnderTest
let server: Server
let client: Client
beforeAll(async () => {
  store = await openStore()
  ;({ server, client } = await newRequest(store))
})
afterAll(() => store?.close())

describe('an authorization request whose server and client are remembered', () => {
  const begin = (wishes: object = {}, remembered = REMEMBERED) =>
    store.requests.createRemembered(
      {
        serverId: server.id,
        clientRowId: client.id,
        clientId: client.clientId,
        redirectUri: 'http://127.0.0.1:3456/callback',
        scope: ['files:read', 'profile'],
        responseMode: 'query',
        prompt: [],
        expiresAt: later(631),
        ...wishes,
      },
      remembered,
      event({ at: later(31) }),
    )

  it('is the one that is found, with everything that was asked', async () => {
    const wishes = {
      state: 'ü"\\\n',
      responseMode: 'form_post',
      clientNonce: 'n',
      prompt: ['login', 'consent'],
      maxAge: 0,
      uiLocales: 'de en',
      loginHint: 'una@example.com',
    } as const
    for (const asked of [{}, wishes]) {
      const created = await begin(asked)
      expect(created).toMatchObject(asked)
      const found = await store.requests.findOpen(created?.id ?? '', later(32))
      expect(found?.request).toEqual(created)
    }
  })

  it('is not written where they have changed since', async () => {
    expect(await begin({}, { server: 2, client: 1 })).toBeNull()
    expect(await begin({}, { server: 1, client: 2 })).toBeNull()
  })
})
