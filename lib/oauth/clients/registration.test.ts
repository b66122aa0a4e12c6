import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clients } from '@/drizzle/schema/clients'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { times } from '@/lib/store/test-support/store-under-test'
import type { Server } from '../model'
import { parseParameters } from '../protocol/parameters'
import { hashSecret } from '../protocol/secret-hash'
import { asClient } from './authenticate-client'
import {
  deleteRegistration,
  type ManageRegistrationPorts,
  type Manager,
  readRegistration,
  replaceRegistration,
} from './manage-registration'
import { type RegisterClientPorts, registerClient } from './register-client'

const METADATA = { redirect_uris: ['https://app.example/callback'] }
const HOUR = 3_600_000

let store: PostgresUnderTest
let server: Server
let now: () => Date
let ports: RegisterClientPorts & ManageRegistrationPorts
let background: Promise<unknown>[]

beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store?.close())

/** Of the ports only those that a registration needs. */
beforeEach(async () => {
  server = await store.newServer()
  now = () => new Date()
  background = []
  ports = {
    clients: store.clients,
    registrations: store.registrations,
    grants: store.grants,
    securityEvents: store.securityEvents,
    upstreamTokens: store.upstreamTokens,
    upstream: offline.upstream,
    background: (_: string, work: Promise<unknown>) => void background.push(work),
    secrets: secrets(keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }])),
    clock: () => now(),
  }
})

async function register(metadata: object = METADATA) {
  const body = await registerClient(server, metadata, ports)
  const clientId = String(body.client_id)
  const manager: Manager = { server, clientId, authorization: `Bearer ${body.registration_access_token}` }
  return { body, clientId, manager }
}

const rowOf = async (clientId: string) => {
  const [row] = await store.db.select().from(clients).where(eq(clients.clientId, clientId))
  return row!
}

it('keeps neither the secret nor the registration access token', async () => {
  const { body, clientId } = await register()
  const row = await rowOf(clientId)
  expect(row.secretHash).toBe(hashSecret(String(body.client_secret)))
  expect(row.registrationTokenHash).toBe(hashSecret(String(body.registration_access_token)))
  expect(JSON.stringify(row)).not.toMatch(/vst_/)
})

it('keeps nothing to prove with once a client was deleted', async () => {
  const { clientId, manager } = await register()
  await deleteRegistration(manager, ports)
  await Promise.all(background)
  expect(await rowOf(clientId)).toMatchObject({ secretHash: null, registrationTokenHash: null })
})

it('issues one first secret, which is good, when several changes ask for one at once', async () => {
  const { clientId, manager } = await register({ ...METADATA, token_endpoint_auth_method: 'none' })
  const wanted = { ...METADATA, client_id: clientId }
  const answers = await Promise.all(times(6, () => replaceRegistration(manager, wanted, ports)))
  const issued = [...new Set(answers.map(({ client_secret }) => String(client_secret)))]
  expect(issued).toHaveLength(1)
  expect((await rowOf(clientId)).secretHash).toBe(hashSecret(issued[0] ?? ''))
})

