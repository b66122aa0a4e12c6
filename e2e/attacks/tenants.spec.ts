import { decodeJwt, decodeProtectedHeader } from 'jose'
import { expectPage } from '../support/attack-answers'
import { approachCallback, locationOf, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { addServer } from '../support/attack-server'
import {
  basic,
  introspect,
  obtainTokens,
  outcome,
  postForm,
  redeem,
  redemption,
  refresh,
} from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { authorizeUrl, expect, makePkce, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET, type World } from '../support/world'

type Kind = keyof World['issuers']
const KINDS: readonly Kind[] = ['root', 'path', 'host']

/** Every pair of different servers: a thing of the first is tried at the second. */
const PAIRS = KINDS.flatMap((home) =>
  KINDS.filter((other) => other !== home).map((other) => ({ home, other })),
)

for (const { home, other } of PAIRS) {
  test(`a code of the ${home} server is worthless at the ${other} server, and unharmed [H-34]`, async ({
    world,
  }) => {
    const { [home]: issuer, [other]: foreign } = world.issuers
    const login = await obtainCode(world, { issuer })
    // The same client_id and redirect URI are registered there.
    expect(await outcome(await redeem(foreign, login))).toBe('400 invalid_grant')
    // Nor at the address that older clients guess.
    if (other !== 'path')
      expect(await outcome(await postForm(foreign, '/token', redemption(login)))).toBe('400 invalid_grant')
    const claims = decodeJwt((await obtainTokens(issuer, login)).access_token)
    expect(claims).toMatchObject({ iss: issuer, aud: world.resources[home] })
    expect(await outcome(await redeem(foreign, login))).toBe('400 invalid_grant')
  })

  test(`a refresh token of the ${home} server is worthless at the ${other} server [H-34]`, async ({
    world,
  }) => {
    const { [home]: issuer, [other]: foreign } = world.issuers
    const { refresh_token } = await obtainTokens(issuer, await obtainCode(world, { issuer }))
    expect(await outcome(await refresh(foreign, refresh_token))).toBe('400 invalid_grant')
    const wanted = { resource: world.resources[other] }
    expect(await outcome(await refresh(issuer, refresh_token, wanted))).toBe('400 invalid_target')
    const { refresh_token: successor } = await (await refresh(issuer, refresh_token)).json()
    expect(await outcome(await refresh(foreign, refresh_token))).toBe('400 invalid_grant')
    expect((await refresh(issuer, successor)).status).toBe(200)
  })
}

test('a registration counts at one server only', async ({ world }) => {
  const { root, path, host } = world.issuers
  const body = { redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none' }
  const registered = await register(path, body)
  const { client_id = '' } = registered
  const request = { client_id, redirect_uri: REDIRECT, code_challenge: makePkce().challenge }
  for (const issuer of [root, host]) {
    await expectPage(await hostFetch(authorizeUrl(issuer, request)))
    expect(await outcome(await refresh(issuer, 'x', { client_id }))).toBe('401 invalid_client')
  }
  expect((await hostFetch(authorizeUrl(path, request))).status).toBe(303)
  // The operator's client with a secret is another server's as well.
  const secret = basic('confidential', CONFIDENTIAL_SECRET)
  for (const issuer of [path, host])
    expect(await outcome(await refresh(issuer, 'x', { client_id: 'confidential' }, secret))).toBe(
      '401 invalid_client',
    )
})

test('no server signs with another’s key, and none shows it [H-34]', async ({ world }) => {
  const keys = await Promise.all(
    KINDS.map(async (kind) => {
      const issuer = world.issuers[kind]
      const { access_token } = await obtainTokens(issuer, await obtainCode(world, { issuer }))
      const { keys } = await (await hostFetch(`${issuer}/oauth/jwks`)).json()
      const ids = keys.map(({ kid }: { kid: string }) => kid)
      expect(ids).toContain(decodeProtectedHeader(access_token).kid)
      return keys as { kid: string; x: string }[]
    }),
  )
  const all = keys.flat()
  expect(new Set(all.map(({ kid }) => kid)).size).toBe(all.length)
  expect(new Set(all.map(({ x }) => x)).size).toBe(all.length)
})

test('no resource server can look into tokens of another server [AS-35 H-34]', async ({ world }) => {
  const { root, path, host } = world.issuers
  const neighbour = await addServer(world, {
    issuer: world.idp.issuer,
    clientId: 'vestibule',
    clientSecret: 'unused',
  })
  const tokens = await Promise.all(
    [root, path, host].map(async (issuer) => obtainTokens(issuer, await obtainCode(world, { issuer }))),
  )
  const own = { authorization: `Bearer ${neighbour.resourceSecret}` }
  const foreign = { authorization: `Bearer ${RESOURCE_SECRET}` }
  for (const { access_token, refresh_token } of tokens)
    for (const token of [access_token, refresh_token]) {
      const asked = await postForm(neighbour.issuer, '/oauth/introspect', { token }, own)
      expect(await asked.json()).toEqual({ active: false })
      for (const issuer of [neighbour.issuer, path, host])
        expect(await outcome(await postForm(issuer, '/oauth/introspect', { token }, foreign))).toBe(
          '401 invalid_client',
        )
      expect(await outcome(await postForm(root, '/oauth/introspect', { token }, own))).toBe(
        '401 invalid_client',
      )
    }
  const [first, ...others] = tokens
  expect(await introspect(world, first!.access_token)).toMatchObject({ active: true })
  for (const { access_token, refresh_token } of others)
    for (const token of [access_token, refresh_token])
      expect(await introspect(world, token)).toEqual({ active: false })
})

test('one customer’s alice is not another customer’s alice [H-42]', async ({ world }) => {
  const subjects = await Promise.all(
    KINDS.map(async (kind) => {
      const issuer = world.issuers[kind]
      const { access_token } = await obtainTokens(
        issuer,
        await obtainCode(world, { issuer, username: 'alice' }),
      )
      return decodeJwt(access_token).sub
    }),
  )
  const [root, path, host] = subjects
  expect(root).toBe(path)
  expect(host).not.toBe(root)
})

test('one customer’s login cannot be finished through another customer’s connection [H-45]', async ({
  world,
}) => {
  const visitor = newVisitor()
  const url = authorizeUrl(world.issuers.root, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const { callback } = await approachCallback(world, visitor, url)
  for (const connection of ['path-idp', 'other-idp'])
    await expectPage(await visitor.go(callback.replace('main-idp', connection)))
  expect(locationOf(await visitor.go(callback))).toContain('code=vst_code_')
})

test('a server’s own host carries the protocol and nothing of a browser’s session [H-11]', async ({
  world,
}) => {
  const { host } = world.issuers
  const request = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: makePkce().challenge }
  const begun = await hostFetch(authorizeUrl(host, request))
  expect(locationOf(begun).startsWith(`${world.app.url}/oauth/consent/open?`)).toBe(true)
  expect(begun.headers.getSetCookie()).toEqual([])
  const visitor = newVisitor()
  const { requestId, token } = await openConsent(visitor, authorizeUrl(host, request))
  for (const path of [`/oauth/consent/open?request=${requestId}`, '/oauth/callback/other-idp?state=x&code=y'])
    await expectPage(await hostFetch(host + path), 404)
  const decision = { request: requestId, token, decision: 'allow' }
  await expectPage(await visitor.submit(`${host}/oauth/consent/decision`, decision, host), 404)
  for (const path of [`/oauth/consent?request=${requestId}&opened=1`, '/'])
    expect((await visitor.go(host + path)).status).toBe(404)
})
