import { allowInsecureRequests, ClientSecretBasic, discovery, genericGrantRequest } from 'openid-client'
import {
  type MisbehavingProvider,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { obtainCode } from '../support/attack-login'
import { addServer, type ExtraServer } from '../support/attack-server'
import { basic, obtainTokens, outcome, postForm, refresh, type Tokens } from '../support/attack-tokens'
import { ageOutage, grantOf } from '../support/backdate'
import { ACCESS_TOKEN_TYPE, exchangeForm, handOff, TOKEN_EXCHANGE } from '../support/handoff'
import { startOwnServer } from '../support/own-server'
import { expect, test } from '../support/test'
import { RESOURCE_SECRET, type World } from '../support/world'

let provider: MisbehavingProvider
let server: ExtraServer
test.beforeAll(async ({ world }) => {
  provider = await startMisbehavingProvider()
  server = await addServer(world, provider, ['handoff_scopes: [files.read, mail.read]'])
})
test.afterAll(() => provider.stop())

/** A login after which the provider's token endpoint has answered so. */
async function logIn(world: World, answer: object = {}, at = server): Promise<Tokens> {
  provider.misbehave({ tokenAnswer: { scope: 'files.read', ...answer } })
  const tokens = await obtainTokens(at.issuer, await obtainCode(world, { issuer: at.issuer }))
  provider.misbehave({})
  provider.requests.length = 0
  return tokens
}

const refreshes = () => provider.requests.filter(({ body }) => body.get('grant_type') === 'refresh_token')
const lastAccessToken = () => provider.secrets.filter((secret) => secret.startsWith('access-')).at(-1)

test('a resource server gets its user’s token of a real identity provider, and may use it there [RS-13]', async ({
  world,
}) => {
  const own = await startOwnServer(world, ['handoff_scopes: [openid, email, profile]'])
  const { access_token } = await own.logIn()
  const answer = await handOff({ issuer: own.issuer, resourceSecret: RESOURCE_SECRET }, access_token)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  const handed = await answer.json()
  expect(handed).toEqual({
    access_token: expect.any(String),
    issued_token_type: ACCESS_TOKEN_TYPE,
    token_type: 'Bearer',
    expires_in: expect.any(Number),
    scope: 'openid email profile',
  })
  const headers = { authorization: `Bearer ${handed.access_token}` }
  const userinfo = await fetch(`${own.upstreamIssuer}/me`, { headers })
  expect(await userinfo.json()).toMatchObject({ sub: 'alice' })
  await own.close()
})

test('a long-lived token is exchanged unchanged, with a security event each time', async ({ world }) => {
  const tokens = await logIn(world, { expires_in: 300 })
  for (let use = 0; use < 2; use++) {
    const handed = await (await handOff(server, tokens.access_token)).json()
    expect(handed).toMatchObject({ access_token: lastAccessToken(), scope: 'files.read' })
    expect(handed.expires_in).toBeGreaterThan(280)
    expect(handed.expires_in).toBeLessThanOrEqual(300)
  }
  expect(refreshes()).toEqual([])
  const { stdout } = await world.app.cli(['events', server.slug])
  const lines = stdout.split('\n').filter((line) => line.includes(`grant=${grantOf(tokens)}`))
  expect(lines).toHaveLength(2)
  for (const line of lines) expect(line).toMatch(/token_handed_off .*client=cli .*files\.read$/)
  await expect.poll(world.app.output).toContain('security event token_handed_off')
  for (const secret of [...provider.secrets, tokens.access_token])
    expect(world.app.output() + stdout).not.toContain(secret)
})

test('what the provider did not say of a token is not made up', async ({ world }) => {
  const tokens = await logIn(world, { expires_in: undefined })
  const handed = await (await handOff(server, tokens.access_token)).json()
  expect(Object.keys(handed).sort()).toEqual(['access_token', 'issued_token_type', 'scope', 'token_type'])
  expect(refreshes()).toEqual([])
})

test('a token that is about to expire is refreshed first, once for all who ask', async ({ world }) => {
  const tokens = await logIn(world, { expires_in: 0 })
  provider.misbehave({ refreshing: { rotate: true } })
  const answers = await Promise.all(Array.from({ length: 50 }, () => handOff(server, tokens.access_token)))
  const handed = await Promise.all(answers.map((answer) => answer.json()))
  expect(new Set(handed.map(({ access_token }) => access_token))).toEqual(new Set([lastAccessToken()]))
  expect(refreshes()).toHaveLength(1)
  // And our own refresh finds it fresh.
  expect((await refresh(server.issuer, tokens.refresh_token)).status).toBe(200)
  expect(refreshes()).toHaveLength(1)
})

test('it works with opaque tokens, with Basic, with a general OAuth library, and at the metadata’s word', async ({
  world,
}) => {
  const opaque = await addServer(world, provider, ['handoff_scopes: [files.read]', 'token_format: opaque'])
  const { access_token } = await logIn(world, {}, opaque)
  expect(access_token).toMatch(/^vst_at_/)
  const credentials = basic(opaque.slug, opaque.resourceSecret)
  const answer = await postForm(opaque.issuer, '/oauth/token', exchangeForm(access_token), credentials)
  expect(await outcome(answer)).toBe('200 ok')

  const options = { algorithm: 'oauth2' as const, execute: [allowInsecureRequests] }
  const secret = ClientSecretBasic(opaque.resourceSecret)
  const configuration = await discovery(new URL(opaque.issuer), opaque.slug, undefined, secret, options)
  expect(configuration.serverMetadata().grant_types_supported).toContain(TOKEN_EXCHANGE)
  const { grant_type, ...form } = exchangeForm(access_token, { scope: 'files.read' })
  const handed = await genericGrantRequest(configuration, grant_type ?? '', form)
  expect(handed.access_token).toBe(lastAccessToken())

  const elsewhere = await fetch(`${world.issuers.root}/.well-known/oauth-authorization-server`)
  expect((await elsewhere.json()).grant_types_supported).not.toContain(TOKEN_EXCHANGE)
})

const OUTAGES = {
  down: { status: 503 },
  'behind an ingress without a route': { status: 404, body: '<p>raw upstream text</p>' },
  'behind a firewall': { status: 403, body: '<p>raw upstream text</p>' },
}
for (const [what, refreshed] of Object.entries(OUTAGES))
  test(`while the identity provider is ${what} token exchange says so, and works again when it is back`, async ({
    world,
  }) => {
    const tokens = await logIn(world, { expires_in: 0 })
    provider.misbehave({ answers: { refresh: refreshed } })
    for (let use = 0; use < 2; use++) {
      const answer = await handOff(server, tokens.access_token)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await outcome(answer)).toBe('503 temporarily_unavailable')
    }
    expect(refreshes()).toHaveLength(1)
    provider.misbehave({})
    await ageOutage(world, grantOf(tokens), 31)
    expect(await outcome(await handOff(server, tokens.access_token))).toBe('200 ok')
  })

