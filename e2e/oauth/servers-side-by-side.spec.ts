import type { Page } from '@playwright/test'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { hostFetch } from '../support/host-fetch'
import { authorizeUrl, expect, logIn, makePkce, test } from '../support/test'
import type { World } from '../support/world'

type Kind = keyof World['issuers']

const KINDS: readonly Kind[] = ['root', 'path', 'host']
const OTHERS: Readonly<Record<Kind, readonly Kind[]>> = {
  root: ['path', 'host'],
  path: ['root', 'host'],
  host: ['root', 'path'],
}
const CLIENT = { client_id: 'cli', redirect_uri: 'http://127.0.0.1:9876/callback' }

/** Logs in at one server; every one of them has a client called `cli`. */
async function authorize(page: Page, world: World, kind: Kind) {
  const { verifier, challenge } = makePkce()
  const url = authorizeUrl(world.issuers[kind], { ...CLIENT, code_challenge: challenge })
  const back = await logIn(page, url)
  expect(back.searchParams.get('iss')).toBe(world.issuers[kind])
  return { ...CLIENT, code: back.searchParams.get('code') ?? '', code_verifier: verifier }
}

async function exchange(world: World, kind: Kind, form: Record<string, string>) {
  const body = new URLSearchParams(form)
  const response = await hostFetch(`${world.issuers[kind]}/oauth/token`, { method: 'POST', body })
  return { status: response.status, body: await response.json() }
}

async function keysOf(world: World, kind: Kind) {
  const response = await hostFetch(`${world.issuers[kind]}/oauth/jwks`)
  return createLocalJWKSet(await response.json())
}

test('one browser logs in at three servers, and each token is for its own server alone [AS-24 RS-12]', async ({
  page,
  world,
}) => {
  const subjects: string[] = []
  for (const kind of KINDS) {
    const login = await authorize(page, world, kind)
    const { status, body } = await exchange(world, kind, { grant_type: 'authorization_code', ...login })
    expect(status, kind).toBe(200)
    const expected = { issuer: world.issuers[kind], audience: world.resources[kind], typ: 'at+jwt' }
    const { payload } = await jwtVerify(body.access_token, await keysOf(world, kind), expected)
    expect(payload.aud).toBe(world.resources[kind])
    subjects.push(payload.sub ?? '')
    // Signing keys belong to one server: with shared ones, any customer could sign for any resource.
    for (const other of OTHERS[kind])
      await expect(jwtVerify(body.access_token, await keysOf(world, other))).rejects.toThrow()
  }
  const [root, path, host] = subjects
  expect(root).toBe(path)
  expect(host).not.toBe(root)
})

test('each server names its own company and sends to its own identity provider', async ({ page, world }) => {
  const seen: Record<Kind, { login: string; at: string }> = {
    root: { login: 'Acme Login', at: world.idp.issuer },
    path: { login: 'Acme Login for partners', at: world.idp.issuer },
    host: { login: 'Globex Login', at: world.otherIdp.issuer },
  }
  for (const kind of KINDS) {
    const { challenge } = makePkce()
    await page.goto(authorizeUrl(world.issuers[kind], { ...CLIENT, code_challenge: challenge }))
    await expect(page.getByText(seen[kind].login, { exact: true }).first()).toBeVisible()
    await page.getByRole('button', { name: 'Allow' }).click()
    await expect(page.getByLabel('Username')).toBeVisible()
    expect(new URL(page.url()).origin).toBe(new URL(seen[kind].at).origin)
  }
})

for (const kind of KINDS)
  test(`a code of the ${kind} server is worth nothing elsewhere, and is not used up there`, async ({
    page,
    world,
  }) => {
    const login = await authorize(page, world, kind)
    const form = { grant_type: 'authorization_code', ...login }
    for (const other of OTHERS[kind])
      expect(await exchange(world, other, form)).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      })
    const { status, body } = await exchange(world, kind, form)
    expect(status).toBe(200)
    expect(decodeJwt(body.access_token).iss).toBe(world.issuers[kind])

    const refresh = { grant_type: 'refresh_token', client_id: 'cli', refresh_token: body.refresh_token }
    for (const other of OTHERS[kind])
      expect(await exchange(world, other, refresh)).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      })
    expect((await exchange(world, kind, refresh)).status).toBe(200)
  })

