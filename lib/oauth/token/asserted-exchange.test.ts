import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servers } from '@/drizzle/schema/servers'
import { keyring } from '@/lib/crypto/keyring'
import { secrets } from '@/lib/crypto/secrets'
import { tokenSigner } from '@/lib/crypto/signer'
import { signingKeyStore } from '@/lib/store/oauth/signing-keys'
import { assertedLogin } from '@/lib/store/test-support/asserted'
import { offline } from '@/lib/store/test-support/offline'
import {
  insertConnection,
  insertServer,
  openStore,
  type PostgresUnderTest,
} from '@/lib/store/test-support/open-store'
import {
  complete,
  completedLogin,
  later,
  newRequest,
  random,
} from '@/lib/store/test-support/store-under-test'
import type { Grant, Server } from '../model'
import { parseParameters } from '../protocol/parameters'
import { hashSecret } from '../protocol/secret-hash'
import { handOff, type TokenExchangePorts } from './token-exchange'

const ISSUER = 'https://acme.okta.example'
const SECRET = `vst_rs_${'a'.repeat(43)}`

let store: PostgresUnderTest
let server: Server
let ports: TokenExchangePorts
beforeAll(async () => {
  store = await openStore()
  server = await newServer()
  const clock = () => later(60)
  ports = {
    ...store,
    ...offline,
    secrets: secrets(keyring([{ id: 'k1', key: randomBytes(32) }])),
    signer: tokenSigner(signingKeyStore(store.db, store.sealer), clock, new Map()),
    clock,
    background: (_: string, work: Promise<unknown>) => void work.catch(() => {}),
  }
})
afterAll(() => store?.close())

const newServer = async () =>
  insertServer(store.db, await insertConnection(store.db, store.sealer), {
    handoffScopes: ['email'],
    resourceSecretHash: hashSecret(SECRET),
  })

/** A browser login, which brings an upstream token. */
async function logIn(subject: string, token: string, at = server, identitySource = ISSUER): Promise<Grant> {
  const upstreamTokens = { accessToken: token, scope: 'email', expiresAt: later(10_000) }
  const identity = { subject, identitySource, email: 'alice@acme.example' }
  return complete(
    store,
    completedLogin(await newRequest(store, { server: at }), { identity, upstreamTokens }),
  )
}

/** What the MCP server gets for an access token of this grant. */
async function exchanged({ id }: Grant, at = server): Promise<string> {
  const token = `vst_at_${random()}`
  await store.accessTokens.save({
    ...{ hash: hashSecret(token), id: random(), grantId: id, audience: at.resource, scope: [] },
    ...{ issuedAt: later(31), expiresAt: later(3_600) },
  })
  const form = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  })
  return (await handOff(at, parseParameters(form), `Bearer ${SECRET}`, ports)).access_token
}

const refused = expect.objectContaining({ code: 'invalid_grant' })

describe('a token of an identity assertion', () => {
  it('reaches the upstream token of its user’s last login, and none where they never logged in', async () => {
    const alice = random()
    const asserted = await assertedLogin(store, server, ISSUER, alice)
    await expect(exchanged(asserted)).rejects.toThrow(refused)
    const login = await logIn(alice, 'of alice')
    expect(login.userId).toBe(asserted.userId)
    expect(await exchanged(asserted)).toBe('of alice')
    expect(await exchanged(login)).toBe('of alice')
    await store.grants.revoke(login.id, { reason: 'revoked_by_operator', at: later(50) })
    await expect(exchanged(asserted)).rejects.toThrow(refused)
  })

  it.each([
    ['another issuer', 'https://evil.example'],
    ['an issuer that is spelled otherwise', `${ISSUER}/`],
    ['an issuer in other letters', ISSUER.toUpperCase()],
    ['another tenant', `${ISSUER} tenant:other`],
  ])('of %s reaches nothing, with the same subject and email', async (_, foreign) => {
    const alice = random()
    const login = await logIn(alice, 'of alice')
    const asserted = await assertedLogin(store, server, foreign, alice)
    expect(asserted.userId).not.toBe(login.userId)
    await expect(exchanged(asserted)).rejects.toThrow(refused)
  })

  it('reaches no login of another user, server or organization', async () => {
    const [alice, other] = [random(), await newServer()]
    await logIn(random(), 'of bob')
    await logIn(alice, 'elsewhere', other)
    const beside = await insertServer(store.db, {
      id: server.connectionId,
      organizationId: server.organizationId,
    })
    await logIn(alice, 'at another server', beside)
    await expect(exchanged(await assertedLogin(store, server, ISSUER, alice))).rejects.toThrow(refused)
  })

  it('is refused where rules refuse what is known of the login', async () => {
    const at = await newServer()
    const alice = random()
    const asserted = await assertedLogin(store, at, ISSUER, alice)
    await logIn(alice, 'of alice', at)
    const access = { default: 'allow', deny: { users: ['alice@acme.example'] } } as const
    await store.db.update(servers).set({ settings: { access } }).where(eq(servers.id, at.id))
    const ruled = await store.servers.find(at.id)
    if (!ruled) throw new Error('no server')
    await store.db.execute(`update grants set user_claims = '{"sub": "a"}' where id = '${asserted.id}'`)
    await store.db.execute(
      `update grants set user_claims = '{"email": "alice@acme.example"}' where kind = 'login' and server_id = '${at.id}'`,
    )
    await expect(exchanged(asserted, ruled)).rejects.toThrow(refused)
  })
})
