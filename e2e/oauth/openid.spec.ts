import { createHash } from 'node:crypto'
import { decodeJwt } from 'jose'
import * as oidc from 'openid-client'
import { claimsOf, SANDBOX_USERS } from '../../sandbox/users'
import { newClientId, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { obtainTokens, postForm } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { logInWith, openIdClient, readIdToken } from '../support/openid-login'
import { startOwnServer } from '../support/own-server'
import { authorizeUrl, expect, makePkce, register, test } from '../support/test'
import type { World } from '../support/world'

const ALICE = { name: 'Alice Example', email: 'alice@example.com', email_verified: true }

/** The left half of the hash (OpenID Connect Core §3.1.3.6). */
const atHash = (token: string) =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')

const userinfo = (issuer: string, token: string) =>
  hostFetch(`${issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } })

const KINDS: readonly (keyof World['issuers'])[] = ['root', 'path', 'host']

for (const kind of KINDS)
  test(`a strict OpenID client logs a user in at the ${kind} issuer, and again without them`, async ({
    world,
  }) => {
    const issuer = world.issuers[kind]
    const client = await openIdClient(issuer)
    const nonce = ' n-0S6_"ü\\ &='
    const tokens = await logInWith(world, client, 'openid profile email offline_access', nonce)
    expect(tokens.scope).toBe('openid profile email offline_access')

    const { header, claims } = readIdToken(tokens)
    const { keys } = await (await hostFetch(`${issuer}/oauth/jwks`)).json()
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: keys[0].kid })
    const { sub } = decodeJwt(tokens.access_token)
    expect(claims).toEqual({
      iss: issuer,
      sub,
      aud: client.clientMetadata().client_id,
      nonce,
      iat: expect.any(Number),
      exp: expect.any(Number),
      at_hash: atHash(tokens.access_token),
    })
    expect(claims.exp! - claims.iat!).toBe(3600)
    expect(await oidc.fetchUserInfo(client, tokens.access_token, String(sub))).toEqual({ sub, ...ALICE })

    // The same login, told again (OpenID Connect Core §12.2).
    const refreshed = await oidc.refreshTokenGrant(client, tokens.refresh_token ?? '')
    const second = readIdToken(refreshed)
    expect(second.claims).toEqual({
      iss: issuer,
      sub,
      aud: claims.aud,
      iat: expect.any(Number),
      exp: expect.any(Number),
      at_hash: atHash(refreshed.access_token),
    })
    expect(await oidc.fetchUserInfo(client, refreshed.access_token, String(sub))).toEqual({ sub, ...ALICE })
  })

test('a client without openid gets no ID token, whatever else it sends', async ({ world }) => {
  const { root } = world.issuers
  for (const parameters of [
    { scope: 'profile:read', nonce: 'n-1' },
    { nonce: 'n-1' },
    { scope: 'profile email' },
  ]) {
    const clientId = await newClientId(root)
    const tokens = await obtainTokens(root, await obtainCode(world, { clientId, parameters }))
    expect(Object.keys(tokens)).not.toContain('id_token')
    expect(tokens.scope).toBe(parameters.scope ?? 'profile:read notes:write')
  }
})

test('a client that asks for every advertised scope is granted every one [H-60]', async ({ world }) => {
  const { root } = world.issuers
  for (const document of ['oauth-authorization-server', 'openid-configuration']) {
    const metadata = await (await fetch(`${root}/.well-known/${document}`)).json()
    const scope: string = metadata.scopes_supported.join(' ')
    expect(scope).toBe('profile:read notes:write openid profile email offline_access')
    const registered = await register(root, {
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
      scope,
    })
    expect(registered.scope).toBe(scope)
    const login = await obtainCode(world, { clientId: registered.client_id ?? '', parameters: { scope } })
    const tokens = await obtainTokens(root, login)
    expect(tokens.scope).toBe(scope)
    expect((await userinfo(root, tokens.access_token)).status).toBe(200)
    // A default for requests without a scope is what the server offers, as it was before.
    const plain = await obtainTokens(root, await obtainCode(world, { clientId: await newClientId(root) }))
    expect(plain.scope).toBe('profile:read notes:write')
  }
})

test('the user reads what each of them means before agreeing', async ({ world }) => {
  const url = authorizeUrl(world.issuers.root, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
    scope: 'email openid notes:write profile',
  })
  const { html } = await openConsent(newVisitor(), url)
  const shown = html.replace(/<[^>]+>/g, ' ')
  expect(shown).toMatch(/Add notes for you.*Know who you are.*See your name.*See your email address/s)
})

test('the operator’s own scope of a standard name keeps its sentence, and limits stay limits', async ({
  world,
}) => {
  const limited = (id: string, scope: string) =>
    `{ client_id: ${id}, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none, scope: "${scope}" }`
  const server = await startOwnServer(world, [], {
    scopes: ['{ name: "email", description: "Send mail in your name" }'],
    clients: [limited('reader', 'profile:read'), limited('knower', 'profile:read openid')],
  })
  const { issuer } = server
  const { html } = await openConsent(
    newVisitor(),
    authorizeUrl(issuer, {
      client_id: 'cli',
      redirect_uri: REDIRECT,
      code_challenge: makePkce().challenge,
      scope: 'openid email',
    }),
  )
  expect(html).toContain('Send mail in your name')
  expect(html).not.toContain('See your email address')

  const parameters = { scope: 'openid profile email profile:read offline_access' }
  for (const [clientId, granted] of [
    ['reader', 'profile:read offline_access'],
    ['knower', 'openid profile:read offline_access'],
    ['cli', parameters.scope],
  ] as const) {
    const tokens = await obtainTokens(issuer, await obtainCode(world, { issuer, clientId, parameters }))
    expect(tokens.scope, clientId).toBe(granted)
  }
  await server.close()
})

test('userinfo says no more than the scope, and no less', async ({ world }) => {
  const { root } = world.issuers
  const { name, ...email } = ALICE
  const told: readonly [string, object][] = [
    ['openid', {}],
    ['openid profile', { name }],
    ['openid email', email],
    ['openid profile:read', {}],
  ]
  for (const [scope, expected] of told) {
    const login = await obtainCode(world, { clientId: await newClientId(root), parameters: { scope } })
    const tokens = await obtainTokens(root, login)
    const answer = await userinfo(root, tokens.access_token)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.json(), scope).toEqual({ sub: expect.any(String), ...expected })
  }
})

test('userinfo takes a token in the header or in a form, from any page', async ({ world }) => {
  const { root } = world.issuers
  const parameters = { scope: 'openid' }
  const { access_token } = await obtainTokens(root, await obtainCode(world, { parameters }))
  const url = `${root}/oauth/userinfo`
  const authorization = `bearer ${access_token}`
  const answers = [
    await hostFetch(url, { headers: { authorization } }),
    await hostFetch(url, { method: 'POST', headers: { authorization } }),
    await hostFetch(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'text/plain' },
      body: 'x',
    }),
    await postForm(root, '/oauth/userinfo', { access_token }),
  ]
  for (const answer of answers) {
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json\b/)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  }
  const preflight = await hostFetch(url, { method: 'OPTIONS' })
  expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*'])
  const refused = await hostFetch(url, { method: 'DELETE' })
  expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, POST, OPTIONS'])
})

test('opaque access tokens are as good, and their ID tokens name them', async ({ world }) => {
  const server = await startOwnServer(world, ['token_format: opaque'])
  const client = await openIdClient(server.issuer)
  const tokens = await logInWith(world, client, 'openid email')
  expect(tokens.access_token).toMatch(/^vst_at_/)
  const { claims } = readIdToken(tokens)
  expect(claims.at_hash).toBe(atHash(tokens.access_token))
  const { name: _, ...email } = ALICE
  const told = await oidc.fetchUserInfo(client, tokens.access_token, String(claims.sub))
  expect(told).toEqual({ sub: claims.sub, ...email })
  await server.close()
})

test('an ID token says when the user authenticated, if the identity provider does, also after a refresh', async ({
  world,
}) => {
  const before = Math.floor(Date.now() / 1000)
  const server = await startOwnServer(world, [], {
    idp: { configuration: { clientDefaults: { require_auth_time: true } } },
  })
  const client = await openIdClient(server.issuer)
  const tokens = await logInWith(world, client, 'openid')
  const { auth_time } = readIdToken(tokens).claims
  expect(auth_time).toBeGreaterThanOrEqual(before)
  expect(auth_time).toBeLessThanOrEqual(Date.now() / 1000)
  const refreshed = await oidc.refreshTokenGrant(client, tokens.refresh_token ?? '')
  expect(readIdToken(refreshed).claims.auth_time).toBe(auth_time)
  await server.close()
})

test('an email that the identity provider did not verify is not called verified [H-43]', async ({
  world,
}) => {
  const [alice] = SANDBOX_USERS
  if (!alice) throw new Error('the sandbox has users')
  const unverified = { ...claimsOf(alice), email_verified: undefined }
  const findAccount = () => ({ accountId: 'alice', claims: () => unverified })
  const server = await startOwnServer(world, [], { idp: { configuration: { findAccount } } })
  const { issuer } = server
  const parameters = { scope: 'openid email' }
  const tokens = await obtainTokens(issuer, await obtainCode(world, { issuer, parameters }))
  expect(await (await userinfo(issuer, tokens.access_token)).json()).toEqual({
    sub: expect.any(String),
    email: 'alice@example.com',
    email_verified: false,
  })
  await server.close()
})
