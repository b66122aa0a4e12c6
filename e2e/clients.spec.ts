import { decodeJwt } from 'jose'
import { listenOnLoopback } from '../sandbox/loopback-server'
import { CLIENT_PROFILES, type ClientProfile } from './support/client-profiles'
import { catchLastRedirect } from './support/last-redirect'
import { authorizeUrl, expect, fillLogin, makePkce, post, register, test } from './support/test'
import type { World } from './support/world'

const OFFERED = ['profile:read', 'notes:write']

for (const profile of CLIENT_PROFILES)
  test(`${profile.name} registers, logs its user in and stays connected`, async ({ page, world }) => {
    const issuer = world.issuers.root
    const client = await register(issuer, profile.registration)
    expect(client.redirect_uris).toEqual(profile.registration.redirect_uris)
    expect(Boolean(client.client_secret)).toBe(profile.token.authentication !== 'none')

    const { verifier, challenge } = makePkce()
    const state = profile.authorize.extra?.state ?? 'Zm9vYmFy'
    const url = authorizeUrl(issuer, {
      client_id: client.client_id,
      redirect_uri: profile.redirectUri,
      code_challenge: challenge,
      scope: await scopeOf(profile, world),
      resource: profile.authorize.resource ? world.resources.root : undefined,
      state,
      ...profile.authorize.extra,
    })
    const redirected = await catchLastRedirect(page, profile.redirectUri)
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(url)
    await page.getByRole('button', { name: 'Allow' }).click()
    await fillLogin(page)
    const location = await redirected()

    // Byte for byte the URI that was asked for; one client reads the code with a pattern and decodes nothing.
    expect(location.startsWith(`${profile.redirectUri}?`)).toBe(true)
    expect(location).toMatch(/[?&]code=[A-Za-z0-9_-]+(&|$)/)
    const answer = new URLSearchParams(location.slice(location.indexOf('?')))
    expect(answer.get('state')).toBe(state)
    expect(answer.get('iss')).toBe(issuer)
    expect(complaints.filter((text) => /content security policy/i.test(text))).toEqual([])

    const tokens = await requestTokens(world, profile, client, {
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      code_verifier: verifier,
      redirect_uri: profile.redirectUri,
      ...(profile.token.resource && { resource: world.resources.root }),
    })
    expect(tokens.scope.split(' ')).toEqual(expect.arrayContaining(OFFERED))
    expect(decodeJwt(tokens.access_token)).toMatchObject({
      iss: issuer,
      aud: world.resources.root,
      client_id: client.client_id,
    })

    const refreshed = await requestTokens(world, profile, client, {
      grant_type: 'refresh_token',
      refresh_token: tokens.refresh_token,
      ...(profile.refresh.resource && { resource: world.resources.root }),
      ...(profile.refresh.scope && { scope: tokens.scope }),
    })
    expect(refreshed.scope).toBe(tokens.scope)
    expect(refreshed.refresh_token).toBeTruthy()
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token)
  })

type Tokens = { readonly access_token: string; readonly refresh_token: string; readonly scope: string }

/** One request to the token endpoint, authenticated as this client does it. */
async function requestTokens(
  world: World,
  { token }: ClientProfile,
  client: Record<string, string>,
  form: Record<string, string>,
): Promise<Tokens> {
  const { client_id = '', client_secret = '' } = client
  const credentials = Buffer.from(`${client_id}:${client_secret}`).toString('base64')
  const response = await post(
    `${world.issuers.root}/oauth/token`,
    {
      ...form,
      ...(token.authentication !== 'client_secret_basic' && { client_id }),
      ...(token.authentication === 'client_secret_post' && { client_secret }),
    },
    token.authentication === 'client_secret_basic' ? { authorization: `Basic ${credentials}` } : {},
  )
  const body = await response.json()
  expect(response.status, JSON.stringify(body)).toBe(200)
  return body
}

async function scopeOf({ authorize }: ClientProfile, world: World): Promise<string | undefined> {
  if (authorize.scope === 'resource') return OFFERED.join(' ')
  if (authorize.scope === 'resource and offline_access') return [...OFFERED, 'offline_access'].join(' ')
  if (authorize.scope === undefined) return undefined
  const metadata = await fetch(`${world.issuers.root}/.well-known/oauth-authorization-server`)
  const { scopes_supported }: { scopes_supported: string[] } = await metadata.json()
  return scopes_supported.join(' ')
}

test('a client that is a web page gets through it all by fetch, as its browser allows', async ({
  page,
  world,
}) => {
  // A real server: with requests intercepted, the test's tool would answer preflights in our place.
  const { origin, close } = await listenOnLoopback(0, () => (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('the client')
  })
  const { verifier, challenge } = makePkce()
  const redirectUri = `${origin}/oauth/callback`

  await page.goto(origin)
  const discovered = await page.evaluate(async (issuer) => {
    const headers = { 'mcp-protocol-version': '2025-11-25' }
    const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`, { headers })
    return metadata.json()
  }, world.issuers.root)
  const client = await page.evaluate(
    async ({ endpoint, redirectUri }) => {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: 'A page',
          redirect_uris: [redirectUri],
          token_endpoint_auth_method: 'none',
        }),
      })
      return response.json()
    },
    { endpoint: discovered.registration_endpoint, redirectUri },
  )
  const redirected = await catchLastRedirect(page, redirectUri)
  await page.goto(
    authorizeUrl(world.issuers.root, {
      client_id: client.client_id,
      redirect_uri: redirectUri,
      code_challenge: challenge,
    }),
  )
  await page.getByRole('button', { name: 'Allow' }).click()
  await fillLogin(page)
  const code = new URL(await redirected()).searchParams.get('code') ?? ''

  await page.goto(origin)
  const form = { grant_type: 'authorization_code', client_id: client.client_id, code_verifier: verifier }
  const exchange = (code: string) =>
    page.evaluate(
      async ({ endpoint, form }) => {
        const response = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(form) })
        return { status: response.status, body: await response.json() }
      },
      { endpoint: discovered.token_endpoint, form: { ...form, redirect_uri: redirectUri, code } },
    )
  expect(await exchange(`${code}-not`)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } })
  expect(await exchange(code)).toMatchObject({ status: 200, body: { token_type: 'Bearer' } })
  await close()
})
