import { approachCallback, decide, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { basic, introspect, obtainTokens, outcome, postForm, redeem, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { type Answer, manage, registerManaged, send, unchanged } from '../support/registrations'
import { authorizeUrl, expect, makePkce, test } from '../support/test'

const FULL = {
  redirect_uris: ['http://127.0.0.1/callback', 'https://app.example/callback'],
  client_name: 'Notes – “für alle”',
  client_uri: 'https://app.example/about',
  scope: 'profile:read notes:write',
  contacts: ['dev@app.example'],
}

/** No way to tell a wrong token from an unknown client (RFC 7592 §2.1). */
function expectUnknown(answer: Answer): void {
  expect(answer.status).toBe(401)
  expect(answer.body).toEqual({ error: 'invalid_token', error_description: expect.any(String) })
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/)
  expectPrivate(answer)
}

/** Any page's script may read it, and no cache may store it. */
function expectPrivate({ headers }: Answer): void {
  expect(headers.get('access-control-allow-origin')).toBe('*')
  expect(headers.get('cache-control')).toBe('no-store')
}

for (const kind of ['root', 'path', 'host'] as const)
  test(`a client of the ${kind} issuer reads, changes and deletes its registration (RFC 7592 §2)`, async ({
    world,
  }) => {
    const issuer = world.issuers[kind]
    const client = await registerManaged(issuer, FULL)
    expect(client.url).toBe(`${issuer}/oauth/register/${client.clientId}`)
    const read = await manage(client, 'GET')
    expect(read.status).toBe(200)
    expect(read.body).toEqual(client.body)
    expectPrivate(read)
    const wanted = { ...unchanged(client), client_name: 'Notes 2', contacts: null }
    const changed = await manage(client, 'PUT', wanted)
    expect(changed.status).toBe(200)
    const { contacts: _, ...kept } = client.body
    expect(changed.body).toEqual({ ...kept, client_name: 'Notes 2' })
    expectPrivate(changed)
    expect((await manage(client, 'GET')).body).toEqual(changed.body)
    const deleted = await manage(client, 'DELETE')
    expect([deleted.status, deleted.body]).toEqual([204, {}])
    expectPrivate(deleted)
    for (const method of ['GET', 'DELETE'] as const) expectUnknown(await manage(client, method))
    expectUnknown(await manage(client, 'PUT', wanted))
  })

test('a secret is shown once, and comes and goes with the way a client authenticates', async ({ world }) => {
  const { root } = world.issuers
  const client = await registerManaged(root, { token_endpoint_auth_method: 'client_secret_basic' })
  expect(client.secret).toMatch(/^vst_cs_/)
  expect((await manage(client, 'GET')).body).not.toHaveProperty('client_secret')
  const kept = await manage(client, 'PUT', {
    ...unchanged(client),
    token_endpoint_auth_method: 'client_secret_post',
  })
  expect(kept.status).toBe(200)
  expect(kept.body).not.toHaveProperty('client_secret')
  const ask = (secret?: string) =>
    postForm(
      root,
      '/oauth/token',
      { grant_type: 'refresh_token', refresh_token: 'none', ...(!secret && { client_id: client.clientId }) },
      secret ? basic(client.clientId, secret) : {},
    )
  expect(await outcome(await ask(client.secret))).toBe('400 invalid_grant')
  const { client_secret: __, ...withoutSecret } = unchanged(client)
  const open = { ...withoutSecret, token_endpoint_auth_method: 'none' }
  expect((await manage(client, 'PUT', open)).status).toBe(200)
  expect(await outcome(await ask())).toBe('400 invalid_grant')
  expect(await outcome(await ask(client.secret))).toBe('401 invalid_client')
  const { body } = await manage(client, 'PUT', {
    ...open,
    token_endpoint_auth_method: 'client_secret_basic',
  })
  expect(body).toMatchObject({
    client_secret: expect.stringMatching(/^vst_cs_/),
    client_secret_expires_at: 0,
  })
  expect(body.client_secret).not.toBe(client.secret)
  expect(await outcome(await ask(String(body.client_secret)))).toBe('400 invalid_grant')
  expect(await outcome(await ask())).toBe('401 invalid_client')
})

test('a change that is not sound changes nothing (RFC 7592 §2.2)', async ({ world }) => {
  const client = await registerManaged(world.issuers.root, FULL)
  const sound = unchanged(client)
  const wrong: [body: unknown, error: string][] = [
    [{ ...sound, client_id: undefined }, 'invalid_request'],
    [{ ...sound, client_id: 'another' }, 'invalid_request'],
    [{ ...sound, client_secret: 'of-my-own-choice' }, 'invalid_request'],
    [{ ...sound, registration_access_token: client.token }, 'invalid_request'],
    [{ ...sound, redirect_uris: ['javascript:alert(1)'] }, 'invalid_redirect_uri'],
    [{ client_id: client.clientId }, 'invalid_redirect_uri'],
    [{ ...sound, token_endpoint_auth_method: 'tls_client_auth' }, 'invalid_client_metadata'],
    [[sound], 'invalid_client_metadata'],
  ]
  for (const [body, error] of wrong) {
    const answer = await manage(client, 'PUT', body)
    expect([answer.status, answer.body.error], JSON.stringify(body)).toEqual([400, error])
    expectPrivate(answer)
  }
  expect((await manage(client, 'GET')).body).toEqual(client.body)
})

test('what a deleted client was given ends: its tokens, its logins under way, its name', async ({
  world,
}) => {
  const { root } = world.issuers
  const client = await registerManaged(root)
  const { clientId } = client
  const tokens = await obtainTokens(root, await obtainCode(world, { clientId }))
  const unredeemed = await obtainCode(world, { clientId })
  const url = authorizeUrl(root, {
    client_id: clientId,
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const reader = newVisitor()
  const consent = await openConsent(reader, url)
  const traveller = newVisitor()
  const underWay = await approachCallback(world, traveller, url)
  expect((await introspect(world, tokens.access_token)).active).toBe(true)
  expect((await manage(client, 'DELETE')).status).toBe(204)
  expect(await introspect(world, tokens.access_token)).toEqual({ active: false })
  const refreshed = await refresh(root, tokens.refresh_token, { client_id: clientId })
  expect(await outcome(refreshed)).toBe('401 invalid_client')
  expect(await outcome(await redeem(root, unredeemed))).toBe('401 invalid_client')
  const unknown = await newVisitor().go(url)
  expect(unknown.status).toBe(400)
  expect(await unknown.text()).toContain('not known here')
  const allowed = await decide(world, reader, consent)
  expect(allowed.status).toBe(400)
  expect(await allowed.text()).toContain('This request has ended')
  expect((await traveller.go(underWay.callback)).status).toBe(400)
  const timeline = await world.app.cli(['timeline', consent.reference])
  expect(timeline.stdout).toContain('client_deleted')
  expect(timeline.stdout).toContain(clientId)
})

test('a redirect URI that is taken back gets no more answers, not even of a login under way [PX-10]', async ({
  world,
}) => {
  const { root } = world.issuers
  const client = await registerManaged(root, FULL)
  const lost = 'https://app.example/callback'
  const url = (redirect_uri: string) =>
    authorizeUrl(root, {
      client_id: client.clientId,
      redirect_uri,
      code_challenge: makePkce().challenge,
    })
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, url(lost))
  const onlyLoopback = { ...unchanged(client), redirect_uris: [FULL.redirect_uris[0]] }
  expect((await manage(client, 'PUT', onlyLoopback)).status).toBe(200)
  const answer = await visitor.go(callback)
  expect(answer.status).toBe(400)
  expect(answer.headers.get('location')).toBeNull()
  expect((await newVisitor().go(url(lost))).status).toBe(400)
  expect((await newVisitor().go(url(REDIRECT))).status).toBe(303)
})

test('users stay logged in when a client changes its name', async ({ world }) => {
  const { root } = world.issuers
  const client = await registerManaged(root)
  const { clientId } = client
  const tokens = await obtainTokens(root, await obtainCode(world, { clientId }))
  const login = await obtainCode(world, { clientId })
  expect((await manage(client, 'PUT', { ...unchanged(client), client_name: 'New' })).status).toBe(200)
  expect((await refresh(root, tokens.refresh_token, { client_id: clientId })).status).toBe(200)
  expect((await redeem(root, login)).status).toBe(200)
})

test.describe('an attacker', () => {
  test('without the token learns nothing and changes nothing', async ({ world }) => {
    const client = await registerManaged(world.issuers.root, FULL)
    const other = await registerManaged(world.issuers.root)
    const secretive = await registerManaged(world.issuers.root, {
      token_endpoint_auth_method: 'client_secret_basic',
    })
    const attempts = [
      undefined,
      '',
      'Bearer',
      'Bearer ',
      `Bearer ${client.token.slice(0, -1)}`,
      `Bearer ${client.token}x`,
      `Bearer ${client.token} x`,
      `Bearer ${client.token.toLowerCase()}`,
      `Bearer ${other.token}`,
      `Bearer ${secretive.secret}`,
      `Basic ${Buffer.from(`${client.clientId}:${client.token}`).toString('base64')}`,
      client.token,
    ]
    for (const authorization of attempts)
      for (const method of ['GET', 'PUT', 'DELETE']) {
        const body = method === 'PUT' ? { ...unchanged(client), client_name: 'Mine' } : undefined
        expectUnknown(await send(client.url, method, authorization, body))
      }
    expect((await manage(client, 'GET')).body).toEqual(client.body)
  })

  test('cannot tell which clients there are', async ({ world }) => {
    const { root } = world.issuers
    const client = await registerManaged(root)
    const deleted = await registerManaged(root)
    await manage(deleted, 'DELETE')
    const token = `Bearer vst_rat_${'x'.repeat(43)}`
    const ids = [client.clientId, deleted.clientId, 'cli', 'confidential', 'made-up', '%00', 'a.b', 'a%2Fb']
    const answers = await Promise.all(
      ids.map((id) => hostFetch(root, { path: `/oauth/register/${id}`, headers: { authorization: token } })),
    )
    const [first, ...others] = await Promise.all(
      answers.map(async (answer) => [
        answer.status,
        answer.headers.get('www-authenticate'),
        await answer.text(),
      ]),
    )
    expect(first?.[0]).toBe(401)
    for (const [index, other] of others.entries()) expect(other, ids[index + 1]).toEqual(first)
  })

  test('cannot manage a pre-registered client with any token', async ({ world }) => {
    const { root } = world.issuers
    const { token } = await registerManaged(root)
    for (const id of ['cli', 'confidential'])
      expectUnknown(await manage({ url: `${root}/oauth/register/${id}`, token }, 'DELETE'))
    await obtainTokens(root, await obtainCode(world))
  })

  test('cannot use a token at another server', async ({ world }) => {
    const { root, path, host } = world.issuers
    const client = await registerManaged(root)
    for (const issuer of [path, host]) {
      const elsewhere = { ...client, url: `${issuer}/oauth/register/${client.clientId}` }
      expectUnknown(await manage(elsewhere, 'GET'))
      expectUnknown(await manage(elsewhere, 'DELETE'))
    }
    expect((await manage(client, 'GET')).status).toBe(200)
  })
})

test('a browser client may use the existing methods, and learns of no others', async ({ world }) => {
  const client = await registerManaged(world.issuers.root)
  const preflight = await hostFetch(client.url, { method: 'OPTIONS' })
  expect(preflight.status).toBe(204)
  expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, PUT, DELETE, OPTIONS')
  expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')
  for (const method of ['POST', 'PATCH']) {
    const response = await hostFetch(client.url, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, PUT, DELETE, OPTIONS'])
  }
})
