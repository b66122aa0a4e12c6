import { obtainCode } from '../support/attack-login'
import { introspect, obtainTokens, outcome, postForm, redeem, refresh } from '../support/attack-tokens'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { expect, register, test } from '../support/test'

/** A server that issues opaque access tokens, beside those of the world. */
let server: OwnServer
test.beforeAll(async ({ world }) => {
  server = await startOwnServer(world, ['token_format: opaque', 'access_token_lifetime: 600'])
})
test.afterAll(() => server.close())

const revoke = (server: OwnServer, token: string) =>
  postForm(server.issuer, '/oauth/revoke', { client_id: 'cli', token })

const INACTIVE = { active: false }

test('a login gives a token that means nothing to its holder, and all to introspection @stores', async () => {
  const tokens = await server.logIn()
  expect(tokens).toMatchObject({
    token_type: 'Bearer',
    expires_in: 600,
    access_token: expect.stringMatching(/^vst_at_[A-Za-z0-9_-]{43}$/),
    refresh_token: expect.stringMatching(/^vst_rt_/),
  })
  const described = await server.introspect(tokens.access_token)
  expect(described).toEqual({
    active: true,
    token_type: 'Bearer',
    iss: server.issuer,
    sub: expect.any(String),
    aud: server.resource,
    claims_at: expect.any(Number),
    client_id: 'cli',
    scope: tokens.scope,
    iat: expect.any(Number),
    exp: expect.any(Number),
    jti: expect.any(String),
    gid: expect.any(String),
    email: 'alice@example.com',
  })
  expect(Number(described.exp) - Number(described.iat)).toBe(600)
  expect(tokens.access_token).not.toContain(String(described.jti))
})

test('a refresh gives another one, and may ask for less', async () => {
  const tokens = await server.logIn()
  const narrowed = await refresh(server.issuer, tokens.refresh_token, { scope: 'profile:read' })
  expect(narrowed.status).toBe(200)
  const next = await narrowed.json()
  expect(next.access_token).not.toBe(tokens.access_token)
  expect((await server.introspect(next.access_token)).scope).toBe('profile:read')
  expect((await server.introspect(tokens.access_token)).scope).toBe(tokens.scope)
})

test('a revoked token is dead at once, and nothing else is', async () => {
  const tokens = await server.logIn()
  const next = await (await refresh(server.issuer, tokens.refresh_token)).json()
  expect(await outcome(await revoke(server, tokens.access_token))).toBe('200 ok')
  expect(await server.introspect(tokens.access_token)).toEqual(INACTIVE)
  expect((await server.introspect(next.access_token)).active).toBe(true)
  expect((await refresh(server.issuer, next.refresh_token)).status).toBe(200)
})

test('a revoked refresh token’s access tokens are inactive at once', async () => {
  const tokens = await server.logIn()
  const next = await (await refresh(server.issuer, tokens.refresh_token)).json()
  await revoke(server, next.refresh_token)
  for (const token of [tokens.access_token, next.access_token, next.refresh_token])
    expect(await server.introspect(token)).toEqual(INACTIVE)
})

test('a replayed code ends the tokens at once', async ({ world }) => {
  const login = await obtainCode(world, { issuer: server.issuer })
  const tokens = await obtainTokens(server.issuer, login)
  expect((await server.introspect(tokens.access_token)).active).toBe(true)
  expect(await outcome(await redeem(server.issuer, login))).toBe('400 invalid_grant')
  expect(await server.introspect(tokens.access_token)).toEqual(INACTIVE)
})

test('another client cannot revoke the token, and learns nothing from trying [H-31]', async () => {
  const tokens = await server.logIn()
  const stranger = await register(server.issuer, {
    redirect_uris: ['http://127.0.0.1/callback'],
    token_endpoint_auth_method: 'none',
  })
  const form = { client_id: stranger.client_id ?? '', token: tokens.access_token }
  const answer = await postForm(server.issuer, '/oauth/revoke', form)
  expect(answer.status).toBe(200)
  expect(await answer.json()).toEqual({})
  expect((await server.introspect(tokens.access_token)).active).toBe(true)
})

test('only the resource server gets a description', async () => {
  const { access_token: token } = await server.logIn()
  for (const authorization of ['', 'Bearer vst_rs_wrong', `Bearer ${token}`]) {
    const headers: Record<string, string> = authorization ? { authorization } : {}
    const answer = await postForm(server.issuer, '/oauth/introspect', { token }, headers)
    expect(await outcome(answer)).toBe('401 invalid_client')
  }
})

test('another server neither knows nor revokes the token [AS-35]', async ({ world }) => {
  const tokens = await server.logIn()
  expect(await introspect(world, tokens.access_token)).toEqual(INACTIVE)
  for (const issuer of Object.values(world.issuers)) {
    const answer = await postForm(issuer, '/oauth/revoke', { client_id: 'cli', token: tokens.access_token })
    expect(await outcome(answer)).toBe('200 ok')
  }
  expect((await server.introspect(tokens.access_token)).active).toBe(true)
})

test('a guess that is nearly right is a guess', async () => {
  const { access_token: token, refresh_token } = await server.logIn()
  for (const guess of [
    token.slice(0, -1),
    `${token}=`,
    token.toUpperCase(),
    token.replace('vst_at_', 'vst_rt_'),
    refresh_token.replace('vst_rt_', 'vst_at_'),
    token.replace('vst_at_', ''),
  ])
    expect(await server.introspect(guess), guess).toEqual(INACTIVE)
})

test('tokens outlive a change of the format, and not one of the resource', async ({ world }) => {
  const server = await startOwnServer(world)
  const signed = await server.logIn()
  await server.configure(['token_format: opaque'])
  const opaque = await (await refresh(server.issuer, signed.refresh_token)).json()
  expect(opaque.access_token).toMatch(/^vst_at_/)
  for (const { access_token } of [signed, opaque])
    expect((await server.introspect(access_token)).active).toBe(true)

  await server.configure(['token_format: opaque'], 'https://elsewhere.example/mcp')
  for (const { access_token } of [signed, opaque])
    expect(await server.introspect(access_token)).toEqual(INACTIVE)
  const moved = await (await refresh(server.issuer, opaque.refresh_token)).json()
  expect((await server.introspect(moved.access_token)).aud).toBe('https://elsewhere.example/mcp')
  await server.close()
})