test('a client is known only where it registered', async ({ world }) => {
  for (const kind of KINDS) {
    const registered = await hostFetch(`${world.issuers[kind]}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [CLIENT.redirect_uri], token_endpoint_auth_method: 'none' }),
    })
    const { client_id } = await registered.json()
    for (const other of OTHERS[kind]) {
      const url = authorizeUrl(world.issuers[other], { ...CLIENT, client_id })
      expect((await hostFetch(url)).status, `${kind} at ${other}`).toBe(400)
      const refused = await exchange(world, other, {
        grant_type: 'refresh_token',
        client_id,
        refresh_token: 'x',
      })
      expect(refused).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
    }
  }
})

test("another server's resource cannot be asked for", async ({ world }) => {
  for (const kind of KINDS)
    for (const other of OTHERS[kind]) {
      const { challenge } = makePkce()
      const parameters = { ...CLIENT, code_challenge: challenge, resource: world.resources[other] }
      const response = await hostFetch(authorizeUrl(world.issuers[kind], parameters))
      expect(response.status).toBe(303)
      const location = new URL(response.headers.get('location') ?? '')
      expect(location.origin + location.pathname).toBe(CLIENT.redirect_uri)
      expect(location.searchParams.get('error')).toBe('invalid_target')
      expect(location.searchParams.get('iss')).toBe(world.issuers[kind])
    }
})

test.describe('a server with a host of its own', () => {
  test('hands the browser to our origin at once, and keeps no cookie (design of one session origin) [PX-15]', async ({
    page,
    world,
  }) => {
    const { challenge } = makePkce()
    const url = authorizeUrl(world.issuers.host, { ...CLIENT, code_challenge: challenge })
    const response = await hostFetch(url)
    expect(response.status).toBe(303)
    expect(response.headers.get('location')).toMatch(new RegExp(`^${world.app.url}/oauth/consent/open\\?`))
    expect(response.headers.getSetCookie()).toEqual([])

    const onTheWay: string[] = []
    page.on('request', (request) => {
      if (request.isNavigationRequest()) onTheWay.push(new URL(request.url()).origin)
    })
    await authorize(page, world, 'host')
    expect(onTheWay.filter((origin) => origin === world.issuers.host)).toHaveLength(1)
    expect(onTheWay[0]).toBe(world.issuers.host)

    expect(await page.context().cookies(world.issuers.host)).toEqual([])
    const ours = (await page.context().cookies()).filter(({ name }) => !name.startsWith('idp_'))
    expect(ours.map(({ domain }) => domain).filter((domain) => domain !== 'localhost')).toEqual([])
    for (const cookie of ours) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' })
  })

  test('serves nothing that a login needs besides the authorization endpoint', async ({ world }) => {
    const { host } = world.issuers
    const method = 'POST'
    const body = new URLSearchParams({ client_id: 'cli', grant_type: 'refresh_token', refresh_token: 'x' })
    const answers = {
      'opening consent': await hostFetch(`${host}/oauth/consent/open?request=x`),
      'a decision': await hostFetch(`${host}/oauth/consent/decision`, { method, body }),
      'a callback': await hostFetch(`${host}/oauth/callback/other-idp?code=x&state=y`),
      "another server's token endpoint": await hostFetch(`${host}/s/second/oauth/token`, { method, body }),
      "another server's authorization endpoint": await hostFetch(`${host}/s/second/oauth/authorize`),
      "another server's metadata": await hostFetch(`${host}/.well-known/oauth-authorization-server/s/second`),
    }
    for (const [what, response] of Object.entries(answers)) {
      expect(response.status, what).toBe(404)
      expect(response.headers.getSetCookie(), what).toEqual([])
    }
  })
})

test('pages are shown on our own origin only', async ({ world }) => {
  const hosts = [new URL(world.issuers.host).host, 'evil.example']
  for (const host of hosts)
    for (const path of ['/', '/oauth/consent?request=x', '/oauth/consent?request=x&opened=1']) {
      const response = await hostFetch(world.app.url + path, { host })
      expect(response.status, `${path} on ${host}`).toBe(404)
    }
})
