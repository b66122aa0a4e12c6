import { createHmac, randomUUID } from 'node:crypto'
import { type Login, obtainCode, REDIRECT } from '../support/attack-login'
import { basic, outcome, postForm, redeem, redemption } from '../support/attack-tokens'
import { assertion, assertionParameters, newSigningKey, type SigningKey } from '../support/client-assertion'
import { clientDocument, type DocumentHost, startDocumentHost } from '../support/document-host'
import { test as base, expect, register } from '../support/test'
import type { World } from '../support/world'

const test = base.extend<{ host: DocumentHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it.
  host: async ({}, use) => {
    const host = await startDocumentHost()
    await use(host)
    await host.close()
  },
})

type SigningClient = { readonly clientId: string; readonly key: SigningKey }

/** A client that must sign, with its keys where its document says. */
async function signingClient(host: DocumentHost, changes: object = {}): Promise<SigningClient> {
  const key = await newSigningKey()
  const jwks_uri = host.publish({ keys: [key.publicJwk] })
  const document = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri, ...changes }
  return { clientId: host.publish(clientDocument(REDIRECT, document)), key }
}

/** What a client of this kind publishes: both methods, one of them preferred. */
const BOTH = { token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'] }

const tokenEndpoint = (world: World) => `${world.issuers.root}/oauth/token`

/** Redeems the code of a login with these proofs; `client_id` is left out, as RFC 7521 §4.2 allows. */
const redeemWith = (world: World, login: Login, proof: Record<string, string>) =>
  redeem(world.issuers.root, login, { client_id: undefined, ...proof })

const refreshWith = (world: World, refresh_token: string, proof: Record<string, string>) =>
  postForm(world.issuers.root, '/oauth/token', { grant_type: 'refresh_token', refresh_token, ...proof })

test('metadata names the method and its algorithms', async ({ world }) => {
  const metadata = await (await fetch(`${world.issuers.root}/.well-known/oauth-authorization-server`)).json()
  expect(metadata).toMatchObject({
    token_endpoint_auth_methods_supported: expect.arrayContaining(['none', 'private_key_jwt']),
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
  })
})

test('a client signs for its tokens and for new ones, and each assertion is good once', async ({
  world,
  host,
}) => {
  const { clientId, key } = await signingClient(host, BOTH)
  const login = await obtainCode(world, { clientId })
  const first = await assertionParameters(clientId, world.issuers.root, key)
  const answer = await redeemWith(world, login, first)
  expect(answer.status).toBe(200)
  const { refresh_token } = await answer.json()

  expect(await outcome(await refreshWith(world, refresh_token, first))).toBe('401 invalid_client')
  const second = await assertionParameters(clientId, tokenEndpoint(world), key)
  const together = await Promise.all(
    Array.from({ length: 8 }, async () => outcome(await refreshWith(world, refresh_token, second))),
  )
  expect(together.sort()).toEqual(['200 ok', ...Array(7).fill('401 invalid_client')])
})

test('a client that declares both methods may come without a proof, but not with a wrong one', async ({
  world,
  host,
}) => {
  const { clientId } = await signingClient(host, BOTH)
  const login = await obtainCode(world, { clientId })
  const forged = await assertionParameters(clientId, world.issuers.root, await newSigningKey())
  expect(await outcome(await redeemWith(world, login, forged))).toBe('401 invalid_client')
  expect(await outcome(await redeem(world.issuers.root, login))).toBe('200 ok')
})

test('a client that only signs is not let in without, and loses nothing by trying [AS-20 H-30]', async ({
  world,
  host,
}) => {
  const { clientId, key } = await signingClient(host)
  const login = await obtainCode(world, { clientId })
  const issuer = world.issuers.root
  expect(await outcome(await redeem(issuer, login))).toBe('401 invalid_client')
  expect(await outcome(await redeem(issuer, login, { client_secret: 'x' }))).toBe('401 invalid_client')
  const header = basic(clientId, 'x')
  expect(await outcome(await redeem(issuer, login, { client_id: undefined }, header))).toBe(
    '401 invalid_client',
  )
  const proof = await assertionParameters(clientId, tokenEndpoint(world), key)
  const response = await redeemWith(world, login, proof)
  const { refresh_token } = await response.json()
  expect(response.status).toBe(200)
  expect(await outcome(await refreshWith(world, refresh_token, { client_id: clientId }))).toBe(
    '401 invalid_client',
  )
})

for (const algorithm of ['PS256', 'ES256', 'EdDSA'])
  test(`a client may sign with ${algorithm}, and have its keys in its document`, async ({ world, host }) => {
    const key = await newSigningKey(algorithm)
    const { kid: _, ...jwk } = key.publicJwk
    const keys = [(await newSigningKey('ES256')).publicJwk, jwk]
    const document = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } }
    const clientId = host.publish(clientDocument(REDIRECT, document))
    const login = await obtainCode(world, { clientId })
    const changes = { header: { kid: undefined, typ: 'client-authentication+jwt' } }
    const proof = await assertionParameters(clientId, world.issuers.root, key, changes)
    expect(await outcome(await redeemWith(world, login, proof))).toBe('200 ok')
  })