describe('a client that never got the answer with its new secret', () => {
  const ask = async (clientId: string, secret?: string) => {
    const form = { client_id: clientId, ...(secret && { client_secret: secret }) }
    const request = { server, authorization: undefined, form: parseParameters(new URLSearchParams(form)) }
    return asClient(
      request,
      { ...ports, ...offline, clientDocuments: clientDocumentStore(store.db) },
      async (client) => client.tokenEndpointAuthMethod,
    ).catch((error: Error) => error.message)
  }

  it('goes on as before until it has used the secret, which it gets by asking again', async () => {
    const { clientId, manager } = await register({ ...METADATA, token_endpoint_auth_method: 'none' })
    const wanted = { ...METADATA, client_id: clientId }
    await replaceRegistration(manager, wanted, ports)
    expect(await ask(clientId)).toBe('none')
    expect(await ask(clientId, 'wrong')).toContain('invalid_client')
    expect(await ask(clientId)).toBe('none')
    const { client_secret: secret } = await replaceRegistration(manager, wanted, ports)
    expect(await ask(clientId, String(secret))).toBe('client_secret_basic')
    expect(await ask(clientId)).toContain('invalid_client')
    expect(await replaceRegistration(manager, wanted, ports)).not.toHaveProperty('client_secret')
    expect(await ask(clientId, String(secret))).toBe('client_secret_basic')
  })

  it('gets another secret when it begins anew', async () => {
    const { clientId, manager } = await register({ ...METADATA, token_endpoint_auth_method: 'none' })
    const change = (changes: object) =>
      replaceRegistration(manager, { ...METADATA, client_id: clientId, ...changes }, ports)
    const { client_secret: first } = await change({})
    await change({ token_endpoint_auth_method: 'none' })
    expect(await ask(clientId)).toBe('none')
    const { client_secret: second } = await change({})
    expect(second).not.toBe(first)
    expect(await ask(clientId, String(first))).toContain('invalid_client')
  })
})

it('leaves a client that can authenticate, however changes of the method fall together', async () => {
  const { clientId, manager } = await register()
  const change = (token_endpoint_auth_method: string) =>
    replaceRegistration(manager, { ...METADATA, client_id: clientId, token_endpoint_auth_method }, ports)
  const methods = ['none', 'client_secret_post', 'none', 'client_secret_basic', 'client_secret_post', 'none']
  await Promise.all(methods.map(change))
  const { tokenEndpointAuthMethod, secretHash } = await rowOf(clientId)
  expect(secretHash === null).toBe(tokenEndpointAuthMethod === 'none')
})

it('describes a client that signs with what it registered, and drops keys with the method', async () => {
  const jwks_uri = 'https://app.example/jwks.json'
  const { body, clientId, manager } = await register({
    ...METADATA,
    jwks_uri,
    token_endpoint_auth_method: 'private_key_jwt',
  })
  expect(await readRegistration(manager, ports)).toEqual(body)
  expect((await rowOf(clientId)).jwksUri).toBe(jwks_uri)
  await replaceRegistration(manager, { ...METADATA, client_id: clientId }, ports)
  expect(await rowOf(clientId)).toMatchObject({ jwksUri: null, secretHash: expect.any(String) })
})

describe('a server', () => {
  it('that is closed to registrations says so, and lets those who are in manage theirs', async () => {
    const { body, manager } = await register()
    server = { ...server, registration: 'off' }
    const refused = registerClient(server, METADATA, ports)
    await expect(refused).rejects.toMatchObject({ code: 'access_denied', status: 403 })
    const { client_secret: _, client_secret_expires_at: __, ...known } = body
    expect(await readRegistration(manager, ports)).toEqual(known)
  })

  it('whose quota is full lets in one more when old registrations can make room', async () => {
    server = { ...server, registration: { quota: 2 } }
    const [first] = [await register(), await register()]
    const refused = registerClient(server, METADATA, ports)
    await expect(refused).rejects.toMatchObject({ code: 'temporarily_unavailable', status: 429 })
    await expect(registerClient(server, METADATA, ports)).rejects.toHaveProperty('retryAfter', 600)
    now = () => new Date(Date.now() + HOUR + 1_000)
    await register()
    await expect(readRegistration(first.manager, ports)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('lets no network have more than its share of the quota', async () => {
    server = { ...server, registration: { quota: 5 } }
    const from = (network: string) => registerClient(server, METADATA, ports, network)
    await Promise.all(times(3, () => from('203.0.113.0/24')))
    await from('203.0.113.0/24')
    await expect(from('203.0.113.0/24')).rejects.toMatchObject({ status: 429, retryAfter: 600 })
    await from('198.51.100.0/24')
  })

  it('does not count what it refuses for other reasons', async () => {
    server = { ...server, registration: { quota: 1 } }
    await expect(registerClient(server, { redirect_uris: ['no'] }, ports)).rejects.toMatchObject({
      code: 'invalid_redirect_uri',
    })
    await register()
  })
})
