import { expectPage, expectRedirectedError } from '../support/attack-answers'
import {
  approachCallback,
  decide,
  locationOf,
  openConsent,
  REDIRECT,
  redirectQuery,
} from '../support/attack-login'
import { basic, outcome, postForm } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { assertionParameters, newSigningKey } from '../support/client-assertion'
import { clientDocument, type DocumentHost, startDocumentHost } from '../support/document-host'
import { expectPosted } from '../support/form-post'
import { push, pushed, pushedUrl, soundRequest, URN } from '../support/push'
import { authorizeUrl, test as base, expect, logIn, makePkce, register } from '../support/test'
import { CONFIDENTIAL_SECRET } from '../support/world'

const test = base.extend<{ host: DocumentHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it.
  host: async ({}, use) => {
    const host = await startDocumentHost()
    await use(host)
    await host.close()
  },
})

const NOT_GOOD = 'This sign-in link has expired'
const state = 'the-state'

for (const kind of ['root', 'path'] as const)
  test(`a client pushes its request and logs its user in, at the ${kind} issuer`, async ({ page, world }) => {
    const issuer = world.issuers[kind]
    const { verifier, challenge } = makePkce()
    const answer = await push(
      issuer,
      soundRequest({ code_challenge: challenge, resource: world.resources[kind] }),
    )
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    const { request_uri, expires_in, ...more } = await answer.json()
    expect(request_uri).toMatch(/^urn:ietf:params:oauth:request_uri:[A-Za-z0-9_-]{44}$/)
    expect([expires_in, more]).toEqual([90, {}])

    // The helper reads the redirect URI from the query, where it means nothing now.
    const back = await logIn(page, pushedUrl(issuer, request_uri, { redirect_uri: REDIRECT }))
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ state, iss: issuer })
    const tokens = await postForm(issuer, '/oauth/token', {
      grant_type: 'authorization_code',
      client_id: 'cli',
      redirect_uri: REDIRECT,
      code: back.searchParams.get('code') ?? '',
      code_verifier: verifier,
    })
    expect(await outcome(tokens)).toBe('200 ok')
  })

test('metadata names the endpoint at every issuer', async ({ world }) => {
  const { root, path } = world.issuers
  for (const [issuer, document] of [
    [root, `${root}/.well-known/oauth-authorization-server`],
    [path, `${root}/.well-known/oauth-authorization-server/s/second`],
  ] as const)
    expect(await (await fetch(document)).json()).toMatchObject({
      pushed_authorization_request_endpoint: `${issuer}/oauth/par`,
    })
})

test('looking at the link uses nothing up, and answering does [CL-1]', async ({ world }) => {
  const issuer = world.issuers.root
  const url = pushedUrl(issuer, await pushed(issuer, soundRequest()))
  const probes = await Promise.all([1, 2, 3].map(() => newVisitor().go(url)))
  for (const probe of probes) expect(locationOf(probe)).toContain('/oauth/consent/open?request=')

  const owner = newVisitor()
  const consent = await openConsent(owner, url)
  expect((await newVisitor().go(url)).status).toBe(303)
  expect(redirectQuery(await decide(world, owner, consent, 'deny')).get('error')).toBe('access_denied')
  expect(await expectPage(await owner.go(url))).toContain(NOT_GOOD)
})

test('a finished login cannot be begun again', async ({ world }) => {
  const issuer = world.issuers.root
  const url = pushedUrl(issuer, await pushed(issuer, soundRequest()))
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, url)
  expect(await expectPage(await newVisitor().go(url))).toContain(NOT_GOOD)
  expect(redirectQuery(await visitor.go(callback)).get('code')).toMatch(/^vst_code_/)
  expect(await expectPage(await visitor.go(url))).toContain(NOT_GOOD)
})

test('a client with a secret has to give it, in the header or in the body', async ({ world }) => {
  const issuer = world.issuers.root
  const form = soundRequest({ client_id: 'confidential' })
  const header = basic('confidential', CONFIDENTIAL_SECRET)
  expect(await outcome(await push(issuer, form, header))).toBe('201 ok')
  expect(await outcome(await push(issuer, { ...form, client_secret: CONFIDENTIAL_SECRET }))).toBe('201 ok')

  expect(await outcome(await push(issuer, form))).toBe('401 invalid_client')
  expect(await outcome(await push(issuer, { ...form, client_secret: 'wrong' }))).toBe('401 invalid_client')
  const wrong = await push(issuer, form, basic('confidential', 'wrong'))
  expect(wrong.headers.get('www-authenticate')).toMatch(/^Basic /)
  expect(await outcome(wrong)).toBe('401 invalid_client')
  expect(await outcome(await push(issuer, { ...form, client_id: 'cli' }, header))).toBe('400 invalid_request')
  expect(await outcome(await push(issuer, soundRequest({ client_secret: 'x' })))).toBe('401 invalid_client')
  expect(await outcome(await push(issuer, soundRequest({ client_id: undefined }), header))).toBe(
    '400 invalid_request',
  )
})

