import { decodeJwt } from 'jose'
import { listenOnLoopback } from '../../sandbox/loopback-server'
import { startMcpServer } from '../../sandbox/mcp-server'
import { expectPage } from '../support/attack-answers'
import { obtainCode } from '../support/attack-login'
import { introspect, outcome, redeem, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { DISCOVERY, discover } from '../support/client-discovery'
import type { ClientProfile } from '../support/client-profile'
import { CLIENT_PROFILES } from '../support/client-profiles'
import { type DocumentHost, startDocumentHost } from '../support/document-host'
import { catchLastRedirect } from '../support/last-redirect'
import { startOwnServer } from '../support/own-server'
import { playClient } from '../support/played-client'
import { authorizeUrl, test as base, expect, fillLogin, makePkce } from '../support/test'

type Site = { readonly mcpUrl: string; readonly host: DocumentHost }

/** What clients connect to: a real MCP server behind our default server; and a host for their documents. */
const test = base.extend<{ site: Site }>({
  site: async ({ world }, use) => {
    const port = Number(new URL(world.resources.root).port)
    const mcp = await startMcpServer({ port, resource: world.resources.root, issuer: world.issuers.root })
    const host = await startDocumentHost()
    await use({ mcpUrl: mcp.url, host })
    await Promise.all([mcp.close(), host.close()])
  },
})

const OFFERED = ['profile:read', 'notes:write']

for (const profile of CLIENT_PROFILES)
  test(`${profile.name} discovers, registers, logs in, refreshes, revokes and logs in again [AS-1 AS-38 RFC-10 CL-3 H-9 H-17]`, async ({
    world,
    site,
  }) => {
    const client = await playClient({ world, profile, host: site.host }, site.mcpUrl)
    const { client_id } = client.credentials
    expect(client.server.issuer).toBe(world.issuers.root)

    const first = await test.step('logs in', client.logIn)
    expect(first.scope.split(' ')).toEqual(expect.arrayContaining(OFFERED))
    const claims = { iss: world.issuers.root, aud: world.resources.root, client_id }
    expect(decodeJwt(first.access_token)).toMatchObject(claims)

    const second = await test.step('stays connected', async () => {
      const answer = await client.refresh(first)
      expect(answer.status).toBe(200)
      const tokens = await answer.json()
      expect(tokens).toMatchObject({ scope: first.scope, refresh_token: expect.stringMatching(/^vst_rt_/) })
      expect(tokens.refresh_token).not.toBe(first.refresh_token)
      return tokens
    })

    await test.step('revokes, and gets the exact error for a revoked grant', async () => {
      const left = await client.revoke(second)
      expect(left.status).toBe(200)
      expect(await left.json()).toEqual({})
      expect(await introspect(world, second.access_token)).toEqual({ active: false })
      const dead = await client.refresh(second)
      expect(dead.status).toBe(400)
      expect(await dead.json()).toEqual({ error: 'invalid_grant', error_description: expect.any(String) })
    })

    await test.step('comes back as the same client', async () => {
      const tokens = await client.logIn()
      expect(decodeJwt(tokens.access_token)).toMatchObject(claims)
      expect((await client.refresh(tokens)).status).toBe(200)
    })

    // A `client_id` that is an address is never forgotten.
    if (!('registration' in profile.identification)) return
    await test.step('registers anew when it was forgotten', async () => {
      const forgotten = client.as({ ...client.credentials, client_id: 'forgotten' })
      expect(await outcome(await forgotten.refresh(second))).toBe('401 invalid_client')
      const url = forgotten.authorizationUrl(makePkce().challenge)
      expect(await expectPage(await newVisitor().go(url))).toContain(
        'remove this connection and add it again',
      )
      const registered = await client.identifyAgain()
      expect(registered.credentials.client_id).not.toBe(client_id)
      const tokens = await registered.logIn()
      expect((await registered.refresh(tokens)).status).toBe(200)
    })
  })

/** One for each kind of redirect URI, in a real browser: there the redirect is followed, and policies apply. */
const IN_A_BROWSER = ['Claude on the web, by its address', 'Cursor', 'Claude Code']

for (const name of IN_A_BROWSER)
  test(`a real browser brings its user back to ${name}`, async ({ page, world, site }) => {
    const profile = CLIENT_PROFILES.find((known) => known.name === name) as ClientProfile
    const client = await playClient({ world, profile, host: site.host }, site.mcpUrl)
    const redirected = await catchLastRedirect(page, profile.redirectUri)
    const complaints: string[] = []
    page.on('console', (message) => complaints.push(message.text()))
    await page.goto(client.authorizationUrl(makePkce().challenge))
    await page.getByRole('button', { name: 'Allow' }).click()
    await fillLogin(page)
    expect(await redirected()).toMatch(/[?&]code=[A-Za-z0-9_-]+&/)
    expect(complaints.filter((text) => /content security policy/i.test(text))).toEqual([])
  })

test.describe('from the URL of an MCP server on an origin of ours', () => {
  const kinds = ['path', 'host'] as const
  const orders = ['byTheBook', 'openidFirst', 'appendedFirst'] as const
  for (const order of orders)
    test(`every server is found in the order ${order}`, async ({ world }) => {
      for (const kind of kinds) {
        const found = await discover(world.resources[kind], DISCOVERY[order])
        expect(found).toMatchObject({
          issuer: world.issuers[kind],
          token_endpoint: `${world.issuers[kind]}/oauth/token`,
          resource: { resource: world.resources[kind] },
        })
      }
    })

  test('clients of MCP 2025-03-26 find the server of that origin, or its default paths', async ({
    world,
  }) => {
    const { issuers, resources } = world
    expect(await discover(resources.host, DISCOVERY.sameOrigin)).toMatchObject({ issuer: issuers.host })
    const guessed = await discover(resources.host, DISCOVERY.guessing)
    expect(guessed.registration_endpoint).toBe(`${issuers.host}/register`)
    const profile = {
      ...(CLIENT_PROFILES.find(
        ({ name }) => name === 'Cursor, through its agents on the web',
      ) as ClientProfile),
      discovery: DISCOVERY.guessing,
    }
    const host = await startDocumentHost()
    const client = await playClient({ world, profile, host }, resources.host)
    const tokens = await client.logIn()
    expect(decodeJwt(tokens.access_token)).toMatchObject({ iss: issuers.host, aud: resources.host })
    expect((await client.refresh(tokens)).status).toBe(200)
    await host.close()
  })
})

/** `new URL()` and pydantic add a slash to a bare origin; some clients send what the metadata says instead. */
test('an origin as a resource may be spelled with a slash or without, in each request anew', async ({
  world,
}) => {
  const { issuer, resource, slug, close } = await startOwnServer(world, [], { path: '' })
  const login = await obtainCode(world, { issuer, parameters: { resource: `${resource}/` } })
  const redeemed = await redeem(issuer, login, { resource: `HTTPS://${slug.toUpperCase()}.EXAMPLE` })
  const first = await redeemed.json()
  const refreshed = await refresh(issuer, first.refresh_token, { resource: `${resource}/` })
  const second = await refreshed.json()
  for (const { access_token } of [first, second]) expect(decodeJwt(access_token).aud).toBe(resource)
  expect(await outcome(await refresh(issuer, second.refresh_token, { resource: `${resource}//` }))).toBe(
    '400 invalid_target',
  )
  await close()
})

test('a client that is a web page gets through it all by fetch, as its browser allows [RFC-34]', async ({
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
