import { randomBytes } from 'node:crypto'
import { decodeJwt } from 'jose'
import { startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import {
  approachCallback,
  decide,
  locationOf,
  obtainCode,
  openConsent,
  REDIRECT,
} from '../support/attack-login'
import { addServer } from '../support/attack-server'
import { basic, introspect, obtainTokens, postForm, redeem, refresh } from '../support/attack-tokens'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { authorizeUrl, expect, logIn, makePkce, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET, RESOURCE_SECRET, type World } from '../support/world'

const PREFIXES = /vst_(code|at|rt|cs|rat|dc|rs|key)_/

/**
 * Waits until everything up to now has been printed: what this marker provokes is logged, with the marker in it.
 *
 * @returns all that the process has printed
 */
async function printed({ app }: World): Promise<string> {
  const marker = `marker-${randomBytes(8).toString('hex')}`
  await fetch(`${app.url}/oauth/callback/${marker}`)
  await expect.poll(app.output).toContain(marker)
  return app.output()
}

/** None of these values was printed: not as they are, not encoded for a URL, not in base64. */
function expectUnprinted(output: string, secrets: Readonly<Record<string, string | undefined>>): void {
  expect(output).not.toMatch(PREFIXES)
  for (const [what, secret = ''] of Object.entries(secrets)) {
    expect(secret.length, `${what} is missing in this test`).toBeGreaterThan(7)
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')])
      expect(output.includes(form), `${what} was printed`).toBe(false)
  }
}

const cookiesOf = (visitor: Visitor) =>
  Object.fromEntries(
    visitor
      .jar()
      .filter(({ name }) => name.startsWith('vst_'))
      .map(({ name, value }) => [`the cookie ${name}`, value]),
  )

test('a login in a browser, its refresh and its replay print no secret [H-50]', async ({ page, world }) => {
  const pkce = makePkce()
  const state = `state-of-the-client-${makePkce().verifier}`
  const upstream: Record<string, string> = {}
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname.startsWith('/oauth/callback/'))
      for (const [name, value] of searchParams) if (name !== 'iss') upstream[`the upstream ${name}`] = value
  })
  const request = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: pkce.challenge, state }
  const back = await logIn(page, authorizeUrl(world.issuers.root, request))
  const code = back.searchParams.get('code') ?? ''
  const cookies = await page.context().cookies(world.app.url)
  const ours = cookies.filter(({ name }) => name.startsWith('vst_'))
  expect(Object.keys(upstream).sort()).toEqual(['the upstream code', 'the upstream state'])
  expect(ours.length).toBeGreaterThan(0)

  const login = { code, verifier: pkce.verifier, clientId: 'cli', redirectUri: REDIRECT, reference: '' }
  const { root } = world.issuers
  await redeem(root, login, { code_verifier: makePkce().verifier })
  const tokens = await obtainTokens(root, login)
  const refreshed = await (await refresh(root, tokens.refresh_token)).json()
  await introspect(world, tokens.access_token)
  expect((await redeem(root, login)).status).toBe(400)
  expect((await refresh(root, refreshed.refresh_token)).status).toBe(400)

  expectUnprinted(await printed(world), {
    ...upstream,
    ...Object.fromEntries(ours.map(({ name, value }) => [`the cookie ${name}`, value])),
    'the code': code,
    'the verifier': pkce.verifier,
    'the challenge': pkce.challenge,
    'the state': state,
    'the access token': tokens.access_token,
    'the signature of the access token': tokens.access_token.split('.')[2],
    'the refresh token': tokens.refresh_token,
    'the second access token': refreshed.access_token,
    'the second refresh token': refreshed.refresh_token,
    'the resource server’s secret': RESOURCE_SECRET,
    'the upstream secret': 'upstream-client-secret-of-the-tests',
    'the user’s address': String(decodeJwt(tokens.access_token).email),
  })
})