test('what the authorization endpoint would refuse is refused at once', async ({ world }) => {
  const mistakes: [Record<string, string | undefined>, string][] = [
    [{ client_id: 'nobody' }, '401 invalid_client'],
    [{ client_id: undefined }, '401 invalid_client'],
    [{ redirect_uri: 'https://evil.example/callback' }, '400 invalid_request'],
    [{ redirect_uri: 'http://localhost/callback' }, '400 invalid_request'],
    [{ response_type: undefined }, '400 invalid_request'],
    [{ response_type: 'token' }, '400 unsupported_response_type'],
    [{ response_mode: 'fragment' }, '400 invalid_request'],
    [{ code_challenge: undefined }, '400 invalid_request'],
    [{ code_challenge_method: 'plain' }, '400 invalid_request'],
    [{ code_challenge: 'short' }, '400 invalid_request'],
    [{ resource: 'https://evil.example/mcp' }, '400 invalid_target'],
    [{ prompt: 'none login' }, '400 invalid_request'],
    [{ max_age: '-1' }, '400 invalid_request'],
    [{ nonce: 'a\0b' }, '400 invalid_request'],
    [{ state: 'a\0b' }, '400 invalid_request'],
    [{ request: 'eyJhbGciOiJub25lIn0.e30.' }, '400 request_not_supported'],
    [{ request_uri: `${URN}${'x'.repeat(44)}` }, '400 invalid_request'],
    [{ request_uri: 'https://evil.example/request.jwt' }, '400 invalid_request'],
  ]
  for (const [changes, expected] of mistakes)
    await test.step(JSON.stringify(changes), async () => {
      const answer = await push(world.issuers.root, soundRequest(changes))
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await outcome(answer)).toBe(expected)
    })
  const twice = new URLSearchParams([...Object.entries(soundRequest()), ['state', 'second']])
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await fetch(`${world.issuers.root}/oauth/par`, { method: 'POST', headers, body: twice })
  expect(await outcome(answer)).toBe('400 invalid_request')
})

test('a thief with a request_uri of another client gets no login out of it', async ({ world }) => {
  const issuer = world.issuers.root
  const thief = await register(issuer, {
    client_name: 'Thief',
    redirect_uris: ['https://evil.example/callback'],
    token_endpoint_auth_method: 'none',
  })
  const requestUri = await pushed(issuer, soundRequest())
  const client_id = thief.client_id ?? ''
  const visitor = newVisitor()
  expect(await expectPage(await visitor.go(pushedUrl(issuer, requestUri, { client_id })))).toContain(NOT_GOOD)
  const bent = { client_id, redirect_uri: 'https://evil.example/callback', response_type: 'code' }
  const shown = await expectPage(await visitor.go(pushedUrl(issuer, requestUri, bent)))
  expect(shown).toContain('invalid_request_uri')
  expect(shown).not.toContain(state)
  const both = `${pushedUrl(issuer, requestUri)}&client_id=${client_id}`
  await expectPage(await visitor.go(both))
  // And its owner has lost nothing.
  expect((await visitor.go(pushedUrl(issuer, requestUri))).status).toBe(303)
})

test('a request_uri is invalid at another server', async ({ world }) => {
  const { root, path, host } = world.issuers
  const requestUri = await pushed(root, soundRequest())
  for (const elsewhere of [path, host])
    expect(await expectPage(await newVisitor().go(pushedUrl(elsewhere, requestUri)))).toContain(NOT_GOOD)
  expect((await newVisitor().go(pushedUrl(root, requestUri))).status).toBe(303)
})

test('a pushed request cannot be changed by the query', async ({ world }) => {
  const issuer = world.issuers.root
  const requestUri = await pushed(issuer, soundRequest({ scope: 'profile:read', response_mode: 'form_post' }))
  const bent = new URL(
    pushedUrl(issuer, requestUri, {
      redirect_uri: 'https://evil.example/callback',
      state: 'evil',
      scope: 'profile:read notes:write',
      code_challenge: makePkce().challenge,
      code_challenge_method: 'plain',
      response_type: 'token',
      response_mode: 'query',
      resource: 'https://evil.example/mcp',
      prompt: 'none login',
      request: 'evil',
    }),
  )
  bent.searchParams.append('state', 'evil again')
  bent.searchParams.append('redirect_uri', REDIRECT)
  const visitor = newVisitor()
  const consent = await openConsent(visitor, bent.href)
  expect(consent.html).toContain('See your name and e-mail address')
  expect(consent.html).not.toContain('Add notes for you')
  expect(consent.html).not.toContain('evil')
  const { action, fields } = await expectPosted(await decide(world, visitor, consent, 'deny'))
  expect(action).toBe(REDIRECT)
  expect(fields).toMatchObject({ error: 'access_denied', state: 'the-state' })
})

