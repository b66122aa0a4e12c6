import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newClient,
  newRequest,
  redeemAt,
  times,
} from '@/lib/store/test-support/store-under-test'
import { type BeginPorts, beginAuthorization } from '../authorize/begin'
import { type PushPorts, pushAuthorizationRequest } from '../authorize/push'
import { authorizeDevice } from '../device/authorize-device'
import type { Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import type { ClientAdmission } from '../protocol/client-admission'
import { hashSecret } from '../protocol/secret-hash'
import { serverMetadata } from '../protocol/server-metadata'
import { exchange } from '../token/token-endpoint'
import { type ManageRegistrationPorts, replaceRegistration } from './manage-registration'
import { registerClient } from './register-client'
import { keptOut } from './standing'

const APPROVAL: ClientAdmission = { hosts: [], others: 'approval' }
const LISTED: ClientAdmission = { hosts: ['claude.ai'], others: 'refuse' }
const CLOSED: ClientAdmission = { hosts: [], others: 'refuse' }
const TOKEN = 'vst_iat_an-initial-access-token-of-the-operator'

let store: PostgresUnderTest
let base: Server
let now: Date
let ports: Ports

beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())
beforeEach(async () => {
  now = later(0)
  base = { ...(await store.newServer()), deviceGrant: true }
  ports = {
    ...store,
    ...offline,
    challenges: postgresChallenges(store.db),
    clientDocuments: clientDocumentStore(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    clock: () => now,
    background: () => {},
  } as BeginPorts & PushPorts as Ports
})

const under = (clientAdmission: ClientAdmission): Server => ({ ...base, clientAdmission })
const known = (changes: Partial<Parameters<typeof newClient>[1]> = {}) =>
  store.clients.register(newClient(base.id, { name: 'Claude', ...changes }))
const again = async ({ id }: Client) => (await store.clients.findByRowId(id))!

const form = (client: Client, redirectUri = client.redirectUris[0]!) =>
  new URLSearchParams({
    client_id: client.clientId,
    response_type: 'code',
    redirect_uri: redirectUri,
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
const begin = (server: Server, client: Client, network?: string) =>
  beginAuthorization(server, form(client), ports, { network })

describe('a list of hosts', () => {
  it('is asked at registration, and a name that is borrowed does not help', async () => {
    const register = (...redirect_uris: string[]) =>
      registerClient(under(LISTED), { client_name: 'Claude', redirect_uris }, ports)
    await expect(register('https://claude.ai/cb')).resolves.toMatchObject({ client_name: 'Claude' })
    for (const uris of [
      ['https://evil-claude.ai/cb'],
      ['http://localhost/cb'],
      ['https://claude.ai/cb', 'https://e.example/'],
    ])
      await expect(register(...uris)).rejects.toMatchObject({ code: 'access_denied' })
  })

  it('is asked again at each login and token, so that a host can be taken off', async () => {
    const client = await known({ redirectUris: ['https://claude.ai/cb'] })
    expect(await begin(under(LISTED), client)).toMatchObject({ go: 'consent' })
    const without = under({ hosts: ['other.example'], others: 'refuse' })
    expect(await begin(without, client)).toMatchObject({ go: 'refused', reason: 'client_not_allowed' })
    const refresh = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: 'vst_rt_x',
      client_id: client.clientId,
    })
    const body = { body: refresh, authorization: undefined }
    await expect(exchange(without, body, ports)).rejects.toMatchObject({
      code: 'invalid_grant',
      reason: 'client_not_allowed',
    })
  })

  it('fetches no document from elsewhere', async () => {
    const clientId = 'https://evil-claude.ai/client.json'
    const asked = new URLSearchParams({ client_id: clientId, redirect_uri: 'https://claude.ai/cb' })
    expect(await beginAuthorization(under(LISTED), asked, ports)).toMatchObject({
      go: 'refused',
      reason: 'client_not_allowed',
    })
    expect(await store.clients.find(base.id, clientId)).toBeNull()
  })

  it('leaves in whom the operator named or allowed', async () => {
    const named = await known({ kind: 'preregistered' })
    const allowed = await known({ approvedAt: now })
    for (const client of [named, allowed]) expect(keptOut(under(CLOSED), client)).toBeNull()
    expect(keptOut(under(CLOSED), { ...allowed, blockedAt: now })).toBe('client_blocked')
  })
})

describe('a server that asks for approval', () => {
  it('has a new client wait, and tells its user and then the client', async () => {
    const client = await known()
    const step = await begin(under(APPROVAL), client)
    expect(step).toMatchObject({
      go: 'refused',
      reason: 'client_waiting',
      interstitial: true,
      error: { code: 'access_denied' },
    })
    expect(await again(client)).toMatchObject({ askedAt: now })
    const [event, ...others] = await store.securityEvents.list(base.id, 5)
    expect(event).toMatchObject({ kind: 'client_waiting', clientId: client.clientId, detail: 'Claude' })
    await begin(under(APPROVAL), client)
    expect(await store.securityEvents.list(base.id, 5)).toHaveLength(1 + others.length)
  })

  it('redirects no request of a client that may not come to an address that is not its own', async () => {
    const client = await known()
    const step = await beginAuthorization(under(APPROVAL), form(client, 'https://evil.example/cb'), ports)
    expect(step).toMatchObject({ go: 'refused', reason: 'redirect_uri_mismatch' })
    expect((await again(client)).askedAt).toBeUndefined()
  })

  it('lets clients come that had tokens before, and those of listed hosts', async () => {
    const made = await newRequest(store, { server: base })
    const { client } = made
    const grant = await complete(store, completedLogin(made))
    expect(keptOut(under(APPROVAL), await again(client))).toBe('client_waiting')
    await redeemAt(store, 31, grant)
    expect(keptOut(under(APPROVAL), await again(client))).toBeNull()
    const listed = await known({ redirectUris: ['https://claude.ai/cb'] })
    expect(keptOut(under({ ...APPROVAL, hosts: ['claude.ai'] }), listed)).toBeNull()
  })

  it('knows no way around it: device, code, refresh, assertion, or a pushed request', async () => {
    const client = await known({
      grantTypes: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
        'urn:ietf:params:oauth:grant-type:jwt-bearer',
      ],
    })
    const trustedIssuers = [
      { issuer: 'https://idp.example', publicClients: true },
    ] as Server['trustedIssuers']
    const server = { ...under(APPROVAL), trustedIssuers }
    const device = new URLSearchParams({ client_id: client.clientId })
    await expect(
      authorizeDevice(server, device, undefined, 'https://auth.example/oauth/device', undefined, ports),
    ).rejects.toMatchObject({ code: 'unauthorized_client', reason: 'client_waiting' })
    for (const [grant_type, more] of Object.entries({
      authorization_code: { code: 'x', code_verifier: 'x'.repeat(43) },
      refresh_token: { refresh_token: 'x' },
      'urn:ietf:params:oauth:grant-type:device_code': { device_code: 'x' },
      'urn:ietf:params:oauth:grant-type:jwt-bearer': { assertion: 'x' },
    })) {
      const body = new URLSearchParams({ client_id: client.clientId, grant_type, ...more })
      await expect(exchange(server, { body, authorization: undefined }, ports)).rejects.toMatchObject({
        code: 'invalid_grant',
        reason: 'client_waiting',
      })
    }
    const { request_uri } = await pushAuthorizationRequest(server, form(client), undefined, ports)
    const pushed = new URLSearchParams({ client_id: client.clientId, request_uri })
    expect(await beginAuthorization(server, pushed, ports)).toMatchObject({ reason: 'client_waiting' })
  })

  it('has a client wait again that becomes another one after it was allowed', async () => {
    const server = under(APPROVAL)
    const metadata = { client_name: 'Claude', redirect_uris: ['https://claude.ai/cb'] }
    const body = await registerClient(
      { ...server, registrationTokenHash: hashSecret(TOKEN) },
      metadata,
      ports,
      undefined,
      `Bearer ${TOKEN}`,
    )
    const clientId = String(body.client_id)
    const standing = async () => keptOut(server, (await store.clients.find(base.id, clientId))!)
    const manager = { server, clientId, authorization: `Bearer ${body.registration_access_token}` }
    const replace = (changes: object) =>
      replaceRegistration(
        manager,
        { ...metadata, client_id: clientId, ...changes },
        ports as ManageRegistrationPorts,
      )
    expect(await standing()).toBeNull()
    await replace({ client_uri: 'https://claude.ai' })
    expect(await standing()).toBeNull()
    await replace({ redirect_uris: ['https://claude.ai/cb', 'https://evil.example/cb'] })
    expect(await standing()).toBe('client_waiting')
  })

  it('keeps a bounded list, of which one network has no more than its share', async () => {
    const ask = async (network: string) => {
      const client = await known()
      await store.clients.ask(client, network, now)
      return (await again(client)).askedAt !== undefined
    }
    const first = await Promise.all(times(9, () => ask('203.0.113.0/24')))
    expect(first.every(Boolean)).toBe(true)
    expect(await ask('203.0.113.0/24')).toBe(true)
    expect(await ask('203.0.113.0/24')).toBe(false)
    for (const i of times(9, (index) => index)) await Promise.all(times(10, () => ask(`198.51.${i}.0/24`)))
    expect(await ask('192.0.2.0/24')).toBe(false)
    now = new Date(now.getTime() + 15 * 24 * 3_600_000)
    expect(await ask('192.0.2.0/24')).toBe(true)
  })
})