const now = () => Math.floor(Date.now() / 1000)

const WRONG: Record<string, (client: SigningClient, world: World) => object> = {
  'is for somebody else': () => ({ aud: 'https://other.example' }),
  'is for us and somebody else': (_, { issuers }) => ({ aud: [issuers.root, 'https://other.example'] }),
  'is for another of our issuers': (_, { issuers }) => ({ aud: issuers.path }),
  'is for a misspelled endpoint': (_, { issuers }) => ({ aud: `${issuers.root}//token` }),
  'is for nobody': () => ({ aud: undefined }),
  'has expired': () => ({ exp: now() - 120 }),
  'never expires': () => ({ exp: undefined }),
  'lives for a day': () => ({ exp: now() + 86_400 }),
  'comes from the future': () => ({ iat: now() + 600, exp: now() + 660 }),
  'is not valid yet': () => ({ nbf: now() + 600 }),
  'has no id': () => ({ jti: undefined }),
  'has another issuer': () => ({ iss: 'https://evil.example/client.json' }),
  'has no issuer': () => ({ iss: undefined }),
}

test('an assertion is refused for every single thing that is wrong with it', async ({ world, host }) => {
  const client = await signingClient(host)
  const login = await obtainCode(world, { clientId: client.clientId })
  for (const [what, claims] of Object.entries(WRONG)) {
    const changes = { claims: claims(client, world) }
    const proof = await assertionParameters(client.clientId, world.issuers.root, client.key, changes)
    expect(await outcome(await redeemWith(world, login, proof)), what).toBe('401 invalid_client')
  }
  const proof = await assertionParameters(client.clientId, world.issuers.root, client.key)
  expect(await outcome(await redeemWith(world, login, proof))).toBe('200 ok')
})

test('an assertion is worth nothing without the right signature', async ({ world, host }) => {
  const [client, other] = [await signingClient(host), await signingClient(host)]
  const { clientId, key } = client
  const login = await obtainCode(world, { clientId })
  await obtainCode(world, { clientId: other.clientId })
  const issuer = world.issuers.root
  const refused = async (what: string, proof: Record<string, string>) =>
    expect(await outcome(await redeemWith(world, login, proof)), what).toBe('401 invalid_client')

  await refused("another client's key", await assertionParameters(clientId, issuer, other.key))
  const named = { header: { kid: key.publicJwk.kid } }
  await refused('under our key id', await assertionParameters(clientId, issuer, other.key, named))
  await refused(
    'another client for this one',
    await assertionParameters(other.clientId, issuer, other.key, { claims: { sub: clientId } }),
  )
  await refused('its own key in the header', {
    ...(await assertionParameters(clientId, issuer, other.key, {
      header: { kid: undefined, jwk: other.key.publicJwk, jku: other.clientId },
    })),
  })
  const claims = { iss: clientId, sub: clientId, aud: issuer, jti: randomUUID(), exp: now() + 60 }
  await refused('no signature', assertion(unsigned({ alg: 'none' }, claims)))
  await refused('no signature, other case', assertion(unsigned({ alg: 'nOnE' }, claims)))
  for (const secret of [JSON.stringify(key.publicJwk), key.publicJwk.n ?? ''])
    await refused('the public key as a secret', assertion(hs256(claims, secret, key.publicJwk.kid)))
  const good = await assertionParameters(clientId, issuer, key)
  const [header, , signature] = good.client_assertion?.split('.') ?? []
  const tampered = Buffer.from(JSON.stringify({ ...claims, jti: 'other' })).toString('base64url')
  await refused('tampered with', assertion(`${header}.${tampered}.${signature}`))
  await refused('cut', assertion(`${header}.${tampered}.`))
  await refused('no JWT', assertion('nonsense'))
  await refused('another type', {
    ...good,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:saml2-bearer',
  })
  await refused('no type', { ...good, client_assertion_type: '' })
  expect(await outcome(await redeemWith(world, login, good))).toBe('200 ok')
})

