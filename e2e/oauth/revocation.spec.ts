import { obtainCode, REDIRECT } from '../support/attack-login'
import { basic, introspect, obtainTokens, outcome, postForm, refresh } from '../support/attack-tokens'
import { hostFetch } from '../support/host-fetch'
import { introspectAt } from '../support/own-server'
import { expect, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, type World } from '../support/world'

type Form = Readonly<Record<string, string>>

/** Revokes at the default server as its public client, unless told otherwise. */
const revoke = (world: World, form: Form, headers: Form = {}, issuer = world.issuers.root) =>
  postForm(issuer, '/oauth/revoke', { ...(!headers.authorization && { client_id: 'cli' }), ...form }, headers)

const logIn = async (world: World) => obtainTokens(world.issuers.root, await obtainCode(world))

const isActive = async (world: World, token: string) => (await introspect(world, token)).active

/** All that an answer tells. */
async function tellTales(response: Response) {
  const headers = Object.fromEntries(response.headers)
  return { status: response.status, headers: { ...headers, date: '' }, body: await response.text() }
}

test('a revoked refresh token is dead at once, and all that hangs on its grant [RFC-39 CL-4]', async ({
  world,
}) => {
  const tokens = await logIn(world)
  const { refresh_token: successor, access_token: second } = await (
    await refresh(world.issuers.root, tokens.refresh_token)
  ).json()
  const response = await revoke(world, { token: successor, token_type_hint: 'refresh_token' })
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({})
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('access-control-allow-origin')).toBe('*')

  for (const token of [tokens.access_token, second, successor])
    expect(await introspect(world, token)).toEqual({ active: false })
  for (const token of [successor, tokens.refresh_token])
    expect(await outcome(await refresh(world.issuers.root, token))).toBe('400 invalid_grant')
})

test('a refresh token that was spent already still ends its grant', async ({ world }) => {
  const tokens = await logIn(world)
  const refreshed = await (await refresh(world.issuers.root, tokens.refresh_token)).json()
  await revoke(world, { token: tokens.refresh_token })
  expect(await isActive(world, refreshed.access_token)).toBe(false)
  expect(await outcome(await refresh(world.issuers.root, refreshed.refresh_token))).toBe('400 invalid_grant')
})

test('a revoked access token is dead at introspection, and nothing else is [RFC-39]', async ({ world }) => {
  const tokens = await logIn(world)
  const other = await logIn(world)
  // A hint may be wrong (RFC 7009 §2.1).
  await revoke(world, { token: tokens.access_token, token_type_hint: 'refresh_token' })
  expect(await introspect(world, tokens.access_token)).toEqual({ active: false })
  expect(await isActive(world, other.access_token)).toBe(true)
  const refreshed = await refresh(world.issuers.root, tokens.refresh_token)
  expect(refreshed.status).toBe(200)
  expect(await isActive(world, (await refreshed.json()).access_token)).toBe(true)
})

test('one login that is revoked leaves the same user’s other login alone [H-32]', async ({ world }) => {
  const [laptop, desktop] = [await logIn(world), await logIn(world)]
  await revoke(world, { token: laptop.refresh_token })
  expect(await isActive(world, laptop.access_token)).toBe(false)
  expect(await isActive(world, desktop.access_token)).toBe(true)
})

test('another client cannot revoke my tokens, and learns nothing from trying [RFC-39 H-31]', async ({
  world,
}) => {
  const mine = await logIn(world)
  const stranger = await register(world.issuers.root, {
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'none',
  })
  const thieves: readonly [Form, Form][] = [
    [{ client_id: stranger.client_id ?? '' }, {}],
    [{}, basic('confidential', CONFIDENTIAL_SECRET)],
  ]
  for (const [form, headers] of thieves) {
    const guess = await tellTales(await revoke(world, { ...form, token: 'vst_rt_a-guess' }, headers))
    expect(guess).toMatchObject({ status: 200, body: '{}' })
    for (const token of [mine.refresh_token, mine.access_token])
      expect(await tellTales(await revoke(world, { ...form, token }, headers))).toEqual(guess)
  }
  expect(await isActive(world, mine.access_token)).toBe(true)
  expect((await refresh(world.issuers.root, mine.refresh_token)).status).toBe(200)
})

test('an attacker’s guess has no effect, and always the same answer', async ({ world }) => {
  const tokens = await logIn(world)
  const [header, payload] = tokens.access_token.split('.')
  const dead = await logIn(world)
  await revoke(world, { token: dead.refresh_token })
  const expected = await tellTales(await revoke(world, { token: 'no-token-at-all' }))
  for (const token of [
    `${tokens.refresh_token}x`,
    tokens.refresh_token.replace('vst_rt_', 'vst_at_'),
    'vst_at_',
    `${header}.${payload}.${'A'.repeat(86)}`,
    `${header}.${payload}.`,
    'a.b.c',
    'ü\u0000\u{1f511}',
    dead.refresh_token,
    dead.access_token,
  ])
    expect(await tellTales(await revoke(world, { token })), token).toEqual(expected)
  expect(await isActive(world, tokens.access_token)).toBe(true)
  expect(await isActive(world, tokens.refresh_token)).toBe(true)
})