describe('an initial access token (RFC 7591 §1.2)', () => {
  const register = (server: Server, authorization?: string) =>
    registerClient(
      { ...server, registrationTokenHash: hashSecret(TOKEN) },
      { redirect_uris: ['http://127.0.0.1/cb'] },
      ports,
      undefined,
      authorization,
    )

  it.each([
    ['closed', CLOSED],
    ['asking for approval', APPROVAL],
  ])('lets a client in at a server that is %s', async (_, rule) => {
    const { client_id } = await register(under(rule), `Bearer ${TOKEN}`)
    expect(keptOut(under(rule), (await store.clients.find(base.id, String(client_id)))!)).toBeNull()
  })

  it('that is wrong is refused as one, wherever one is taken', async () => {
    for (const server of [base, under(CLOSED)])
      await expect(register(server, 'Bearer vst_iat_guessed')).rejects.toMatchObject({
        code: 'invalid_token',
        status: 401,
        challenge: expect.stringContaining('invalid_token'),
      })
  })

  it('is what a closed server registers for, and no other says that it does', async () => {
    await expect(register(under(CLOSED))).rejects.toMatchObject({ code: 'access_denied' })
    const { client_id } = await registerClient(
      base,
      { redirect_uris: ['http://127.0.0.1/cb'] },
      ports,
      undefined,
      'Bearer stray',
    )
    expect(client_id).toBeDefined()
    const offers = (server: Server) => 'registration_endpoint' in serverMetadata(server)
    expect(offers(under(CLOSED))).toBe(false)
    expect(offers({ ...under(CLOSED), registrationTokenHash: hashSecret(TOKEN) })).toBe(true)
    expect(offers(under(LISTED))).toBe(true)
    expect(serverMetadata(under(CLOSED)).client_id_metadata_document_supported).toBe(false)
  })
})