test('a client proves itself in one way at a time, and as one client [RFC-24]', async ({ world, host }) => {
  const { clientId, key } = await signingClient(host)
  const login = await obtainCode(world, { clientId })
  const proof = () => assertionParameters(clientId, world.issuers.root, key)
  const attempt = async (changes: Record<string, string | undefined>, headers = {}) =>
    outcome(await redeem(world.issuers.root, login, { ...(await proof()), ...changes }, headers))
  expect(await attempt({ client_secret: 'x' })).toBe('400 invalid_request')
  expect(await attempt({}, basic(clientId, 'x'))).toBe('400 invalid_request')
  expect(await attempt({ client_id: 'cli' })).toBe('400 invalid_request')
  expect(await attempt({})).toBe('200 ok')
})

test('clients without keys cannot sign, whatever they sign with', async ({ world }) => {
  const key = await newSigningKey()
  for (const clientId of ['cli', 'confidential', 'nobody', 'https://client.example/unseen.json']) {
    const proof = await assertionParameters(clientId, world.issuers.root, key)
    expect(await outcome(await refreshWith(world, 'vst_rt_x', proof)), clientId).toBe('401 invalid_client')
  }
})

test('keys that cannot be fetched are no fault of the client', async ({ world, host }) => {
  const { clientId, key } = await signingClient(host, { jwks_uri: `${host.origin}/nowhere` })
  const login = await obtainCode(world, { clientId })
  const proof = await assertionParameters(clientId, world.issuers.root, key)
  const answer = await redeemWith(world, login, proof)
  expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(await outcome(answer)).toBe('503 temporarily_unavailable')
})

test('no address of keys leads into a private network, however it is spelled', async ({ world }) => {
  const secret = await startDocumentHost()
  const { port } = new URL(secret.origin)
  const key = await newSigningKey()
  for (const authority of [
    '169.254.169.254',
    '[fd00:ec2::254]',
    '10.0.0.1',
    `[::ffff:7f00:1]:${port}`,
    `[::ffff:127.0.0.1]:${port}`,
    `0.0.0.0:${port}`,
    `[64:ff9b::7f00:1]:${port}`,
  ]) {
    const { client_id = '' } = await register(world.issuers.root, {
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: `https://${authority}/jwks.json`,
    })
    const proof = await assertionParameters(client_id, world.issuers.root, key)
    const answer = await refreshWith(world, 'vst_rt_x', proof)
    const text = await answer.text()
    expect(answer.status, text).toBe(503)
    // The response does not reveal what exists.
    expect(text).not.toContain(authority)
  }
  expect(secret.asked(`${secret.origin}/jwks.json`)).toBe(0)
  await secret.close()
})

test('guessing key ids does not make us fetch keys again and again', async ({ world, host }) => {
  const key = await newSigningKey()
  const jwks_uri = host.publish({ keys: [key.publicJwk] })
  const document = { token_endpoint_auth_method: 'private_key_jwt', jwks_uri }
  const clientId = host.publish(clientDocument(REDIRECT, document))
  await obtainCode(world, { clientId })
  for (let i = 0; i < 5; i++) {
    const changes = { header: { kid: randomUUID() } }
    const proof = await assertionParameters(clientId, world.issuers.root, key, changes)
    expect(await outcome(await refreshWith(world, 'vst_rt_x', proof))).toBe('401 invalid_client')
  }
  expect(host.asked(jwks_uri)).toBe(1)
})

test('a client may register its keys', async ({ world }) => {
  const key = await newSigningKey('ES256')
  const jwks = { keys: [key.publicJwk] }
  const asked = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'private_key_jwt', jwks }
  const { client_id = '', ...registered } = await register(world.issuers.root, asked)
  expect(registered).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt', jwks })
  expect(registered).not.toHaveProperty('client_secret')
  const login = await obtainCode(world, { clientId: client_id })
  expect(await outcome(await redeem(world.issuers.root, login))).toBe('401 invalid_client')
  const proof = await assertionParameters(client_id, tokenEndpoint(world), key)
  const form = redemption(login, proof)
  expect(await outcome(await postForm(world.issuers.root, '/oauth/token', form))).toBe('200 ok')
})

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
const unsigned = (header: object, claims: object) => `${encode(header)}.${encode(claims)}.`

function hs256(claims: object, secret: string, kid: string): string {
  const input = `${encode({ alg: 'HS256', kid })}.${encode(claims)}`
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
}