test('a token of another server is foreign, although a client of the same name asks [H-31]', async ({
  world,
}) => {
  const mine = await logIn(world)
  for (const issuer of [world.issuers.path, world.issuers.host])
    for (const token of [mine.refresh_token, mine.access_token])
      expect(await tellTales(await revoke(world, { token }, {}, issuer))).toMatchObject({
        status: 200,
        body: '{}',
      })
  expect(await isActive(world, mine.access_token)).toBe(true)
  expect(await isActive(world, mine.refresh_token)).toBe(true)
})

test('an unauthenticated request revokes nothing, whatever the token [RFC-39]', async ({ world }) => {
  const headers = basic('confidential', CONFIDENTIAL_SECRET)
  const login = await obtainCode(world, { clientId: 'confidential' })
  const tokens = await obtainTokens(world.issuers.root, login, headers)
  for (const token of [tokens.refresh_token, 'vst_rt_a-guess']) {
    for (const [form, wrong] of [
      [{ client_id: 'confidential' }, {}],
      [{ client_id: 'confidential', client_secret: 'wrong' }, {}],
      [{ client_id: 'nobody' }, {}],
      [{}, basic('confidential', 'wrong')],
    ] as const) {
      const refused = await revoke(world, { ...form, token }, wrong)
      expect(await outcome(refused)).toBe('401 invalid_client')
    }
    const anonymous = await postForm(world.issuers.root, '/oauth/revoke', { token })
    expect(await outcome(anonymous)).toBe('401 invalid_client')
  }
  expect(await isActive(world, tokens.access_token)).toBe(true)

  expect((await revoke(world, { token: tokens.refresh_token }, headers)).status).toBe(200)
  expect(await isActive(world, tokens.access_token)).toBe(false)
})

test('a request without a token, or with two, is refused', async ({ world }) => {
  expect(await outcome(await revoke(world, {}))).toBe('400 invalid_request')
  const body = 'client_id=cli&token=one&token=two'
  const twice = await hostFetch(`${world.issuers.root}/oauth/revoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  })
  expect(await outcome(twice)).toBe('400 invalid_request')
  // A token in a URL would end in logs.
  const asked = await hostFetch(`${world.issuers.root}/oauth/revoke?client_id=cli&token=one`)
  expect(asked.status).toBe(405)
})

test('of a refresh and a revocation at the same time, none leaves a live token behind', async ({ world }) => {
  for (let round = 0; round < 5; round++) {
    const tokens = await logIn(world)
    const [refreshed] = await Promise.all([
      refresh(world.issuers.root, tokens.refresh_token),
      revoke(world, { token: tokens.refresh_token }),
    ])
    const { access_token, refresh_token } = await refreshed.json()
    for (const token of [access_token, refresh_token].filter(Boolean))
      expect(await isActive(world, token)).toBe(false)
  }
})

test('the metadata says where and how, and browsers may ask [H-61]', async ({ world }) => {
  for (const issuer of Object.values(world.issuers)) {
    const { origin, pathname } = new URL(issuer)
    const path = pathname === '/' ? '' : pathname
    const metadata = await (await hostFetch(`${origin}/.well-known/oauth-authorization-server${path}`)).json()
    expect(metadata.revocation_endpoint).toBe(`${issuer}/oauth/revoke`)
    expect(metadata.revocation_endpoint_auth_methods_supported).toEqual(
      metadata.token_endpoint_auth_methods_supported,
    )
    const preflight = await hostFetch(metadata.revocation_endpoint, { method: 'OPTIONS' })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    const answer = await postForm(issuer, '/oauth/revoke', { client_id: 'cli', token: 'none' })
    expect(await outcome(answer)).toBe('200 ok')
  }
})

test('introspection describes each kind of token, and no refresh token can pass for an access token [RFC-40 H-61]', async ({
  world,
}) => {
  const tokens = await logIn(world)
  const access = await introspectAt(world.issuers.root, tokens.access_token)
  const common = {
    active: true,
    iss: world.issuers.root,
    sub: expect.any(String),
    client_id: 'cli',
    scope: tokens.scope,
    iat: expect.any(Number),
    exp: expect.any(Number),
    gid: expect.any(String),
  }
  expect(access).toEqual({
    ...common,
    token_type: 'Bearer',
    claims_at: expect.any(Number),
    aud: world.resources.root,
    jti: expect.any(String),
    email: 'alice@example.com',
  })
  expect(Number(access.exp) - Number(access.iat)).toBe(3600)
  const refreshToken = await introspectAt(world.issuers.root, tokens.refresh_token)
  expect(refreshToken).toEqual({ ...common, token_type: 'N_A', aud: world.issuers.root })
  expect([refreshToken.sub, refreshToken.gid]).toEqual([access.sub, access.gid])
})
