import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { obtainCode, REDIRECT } from '../support/attack-login'
import { addServer, type ExtraServer } from '../support/attack-server'
import { obtainTokens, outcome, postForm, redeem, refresh, type Tokens } from '../support/attack-tokens'
import {
  ageOutage,
  ageRotations,
  expireUpstreamToken,
  grantOf,
  holdsUpstreamTokens,
} from '../support/backdate'
import { expect, register, test } from '../support/test'
import type { World } from '../support/world'

let provider: MisbehavingProvider
let server: ExtraServer
test.beforeAll(async ({ world }) => {
  provider = await startMisbehavingProvider()
  server = await addServer(world, provider)
})
test.afterAll(() => provider.stop())

/** A new login of its own user, whose upstream tokens expire at once. */
async function logIn(world: World, user: string, at = server): Promise<Tokens> {
  provider.misbehave({ tokenAnswer: { expires_in: 0 }, idTokenClaims: { sub: user } })
  const tokens = await obtainTokens(at.issuer, await obtainCode(world, { issuer: at.issuer }))
  await expireUpstreamToken(world, grantOf(tokens))
  provider.misbehave({})
  provider.requests.length = 0
  return tokens
}

const refreshed = async (response: Response): Promise<Tokens> => {
  expect(await outcome(response.clone())).toBe('200 ok')
  return response.json()
}
const asked = () => provider.requests.filter(({ body }) => body.get('grant_type') === 'refresh_token').length
const revocations = () =>
  provider.requests.filter(({ path }) => path === '/revoke').map(({ body }) => body.get('token'))
const events = async ({ app }: World) => (await app.cli(['events', server.slug])).stdout
const times = <T>(count: number, make: () => Promise<T>) => Promise.all(Array.from({ length: count }, make))
const revoke = (token: string, at = server) =>
  postForm(at.issuer, '/oauth/revoke', { client_id: 'cli', token })

test('the identity provider is asked when its token has expired, and not before it has again [PX-16]', async ({
  world,
}) => {
  const tokens = await logIn(world, 'lazy')
  const next = await refreshed(await refresh(server.issuer, tokens.refresh_token))
  expect(asked()).toBe(1)
  await refreshed(await refresh(server.issuer, next.refresh_token))
  expect(asked()).toBe(1)
})

test('200 refreshes at once with an expired upstream token refresh that once [H-39]', async ({ world }) => {
  const tokens = await logIn(world, 'crowd')
  provider.misbehave({ refreshing: { rotate: true } })
  const answers = await times(200, () => refresh(server.issuer, tokens.refresh_token))
  const all = await Promise.all(answers.map(refreshed))
  expect(new Set(all.map(({ refresh_token }) => refresh_token)).size).toBe(1)
  expect(asked()).toBe(1)
  await refreshed(await refresh(server.issuer, all[0]!.refresh_token))
})

test('with the identity provider stopped, signed-in users refresh and work on [H-39]', async ({ world }) => {
  const gone = await startMisbehavingProvider({ tokenAnswer: { expires_in: 0 } })
  const at = await addServer(world, gone)
  const first = await obtainTokens(at.issuer, await obtainCode(world, { issuer: at.issuer }))
  const second = await obtainTokens(at.issuer, await obtainCode(world, { issuer: at.issuer }))
  await gone.stop()
  for (let tokens of [first, second])
    for (let use = 0; use < 3; use++) {
      tokens = await refreshed(await refresh(at.issuer, tokens.refresh_token))
      const headers = { authorization: `Bearer ${at.resourceSecret}` }
      const told = await postForm(at.issuer, '/oauth/introspect', { token: tokens.access_token }, headers)
      expect(await told.json()).toMatchObject({ active: true })
    }
})