test('clients with secrets print none, right or wrong, in the header or in the body [H-50]', async ({
  world,
}) => {
  const { root } = world.issuers
  const right = basic('confidential', CONFIDENTIAL_SECRET)
  const login = await obtainCode(world, { clientId: 'confidential' })
  const guess = `guess-${makePkce().verifier}`
  const noId = { client_id: undefined }
  await redeem(root, login, noId, basic('confidential', guess))
  await redeem(root, login, { client_secret: guess })
  await redeem(root, login, { client_secret: CONFIDENTIAL_SECRET }, right)
  await redeem(root, login, noId, { authorization: `Bearer ${guess}` })
  await postForm(root, `/oauth/token?client_secret=${guess}&code=${login.code}`, {})
  const tokens = await obtainTokens(root, login, right)
  await refresh(root, tokens.refresh_token, { client_id: 'confidential' }, right)
  const registered = await register(root, { redirect_uris: ['http://127.0.0.1/callback'] })
  await postForm(
    root,
    '/oauth/introspect',
    { token: tokens.access_token },
    { authorization: `Bearer ${guess}` },
  )
  expectUnprinted(await printed(world), {
    'the secret': CONFIDENTIAL_SECRET,
    'the header': right.authorization.slice('Basic '.length),
    'the guess': guess,
    'the header of the guess': basic('confidential', guess).authorization.slice('Basic '.length),
    'the registered secret': registered.client_secret,
    'the code': login.code,
    'the verifier': login.verifier,
    'the access token': tokens.access_token,
    'the refresh token': tokens.refresh_token,
  })
})

test('logins that fail on our side of the redirect print no secret', async ({ page, world }) => {
  const { root } = world.issuers
  const { challenge, verifier } = makePkce()
  const state = `state-of-the-client-${makePkce().verifier}`
  const request = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: challenge, state }
  const url = authorizeUrl(root, request)
  const visitor = newVisitor()
  const { consent, callback } = await approachCallback(world, visitor, url)
  const cookies = cookiesOf(visitor)
  expect(Object.keys(cookies)).toHaveLength(2)

  await newVisitor().go(callback)
  await visitor.go(callback.replace('main-idp', 'path-idp'))
  await visitor.go(callback.replace(/iss=[^&]*/, 'iss=https%3A%2F%2Fevil.example'))
  await visitor.go(callback)
  await decide(world, visitor, { ...consent, token: consent.token.toUpperCase() })
  await decide(world, newVisitor(), consent)
  await visitor.go(authorizeUrl(root, { ...request, client_id: `unknown-${verifier}` }))
  await visitor.go(authorizeUrl(root, { ...request, redirect_uri: `https://evil.example/${verifier}` }))
  await visitor.go(authorizeUrl(root, { ...request, state: `${state}\0` }))
  await visitor.go(`${root}/oauth/callback/main-idp?code=${verifier}&state=${verifier}&error=${verifier}`)
  await visitor.go(`${root}/nothing-here?code=${verifier}`)
  await page.goto(`${root}/oauth/consent?request=${verifier}`)
  await page.goto(callback)

  expectUnprinted(await printed(world), {
    ...cookies,
    'the form token': consent.token,
    'the challenge': challenge,
    'what was made up': verifier,
    'the state': state,
    'the upstream code': new URL(callback).searchParams.get('code') ?? '',
    'the upstream state': new URL(callback).searchParams.get('state') ?? '',
  })
})

test('logins that fail at the identity provider print nothing that it said [H-50]', async ({ world }) => {
  const provider = await startMisbehavingProvider()
  const server = await addServer(world, provider)
  const body = { error: 'invalid_grant', error_description: 'raw upstream text' }
  const lies = [
    { signWith: 'stranger' as const },
    { idTokenClaims: { nonce: 'another' } },
    { answers: { token: { status: 400, body } } },
    { answers: { token: { status: 500, body: 'raw upstream text' } } },
    { answers: { jwks: { status: 500, body: 'raw upstream text' } }, signWith: 'rotated' as const },
    {},
  ]
  for (const how of lies) {
    provider.misbehave({})
    const visitor = newVisitor()
    const url = authorizeUrl(server.issuer, {
      client_id: 'cli',
      redirect_uri: REDIRECT,
      code_challenge: makePkce().challenge,
    })
    const allowed = await decide(world, visitor, await openConsent(visitor, url))
    const callback = locationOf(await visitor.go(locationOf(allowed)))
    provider.misbehave(how)
    expect([303, 400, 503]).toContain((await visitor.go(callback)).status)
  }
  await provider.stop()
  const secrets = provider.secrets.map((secret, index) => [`secret ${index}`, secret])
  expect(secrets.length).toBeGreaterThan(lies.length)
  expectUnprinted(await printed(world), {
    ...Object.fromEntries(secrets),
    'the words of the provider': 'raw upstream text',
    'the resource server’s secret': server.resourceSecret,
  })
})
