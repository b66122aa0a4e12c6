import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { pushedRequests } from '@/drizzle/schema/pushed-requests'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later, newClient } from '@/lib/store/test-support/store-under-test'
import type { Client, Server } from '../model'
import { hashSecret } from '../protocol/secret-hash'
import { type BeginPorts, beginAuthorization } from './begin'
import { type PushPorts, pushAuthorizationRequest } from './push'

const SECRET = 'a-client-secret-that-nobody-may-read-again'
const CHALLENGE = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM'

let store: PostgresUnderTest
let server: Server
let client: Client
let seconds: number
let ports: PushPorts & BeginPorts

beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())
beforeEach(async () => {
  seconds = 0
  server = await store.newServer()
  client = await store.clients.register(
    newClient(server.id, {
      tokenEndpointAuthMethod: 'client_secret_post',
      secretHash: hashSecret(SECRET),
      redirectUris: ['https://client.example/cb'],
    }),
  )
  ports = {
    ...store,
    challenges: postgresChallenges(store.db),
    clientDocuments: clientDocumentStore(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    clock: () => later(seconds),
    background: () => {},
    ...offline,
  }
})

const form = (changes: Record<string, string> = {}) =>
  new URLSearchParams({
    client_id: client.clientId,
    client_secret: SECRET,
    response_type: 'code',
    redirect_uri: 'https://client.example/cb',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: 'pushed',
    ...changes,
  })
const push = (changes?: Record<string, string>) =>
  pushAuthorizationRequest(server, form(changes), undefined, ports)
const begin = (request_uri: string, more: Record<string, string> = {}, at = server) =>
  beginAuthorization(at, new URLSearchParams({ client_id: client.clientId, request_uri, ...more }), ports)

describe('a pushed authorization request (RFC 9126)', () => {
  it('is named by an unguessable URI, of which only a hash is stored', async () => {
    const { request_uri, expires_in } = await push()
    expect(request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{44}$/)
    expect(expires_in).toBe(90)
    const rows = JSON.stringify(await store.db.select().from(pushedRequests))
    expect(rows).toContain('state=pushed')
    expect(rows).not.toContain(request_uri.slice(-44))
    expect((await push()).request_uri).not.toBe(request_uri)
  })

  it('is kept without what the client authenticated with', async () => {
    await push()
    expect(JSON.stringify(await store.db.select().from(pushedRequests))).not.toContain(SECRET)
  })

  it('is good for 90 seconds', async () => {
    const { request_uri } = await push()
    seconds = 89
    expect(await begin(request_uri)).toMatchObject({ go: 'consent' })
    seconds = 90
    expect(await begin(request_uri)).toMatchObject({
      go: 'refused',
      reason: 'expired',
      error: { code: 'invalid_request_uri' },
    })
  })

  it('is refused with the name of what is too long, and nothing of it is stored', async () => {
    const before = await store.db.$count(pushedRequests)
    for (const name of ['state', 'nonce', 'login_hint'])
      await expect(push({ [name]: 'x'.repeat(4097) })).rejects.toMatchObject({
        code: 'invalid_request',
        description: `${name} is longer than 4096 bytes`,
      })
    await expect(push({ state: 'ü'.repeat(2049) })).rejects.toMatchObject({ code: 'invalid_request' })
    await expect(push({ made_up: 'x'.repeat(60_000) })).rejects.toMatchObject({ code: 'invalid_request' })
    expect(await store.db.$count(pushedRequests)).toBe(before)
    await push({ state: 'x'.repeat(4096) })
  })

  it('that comes by browser stores no more of a state than that either', async () => {
    const step = await beginAuthorization(server, form({ state: 'x'.repeat(4097) }), ports)
    expect(step).toMatchObject({ go: 'refused', error: { code: 'invalid_request' } })
  })

  it('is over with the user’s answer', async () => {
    const { request_uri } = await push()
    const [step] = [await begin(request_uri), await begin(request_uri)]
    if (step?.go !== 'consent') throw new Error('no consent was asked for')
    const denied = { at: later(1), step: 'decision', outcome: 'failed', reason: 'denied_by_user' } as const
    await store.requests.deny(step.requestId, denied)
    expect(await begin(request_uri)).toMatchObject({ go: 'refused', reason: 'expired' })
  })

  it('is judged again when the browser comes: the server may have changed by then', async () => {
    const { request_uri } = await push()
    const changed = { ...server, scopes: [], resource: 'https://other.example/mcp' }
    expect(await begin(request_uri, {}, changed)).toMatchObject({ go: 'consent' })
    const pushedForResource = await push({ resource: server.resource })
    expect(await begin(pushedForResource.request_uri, {}, changed)).toMatchObject({
      go: 'refused',
      error: { code: 'invalid_target' },
    })
  })
})