const DOWN: Readonly<Record<string, Misbehaviour>> = {
  'is broken': { answers: { refresh: { status: 500 } } },
  'is overloaded': { answers: { refresh: { status: 429 } } },
  'does not know us any more': { answers: { refresh: { status: 401, body: { error: 'invalid_client' } } } },
  'answers with a page': { answers: { refresh: { body: '<p>raw upstream text</p>' } } },
  'is behind an ingress without a route': {
    answers: { refresh: { status: 404, body: '<p>raw upstream text</p>' } },
  },
  'is behind a firewall': { answers: { refresh: { status: 403, body: '<p>raw upstream text</p>' } } },
}
for (const [what, how] of Object.entries(DOWN))
  test(`a provider that ${what} logs no user out for a day, and then clients get 503 [PX-16]`, async ({
    world,
  }) => {
    let tokens = await logIn(world, `down-${what}`)
    provider.misbehave(how)
    tokens = await refreshed(await refresh(server.issuer, tokens.refresh_token))
    // The next try is put off.
    tokens = await refreshed(await refresh(server.issuer, tokens.refresh_token))
    expect(asked()).toBe(1)
    await ageOutage(world, grantOf(tokens), 23 * 3600)
    tokens = await refreshed(await refresh(server.issuer, tokens.refresh_token))
    expect(asked()).toBe(2)

    await ageOutage(world, grantOf(tokens), 2 * 3600)
    for (let use = 0; use < 2; use++) {
      const answer = await refresh(server.issuer, tokens.refresh_token)
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/)
      expect(answer.headers.get('access-control-allow-origin')).toBe('*')
      expect(await outcome(answer)).toBe('503 temporarily_unavailable')
    }
    expect(asked()).toBe(3)

    // Nothing was lost meanwhile.
    provider.misbehave({})
    await ageOutage(world, grantOf(tokens), 3600)
    await refreshed(await refresh(server.issuer, tokens.refresh_token))
  })

test('a provider that hangs blocks no client for long', async ({ world }) => {
  const tokens = await logIn(world, 'patient')
  provider.misbehave({ answers: { refresh: { hang: true } } })
  const answers = await times(20, () => refresh(server.issuer, tokens.refresh_token))
  await Promise.all(answers.map(refreshed))
  expect(asked()).toBe(1)
})

const error = (code: string) => ({ error: code, error_description: 'raw upstream text' })
const REFUSALS: Readonly<Record<string, Misbehaviour>> = {
  '400 invalid_grant': { answers: { refresh: { status: 400, body: error('invalid_grant') } } },
  '400 with an empty body': { answers: { refresh: { status: 400, headers: { 'content-type': '' } } } },
  '403 invalid_grant': { answers: { refresh: { status: 403, body: error('invalid_grant') } } },
  '200 bad_refresh_token': { answers: { refresh: { body: error('bad_refresh_token') } } },
  '400 interaction_required': { answers: { refresh: { status: 400, body: error('interaction_required') } } },
  'an ID token about somebody else': { refreshing: { idTokenClaims: { sub: 'mallory' } } },
}
for (const [what, how] of Object.entries(REFUSALS))
  test(`a user whom the provider refuses with ${what} logs in again, once [PX-16 RFC-27 H-38]`, async ({
    world,
  }) => {
    const user = `refused-${what}`
    const [tokens, elsewhere] = [await logIn(world, user), await logIn(world, user)]
    provider.misbehave(how)
    const answers = await times(20, () => refresh(server.issuer, tokens.refresh_token))
    for (const answer of answers) expect(await outcome(answer)).toBe('400 invalid_grant')
    expect(asked()).toBe(1)
    const headers = { authorization: `Bearer ${server.resourceSecret}` }
    const told = await postForm(server.issuer, '/oauth/introspect', { token: tokens.access_token }, headers)
    expect(await told.json()).toEqual({ active: false })
    expect(await holdsUpstreamTokens(world, grantOf(tokens))).toBe(false)

    // The user's other login was not asked about, and a new one is good.
    provider.misbehave({ refreshing: { idTokenClaims: { sub: user } } })
    await refreshed(await refresh(server.issuer, elsewhere.refresh_token))
    const again = await logIn(world, user)
    await refreshed(await refresh(server.issuer, again.refresh_token))
    const line = (await events(world)).split('\n').find((one) => one.includes(`grant=${grantOf(tokens)}`))
    expect(line).toMatch(/grant_revoked .* upstream_refused: The /)
    expect(world.app.output()).not.toContain('raw upstream text')
  })

