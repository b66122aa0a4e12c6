import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { startMcpServer } from '../../sandbox/mcp-server'
import { newClientId, obtainCode } from '../support/attack-login'
import { introspect, obtainTokens, outcome, postForm, refresh, type Tokens } from '../support/attack-tokens'
import { hostFetch } from '../support/host-fetch'
import { startOwnServer } from '../support/own-server'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

type OpenIdTokens = Tokens & { readonly id_token: string }

const SCOPE = 'openid profile email profile:read notes:write'

async function logIn(
  world: World,
  issuer = world.issuers.root,
  options: { readonly scope?: string; readonly clientId?: string } = {},
): Promise<OpenIdTokens> {
  const { scope = SCOPE, clientId = 'cli' } = options
  const login = await obtainCode(world, { issuer, clientId, parameters: { scope } })
  return { id_token: '', ...(await obtainTokens(issuer, login)) }
}

const ask = (issuer: string, token: string) =>
  hostFetch(`${issuer}/oauth/userinfo`, { headers: { authorization: `Bearer ${token}` } })

/** What userinfo says to this token, in one line. */
async function answerTo(issuer: string, token: string): Promise<string> {
  const response = await ask(issuer, token)
  const challenge = response.headers.get('www-authenticate')
  if (response.status !== 200) expect(challenge).toMatch(/^Bearer error="/)
  return outcome(response)
}

const revoke = (issuer: string, token: string) =>
  postForm(issuer, '/oauth/revoke', { client_id: 'cli', token })

test('an ID token gives access to nothing', async ({ world }) => {
  const { root } = world.issuers
  const { id_token, access_token } = await logIn(world)
  expect(await introspect(world, id_token)).toEqual({ active: false })
  expect(await answerTo(root, id_token)).toBe('401 invalid_token')
  expect(await outcome(await refresh(root, id_token))).toBe('400 invalid_grant')
  // A holder of the ID token, such as the client's log, cannot end the session either.
  await revoke(root, id_token)
  expect(await answerTo(root, access_token)).toBe('200 ok')
})

test('an ID token opens no MCP server [RS-12]', async ({ world }) => {
  const { id_token, access_token } = await logIn(world)
  const [issuer, resource] = [world.issuers.root, world.resources.root]
  const server = await startMcpServer({ port: 0, resource, issuer })
  const call = (token: string) =>
    fetch(server.url, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
    })
  expect((await call(access_token)).status).toBe(200)
  const refused = await call(id_token)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
  await server.close()

  // The verification that we tell developers of MCP servers to do, where the audience would not help.
  const keys = createRemoteJWKSet(new URL(`${issuer}/oauth/jwks`))
  const options = { issuer, algorithms: ['ES256'], typ: 'at+jwt' }
  const { aud: audience = '' } = decodeJwt(id_token)
  await expect(jwtVerify(id_token, keys, { ...options, audience })).rejects.toThrow(/"typ"/)
  await expect(jwtVerify(id_token, keys, { ...options, audience: resource })).rejects.toThrow()
  await jwtVerify(access_token, keys, { ...options, audience: resource })
})

test('an access token is no proof of a login: no client takes it for an ID token', async ({ world }) => {
  const { access_token, id_token } = await logIn(world)
  const keys = createRemoteJWKSet(new URL(`${world.issuers.root}/oauth/jwks`))
  const options = { issuer: world.issuers.root, audience: 'cli' }
  await jwtVerify(id_token, keys, options)
  await expect(jwtVerify(access_token, keys, options)).rejects.toThrow(/"aud"/)
})

test('an ID token tells who reads it neither name nor email, nor what the operator passes on', async ({
  world,
}) => {
  const { id_token } = await logIn(world)
  expect(Object.keys(decodeJwt(id_token)).sort()).toEqual(['at_hash', 'aud', 'exp', 'iat', 'iss', 'sub'])
})

test('userinfo reveals nothing for another kind of token, or a guess', async ({ world }) => {
  const { root } = world.issuers
  const parameters = { scope: SCOPE }
  const login = await obtainCode(world, { parameters })
  const code = login.code
  const tokens = await obtainTokens(root, login)
  const [header, payload] = tokens.access_token.split('.')
  for (const token of [
    code,
    tokens.refresh_token,
    tokens.refresh_token.replace('vst_rt_', 'vst_at_'),
    `${header}.${payload}.`,
    `${header}.${payload}.${'A'.repeat(86)}`,
    'vst_at_',
    'null',
    'x'.repeat(8000),
  ])
    expect(await answerTo(root, token), token.slice(0, 40)).toBe('401 invalid_token')
})