test('a session that is over at the identity provider is over here: log in again', async ({ world }) => {
  const tokens = await logIn(world, { expires_in: 0 })
  provider.misbehave({ answers: { refresh: { status: 400, body: { error: 'invalid_grant' } } } })
  const answers = await Promise.all(Array.from({ length: 20 }, () => handOff(server, tokens.access_token)))
  for (const answer of answers) expect(await outcome(answer)).toBe('400 invalid_grant')
  expect(await outcome(await handOff(server, tokens.access_token))).toBe('400 invalid_grant')
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('400 invalid_grant')
  expect(refreshes()).toHaveLength(1)
})

test('without a refresh token there, an expired token means a new login, and ends nothing else', async ({
  world,
}) => {
  const tokens = await logIn(world, { expires_in: 0, refresh_token: undefined })
  expect(await outcome(await handOff(server, tokens.access_token))).toBe('400 invalid_grant')
  expect((await refresh(server.issuer, tokens.refresh_token)).status).toBe(200)
})

test('a scope beyond the operator’s list is narrowed at the provider', async ({ world }) => {
  const tokens = await logIn(world, { scope: 'openid files.read mail.read admin' })
  provider.misbehave({ refreshing: { narrows: true } })
  const handed = await (await handOff(server, tokens.access_token)).json()
  expect(handed).toMatchObject({ access_token: lastAccessToken(), scope: 'files.read mail.read' })
  expect(refreshes().map(({ body }) => body.get('scope'))).toEqual(['files.read mail.read'])
})

test('openid and offline_access are no permission there: a provider that narrows nothing is no obstacle', async ({
  world,
}) => {
  const tokens = await logIn(world, { scope: 'openid offline_access files.read' })
  const handed = await handOff(server, tokens.access_token)
  expect(await outcome(handed)).toBe('200 ok')
  expect(refreshes()).toEqual([])
})

test('a resource server may name what it needs', async ({ world }) => {
  const tokens = await logIn(world, { scope: 'files.read' })
  const needs = async (scope: string) => outcome(await handOff(server, tokens.access_token, { scope }))
  expect(await needs('files.read')).toBe('200 ok')
  expect(await needs('mail.read')).toBe('400 invalid_scope')
  expect(await needs('files.read admin')).toBe('400 invalid_scope')
})