test('a refresh that the provider refuses leaves no successor to use [H-38]', async ({ world }) => {
  const tokens = await logIn(world, 'successor')
  provider.misbehave({ refreshing: { answer: { expires_in: 0 } } })
  const next = await refreshed(await refresh(server.issuer, tokens.refresh_token))
  provider.misbehave({ answers: { refresh: { status: 400, body: error('invalid_grant') } } })
  for (const { refresh_token } of [next, tokens, next])
    expect(await outcome(await refresh(server.issuer, refresh_token))).toBe('400 invalid_grant')
  expect(asked()).toBe(2)
})

test('a dead refresh token causes no upstream request', async ({ world }) => {
  const tokens = await logIn(world, 'dead')
  await revoke(tokens.refresh_token)
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('400 invalid_grant')
  expect(asked()).toBe(0)
})

test.describe('the user’s last grant on a connection', () => {
  test('takes the tokens at the identity provider with it [PX-16]', async ({ world }) => {
    const [laptop, desktop] = [await logIn(world, 'last'), await logIn(world, 'last')]
    await revoke(laptop.refresh_token)
    await expect.poll(() => holdsUpstreamTokens(world, grantOf(laptop))).toBe(false)
    expect(revocations()).toEqual([])
    await revoke(desktop.refresh_token)
    await expect.poll(revocations).toEqual([expect.stringMatching(/^refresh-/)])
    expect(await holdsUpstreamTokens(world, grantOf(desktop))).toBe(false)
    await expect.poll(() => events(world)).toContain('upstream_revoked')
  })

  test('does so when its client is deleted, too', async ({ world }) => {
    const metadata = { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' }
    const client = await register(server.issuer, metadata)
    const { client_id: clientId = '', registration_client_uri: uri = '' } = client
    provider.misbehave({ idTokenClaims: { sub: 'deleted' } })
    const { issuer } = server
    const tokens = await obtainTokens(issuer, await obtainCode(world, { issuer, clientId }))
    provider.requests.length = 0
    const headers = { authorization: `Bearer ${client.registration_access_token}` }
    expect((await fetch(uri, { method: 'DELETE', headers })).status).toBe(204)
    await expect.poll(() => revocations().length).toBe(1)
    expect(await holdsUpstreamTokens(world, grantOf(tokens))).toBe(false)
  })

  test('does so however the grant ends', async ({ world }) => {
    const reused = await logIn(world, 'reuser')
    provider.misbehave({})
    await refreshed(await refresh(server.issuer, reused.refresh_token))
    await ageRotations(world, grantOf(reused), 61)
    expect(await outcome(await refresh(server.issuer, reused.refresh_token))).toBe('400 invalid_grant')
    await expect.poll(() => revocations().length).toBe(1)

    provider.misbehave({ idTokenClaims: { sub: 'replayer' } })
    const login = await obtainCode(world, { issuer: server.issuer })
    await obtainTokens(server.issuer, login)
    expect(await outcome(await redeem(server.issuer, login))).toBe('400 invalid_grant')
    await expect.poll(() => revocations().length).toBe(2)
    const told = await events(world)
    for (const reason of ['refresh_token_reused', 'code_replayed']) expect(told).toContain(reason)
  })

  test('ends here at once, even when the provider hangs or refuses', async ({ world }) => {
    for (const answer of [{ hang: true }, { status: 500, body: 'raw upstream text' }]) {
      const tokens = await logIn(world, 'hanging')
      provider.misbehave({ answers: { revoke: answer } })
      expect((await revoke(tokens.refresh_token)).status).toBe(200)
      // It has not waited for what the provider does.
      if ('hang' in answer) expect(await events(world)).not.toContain('upstream_revocation_failed')
      expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('400 invalid_grant')
      await expect.poll(() => revocations().length).toBe(1)
    }
    await expect.poll(() => events(world)).toContain('upstream_revocation_failed')
    expect(await events(world)).not.toContain('raw upstream text')
  })

  test('is known as the last at least once when two end together', async ({ world }) => {
    const pair = [await logIn(world, 'both'), await logIn(world, 'both')]
    await Promise.all(pair.map(({ refresh_token }) => revoke(refresh_token)))
    await expect.poll(() => revocations().length).toBeGreaterThan(0)
    for (const tokens of pair)
      await expect.poll(() => holdsUpstreamTokens(world, grantOf(tokens))).toBe(false)
  })
})