test('a token of one server is none at another’s userinfo [AS-35]', async ({ world }) => {
  const { root, path, host } = world.issuers
  const mine = await logIn(world)
  for (const issuer of [path, host])
    expect(await answerTo(issuer, mine.access_token)).toBe('401 invalid_token')
  const theirs = await logIn(world, path)
  expect(await answerTo(root, theirs.access_token)).toBe('401 invalid_token')
  expect(await answerTo(path, theirs.access_token)).toBe('200 ok')

  const opaque = await startOwnServer(world, ['token_format: opaque'])
  const { access_token } = await logIn(world, opaque.issuer)
  for (const issuer of [root, path, host])
    expect(await answerTo(issuer, access_token)).toBe('401 invalid_token')
  await opaque.close()
})

test('a token without openid does not say who its user is', async ({ world }) => {
  const { root } = world.issuers
  const { access_token, refresh_token } = await logIn(world)
  const clientId = await newClientId(root)
  const plain = await logIn(world, root, { clientId, scope: 'profile:read profile email' })
  const narrowed = await (await refresh(root, refresh_token, { scope: 'email profile:read' })).json()
  expect(Object.keys(narrowed)).not.toContain('id_token')
  for (const token of [plain.access_token, narrowed.access_token]) {
    const response = await ask(root, token)
    expect(response.headers.get('www-authenticate')).toMatch(
      /^Bearer error="insufficient_scope".*scope="openid"$/,
    )
    expect(await outcome(response)).toBe('403 insufficient_scope')
  }
  expect(await answerTo(root, access_token)).toBe('200 ok')
})

test('a refresh does not smuggle in who the user is', async ({ world }) => {
  const { root } = world.issuers
  const client_id = await newClientId(root)
  const { refresh_token } = await logIn(world, root, { clientId: client_id, scope: 'profile:read' })
  const scope = 'profile:read openid profile email'
  const refreshed = await (await refresh(root, refresh_token, { client_id, scope })).json()
  expect(refreshed.scope).toBe('profile:read')
  expect(Object.keys(refreshed)).not.toContain('id_token')
  expect(await answerTo(root, refreshed.access_token)).toBe('403 insufficient_scope')
})

for (const format of ['jwt', 'opaque'])
  test(`a revoked ${format} access token, or one of a revoked grant, is refused at once`, async ({
    world,
  }) => {
    const server = await startOwnServer(world, [`token_format: ${format}`])
    const { issuer } = server
    const tokens = await logIn(world, issuer)
    const next = await (await refresh(issuer, tokens.refresh_token)).json()
    expect(await answerTo(issuer, tokens.access_token)).toBe('200 ok')
    await revoke(issuer, tokens.access_token)
    expect(await answerTo(issuer, tokens.access_token)).toBe('401 invalid_token')
    expect(await answerTo(issuer, next.access_token)).toBe('200 ok')
    await revoke(issuer, next.refresh_token)
    expect(await answerTo(issuer, next.access_token)).toBe('401 invalid_token')
    await server.close()
  })

test('no token, two tokens and a token in the URL are refused as RFC 6750 says [RFC-41]', async ({
  world,
}) => {
  const { root } = world.issuers
  const { access_token } = await logIn(world)
  const url = `${root}/oauth/userinfo`
  const authorization = `Bearer ${access_token}`
  for (const request of [
    {},
    { path: `/oauth/userinfo?access_token=${access_token}` },
    { headers: { authorization: `Basic ${access_token}` } },
    { method: 'POST', body: new URLSearchParams() },
  ]) {
    const bare = await hostFetch(url, request)
    expect([bare.status, bare.headers.get('www-authenticate'), await bare.json()]).toEqual([
      401,
      'Bearer',
      {},
    ])
    expect(bare.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
    expect(bare.headers.get('cache-control')).toBe('no-store')
  }
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const request of [
    { headers: { authorization }, path: `/oauth/userinfo?access_token=${access_token}` },
    { method: 'POST', headers: { authorization, ...form }, body: `access_token=${access_token}` },
    { method: 'POST', headers: form, body: `access_token=${access_token}&access_token=other` },
  ]) {
    const twice = await hostFetch(url, request)
    expect(twice.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_request"/)
    expect(await outcome(twice)).toBe('400 invalid_request')
  }
})
