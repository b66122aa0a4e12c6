import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { clients } from '@/drizzle/schema/clients'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { tokenSigner } from '@/lib/crypto/signer'
import { postgresChallenges } from '@/lib/store/challenges/postgres'
import { clientDocumentStore } from '@/lib/store/oauth/client-documents'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { offline } from '@/lib/store/test-support/offline'
import { openStore, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newClient,
  newRequest,
  random,
} from '@/lib/store/test-support/store-under-test'
import type { Client, Grant, Server } from '../model'
import { deriveCodeChallenge } from '../protocol/pkce'
import { hashSecret } from '../protocol/secret-hash'
import type { TokenResponse } from './issue'
import { exchange, type TokenEndpointPorts } from './token-endpoint'

const REDIRECT = 'http://127.0.0.1:3456/callback'
const VERIFIER = 'a'.repeat(43)

type Challenges = ReturnType<typeof postgresChallenges>

let store: PostgresUnderTest
let challenges: Challenges
let ports: TokenEndpointPorts
let server: Server
let client: Client
let grant: Grant
let code: string

beforeAll(async () => {
  store = await openStore()
  challenges = postgresChallenges(store.db)
  const clock = () => later(31)
  ports = {
    ...store,
    ...offline,
    challenges,
    clientDocuments: clientDocumentStore(store.db),
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    signer: tokenSigner(signingKeyStore(store.db, store.sealer), clock, new Map()),
    clock,
    background: (_: string, work: Promise<unknown>) => void work.catch(() => {}),
  }
})
afterAll(() => store?.close())

/** A login whose client has a code, and has not redeemed it. */
beforeEach(async () => {
  await store.setClock(later(31))
  const made = await newRequest(store)
  server = made.server
  client = made.client
  grant = await complete(store, completedLogin(made))
  code = random()
  const record = { serverId: server.id, clientId: client.clientId, redirectUri: REDIRECT, grantId: grant.id }
  const codeChallenge = deriveCodeChallenge(VERIFIER)
  await challenges.saveCode(hashSecret(code), { ...record, codeChallenge, requestId: made.request.id }, 60)
})

const post = (form: Record<string, string>, at = server) =>
  exchange(at, { body: new URLSearchParams(form), authorization: undefined }, ports) as Promise<TokenResponse>

const redeem = (changes: Record<string, string> = {}, at = server) => {
  const own = { grant_type: 'authorization_code', client_id: client.clientId, redirect_uri: REDIRECT }
  return post({ ...own, code, code_verifier: VERIFIER, ...changes }, at)
}
const refresh = (refresh_token = '', changes: Record<string, string> = {}) =>
  post({ grant_type: 'refresh_token', client_id: client.clientId, refresh_token, ...changes })

/** Another client of the same server. */
const another = (overrides: Parameters<typeof newClient>[1] = {}) =>
  store.clients.register(newClient(server.id, overrides))

const refused = (error: string) => expect.objectContaining({ code: error })
const revokedAt = async () => (await store.grants.find(grant.id))?.revokedAt

describe('an authorization code', () => {
  it('is redeemed for tokens that are made out to the server’s resource', async () => {
    const { access_token, refresh_token } = await redeem()
    const { iss, aud, client_id, gid } = decodeJwt(access_token)
    expect({ iss, aud, client_id, gid }).toEqual({
      iss: server.issuer,
      aud: server.resource,
      client_id: client.clientId,
      gid: grant.id,
    })
    expect(refresh_token).toMatch(/^vst_rt_/)
  })

  it('is refused with the verifier of another, and still good for the right one', async () => {
    await expect(redeem({ code_verifier: 'b'.repeat(43) })).rejects.toThrow(refused('invalid_grant'))
    await expect(redeem()).resolves.toBeDefined()
  })

  it('is refused at another redirect URI, and still good at the right one', async () => {
    const elsewhere = { redirect_uri: 'https://attacker.example/callback' }
    await expect(redeem(elsewhere)).rejects.toThrow(refused('invalid_grant'))
    await expect(redeem()).resolves.toBeDefined()
  })

  it('is refused to another client, and still good for its own', async () => {
    const { clientId } = await another()
    await expect(redeem({ client_id: clientId })).rejects.toThrow(refused('invalid_grant'))
    expect(await revokedAt()).toBeUndefined()
    await expect(redeem()).resolves.toBeDefined()
  })

  it('ends its grant when it comes a second time', async () => {
    const { refresh_token } = await redeem()
    await expect(redeem()).rejects.toThrow(refused('invalid_grant'))
    expect(await revokedAt()).toBeDefined()
    await expect(refresh(refresh_token)).rejects.toThrow(refused('invalid_grant'))
  })
})

describe('a refresh token', () => {
  it('is refused to another client, and still good for its own', async () => {
    const { refresh_token } = await redeem()
    const { clientId } = await another()
    await expect(refresh(refresh_token, { client_id: clientId })).rejects.toThrow(refused('invalid_grant'))
    await expect(refresh(refresh_token)).resolves.toBeDefined()
  })

  it('gives no scope that was not granted', async () => {
    const [offered] = server.scopes
    const wider = { ...server, scopes: [...server.scopes, { ...offered!, name: 'files:write' }] }
    const { refresh_token = '' } = await redeem()
    const form = { grant_type: 'refresh_token', client_id: client.clientId, refresh_token }
    const scope = 'files:read files:write'
    await expect(post({ ...form, scope }, wider)).rejects.toThrow(refused('invalid_scope'))
    expect(await refresh(refresh_token, { scope: 'files:read' })).toMatchObject({ scope: 'files:read' })
  })
})

describe('a client', () => {
  it('that is blocked gets no tokens, and its code is still good when it is let in again', async () => {
    const block = (blockedAt: Date | null) =>
      store.db.update(clients).set({ blockedAt }).where(eq(clients.id, client.id))
    await block(later(31))
    await expect(redeem()).rejects.toThrow(refused('invalid_grant'))
    await block(null)
    await expect(redeem()).resolves.toBeDefined()
  })

  it('that has keys must sign', async () => {
    const { clientId } = await another({ tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [] } })
    await expect(redeem({ client_id: clientId })).rejects.toThrow(refused('invalid_client'))
  })

  it('that has a secret must give it', async () => {
    const { clientId } = await another({
      tokenEndpointAuthMethod: 'client_secret_post',
      secretHash: hashSecret('the secret'),
    })
    await expect(redeem({ client_id: clientId })).rejects.toThrow(refused('invalid_client'))
    await expect(redeem({ client_id: clientId, client_secret: 'x' })).rejects.toThrow(
      refused('invalid_client'),
    )
    await expect(redeem({ client_id: clientId, client_secret: 'the secret' })).rejects.toThrow(
      refused('invalid_grant'),
    )
  })

  it('that registered itself does not act for itself', async () => {
    const form = { grant_type: 'client_credentials', client_id: client.clientId }
    await expect(post(form)).rejects.toThrow(refused('unauthorized_client'))
  })
})