test('a request_uri that was never pushed is an error, without a fetch', async ({ world, host }) => {
  const issuer = world.issuers.root
  const elsewhere = host.publish({ client_id: 'cli' })
  const made = [
    elsewhere,
    `${URN}${'x'.repeat(44)}`,
    `${URN}short`,
    URN,
    `${URN}${'\0'.repeat(44)}`,
    'urn:x',
    '%',
  ]
  for (const requestUri of made)
    await test.step(requestUri, async () => {
      const bare = await expectPage(await newVisitor().go(pushedUrl(issuer, requestUri)))
      expect(bare).toContain(NOT_GOOD)
      expect(bare).toContain('invalid_request_uri')
      const sound = await newVisitor().go(pushedUrl(issuer, requestUri, soundRequest()))
      expectRedirectedError(sound, { error: 'invalid_request_uri', redirectUri: REDIRECT, state, issuer })
      const bent = { redirect_uri: 'https://evil.example/callback' }
      await expectPage(await newVisitor().go(pushedUrl(issuer, requestUri, bent)))
    })
  expect(host.asked(elsewhere)).toBe(0)
})

test('a client that is known by its address may push before it does anything else', async ({
  world,
  host,
}) => {
  const issuer = world.issuers.root
  const open = host.publish(clientDocument(REDIRECT))
  const requestUri = await pushed(issuer, soundRequest({ client_id: open }))
  expect((await newVisitor().go(pushedUrl(issuer, requestUri, { client_id: open }))).status).toBe(303)
  expect(host.asked(open)).toBe(1)

  const key = await newSigningKey()
  const signs = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.publicJwk] } }
  const client_id = host.publish(clientDocument(REDIRECT, signs))
  for (const audience of [issuer, `${issuer}/oauth/par`, `${issuer}/oauth/token`]) {
    const proof = await assertionParameters(client_id, audience, key)
    expect(await outcome(await push(issuer, { ...soundRequest({ client_id }), ...proof }))).toBe('201 ok')
  }
  const forged = await assertionParameters(client_id, issuer, await newSigningKey())
  expect(await outcome(await push(issuer, { ...soundRequest({ client_id }), ...forged }))).toBe(
    '401 invalid_client',
  )
  expect(await outcome(await push(issuer, soundRequest({ client_id })))).toBe('401 invalid_client')
})

test('an unreachable document is a temporary error, an invalid one is not', async ({ world, host }) => {
  const missing = `${host.origin}/missing.json`
  expect(await outcome(await push(world.issuers.root, soundRequest({ client_id: missing })))).toBe(
    '503 temporarily_unavailable',
  )
  const spoilt = host.publish({ client_id: 'another' })
  expect(await outcome(await push(world.issuers.root, soundRequest({ client_id: spoilt })))).toBe(
    '401 invalid_client',
  )
})

test('pushing causes no more fetches than sending browsers', async ({ world, host }) => {
  const issuer = world.issuers.root
  const clientId = host.publish(clientDocument(REDIRECT))
  const hopeless = [
    soundRequest({ client_id: clientId, request_uri: 'urn:x' }),
    soundRequest({ client_id: `${clientId}#fragment` }),
  ]
  for (const form of hopeless) expect((await push(issuer, form)).status).toBeGreaterThanOrEqual(400)
  expect(host.asked(clientId)).toBe(0)
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => push(issuer, soundRequest({ client_id: clientId }))),
  )
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
  const { challenge } = makePkce()
  const url = authorizeUrl(issuer, { client_id: clientId, redirect_uri: REDIRECT, code_challenge: challenge })
  expect((await newVisitor().go(url)).status).toBe(303)
  expect(host.asked(clientId)).toBe(1)

  // Addresses without a document are requested so often a minute, for all clients and endpoints together.
  const guesses = Array.from({ length: 40 }, (_, index) => `${host.origin}/${index}-nothing.json`)
  await Promise.all(guesses.map((client_id) => push(issuer, soundRequest({ client_id }))))
  const asked = guesses.filter((guess) => host.asked(guess) > 0).length
  expect(asked).toBeLessThan(guesses.length)
  expect(
    await expectPage(await newVisitor().go(authorizeUrl(issuer, { client_id: guesses.at(-1) }))),
  ).toContain('can’t be verified right now')
})
