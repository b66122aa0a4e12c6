import { paths } from '../fuzz/surfaces'
import { expectPage } from '../support/attack-answers'
import { locationOf, openConsent, REDIRECT } from '../support/attack-login'
import { newVisitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { authorizeUrl, expect, makePkce, register, test } from '../support/test'
import { startWorld, type World } from '../support/world'

const METADATA = '/.well-known/oauth-authorization-server'
const sound = () => ({ client_id: 'cli', redirect_uri: REDIRECT, code_challenge: makePkce().challenge })

test('an attacker cannot move our addresses with the headers of a proxy [RFC-45 H-18]', async ({ world }) => {
  const { root } = world.issuers
  const honest = await (await hostFetch(root + METADATA)).json()
  const spoofed = [
    { 'x-forwarded-host': 'evil.example' },
    { 'x-forwarded-proto': 'https' },
    { 'x-forwarded-port': '444' },
    { forwarded: 'host=evil.example;proto=https' },
    { 'x-original-host': 'evil.example', 'x-host': 'evil.example' },
    { 'x-original-url': '/s/second', 'x-rewrite-url': '/s/second' },
    { 'x-forwarded-prefix': '/s/second' },
  ]
  for (const headers of spoofed)
    await test.step(JSON.stringify(headers), async () => {
      expect(await (await hostFetch(root + METADATA, { headers })).json()).toEqual(honest)
      const begun = await hostFetch(authorizeUrl(root, sound()), { headers })
      expect(locationOf(begun).startsWith(`${root}/oauth/consent/open?`)).toBe(true)
      const opened = await hostFetch(locationOf(begun), { headers })
      expect(new URL(locationOf(opened), root).origin).toBe(root)
    })
})

test('an attacker who sends a host that is not ours gets nothing [RFC-45 H-18 H-19]', async ({ world }) => {
  const { root } = world.issuers
  const port = new URL(root).port
  const hosts = [
    'evil.example',
    `evil.example:${port}`,
    `localhost.evil.example:${port}`,
    `fourth.localhost:${port}`,
    'localhost',
    'localhost:1',
    `user@localhost:${port}`,
    `localhost:${port}@evil.example`,
    `localhost:${port}/s/second`,
    `localhost:${port}#`,
    `127.0.0.1:${port}`,
    '[::1',
  ]
  for (const host of hosts)
    await test.step(host, async () => {
      const metadata = await hostFetch(root + METADATA, { host })
      expect(metadata.status).toBe(404)
      expect(await metadata.text()).not.toContain('authorization_endpoint')
      await expectPage(await hostFetch(authorizeUrl(root, sound()), { host }), 404)
      await expectPage(await hostFetch(`${root}/oauth/consent/open?request=x`, { host }), 404)
      await expectPage(await hostFetch(`${root}/oauth/callback/main-idp?state=x`, { host }), 404)
      const form = { method: 'POST', host, body: new URLSearchParams({ client_id: 'cli' }) }
      expect((await hostFetch(`${root}/oauth/token`, form)).status).toBe(404)
      await expectPage(await hostFetch(`${root}/oauth/consent/decision`, form), 404)
      for (const page of ['/', '/oauth/consent?request=x&opened=1'])
        expect((await hostFetch(root + page, { host })).status).toBe(404)
    })
})

test('an attacker cannot turn an address of ours into a redirect to his site [RFC-18]', async ({ world }) => {
  const { root } = world.issuers
  const addresses = [
    '//evil.example',
    '//evil.example/',
    '//evil.example/%2e%2e',
    '/\\evil.example',
    '/%5cevil.example',
    '/%2f%2fevil.example',
    '//evil.example/oauth/authorize/',
    '/oauth/authorize//evil.example',
    '/oauth/consent//evil.example/..',
    '/oauth/consent?request=//evil.example',
    '/oauth/consent/open?request=https://evil.example',
    '/s///evil.example',
  ]
  for (const address of addresses)
    await test.step(address, async () => {
      const response = await hostFetch(`${root}/`, { path: address })
      const location = response.headers.get('location')
      if (location) expect(new URL(location, root).origin).toBe(root)
      expect(response.status).toBeLessThan(500)
    })
})

const NASTY = [
  '\0',
  'a\0b',
  '\uFEFF',
  '\uFFFF',
  '\u202E',
  '\r\nset-cookie: vst_state=1',
  '\u{1F9E8}'.repeat(300),
  "'; drop table clients; --",
  '{"$ne":null}',
  '__proto__',
  'constructor',
  'x'.repeat(9_000),
  '%',
  ' ',
]

test.describe('behind a proxy that is trusted, the tests themselves', () => {
  let world: World
  test.beforeAll(async () => {
    world = await startWorld({ TRUSTED_PROXIES: '127.0.0.0/8,::1' })
  })
  test.afterAll(() => world?.stop())

  test('no value of a parameter makes the authorization endpoint stumble [RFC-14]', async () => {
    const names = ['client_id', 'redirect_uri', 'state', 'scope', 'resource', 'code_challenge', 'login_hint']
    const more = ['code_challenge_method', 'response_type', 'response_mode', 'prompt', 'request', 'toString']
    const login = ['max_age', 'nonce', 'ui_locales', 'request_uri', 'id_token_hint', 'claims', 'acr_values']
    for (const [index, name] of [...names, ...more, ...login].entries())
      for (const value of NASTY)
        await test.step(`${name}=${value.slice(0, 30)}`, async () => {
          const url = authorizeUrl(world.issuers.root, { ...sound(), [name]: value })
          // Each name from an address of its own: one address may not ask as often as this.
          const response = await hostFetch(url, { headers: { 'x-forwarded-for': `203.0.113.${index}` } })
          expect([303, 400]).toContain(response.status)
          expect(response.headers.getSetCookie()).toEqual([])
          const location = locationOf(response)
          if (location) expect(location.startsWith(REDIRECT) || location.startsWith(world.app.url)).toBe(true)
          if (location.startsWith(REDIRECT) && name === 'state')
            expect(new URL(location).searchParams.get('state')).toBe(value)
        })
  })
})

test('no address, however broken, makes us stumble [H-59]', async ({ world }) => {
  const nasty = ['%00', 'a%00b', '%', '%ff', '%ed%a0%80', '%2e%2e%2f', '..%2f', "'", '[]', '%5b%5d', '*']
  const long = 'x'.repeat(9_000)
  const named = paths().flatMap(({ path }) => (path.includes('[') ? [path] : []))
  const places = (value: string) => [
    `/oauth/consent?request=${value}`,
    `/oauth/consent?request=${value}&opened=1`,
    `/oauth/consent?request=${value}&request=b&opened=1`,
    `/oauth/consent/open?request=${value}`,
    `/oauth/callback/${value}?state=x&code=y`,
    `/oauth/callback/main-idp?state=${value}&code=${value}`,
    `/oauth/authorize?client_id=${value}`,
    `/${value}`,
    ...named.map((path) => path.replaceAll(/\[[^/]+\]/g, value)),
  ]
  for (const value of [...nasty, long])
    for (const path of places(value))
      await test.step(path.slice(0, 80), async () => {
        const response = await hostFetch(`${world.app.url}/`, { path })
        expect(response.status, await response.text()).toBeLessThan(500)
      })
})

test('an attacker’s client name runs no script on our pages [H-15]', async ({ page, world }) => {
  const spoilt: string[] = []
  await page.exposeFunction('pwned', (where: string) => spoilt.push(where))
  page.on('dialog', (dialog) => {
    spoilt.push(dialog.message())
    return dialog.dismiss()
  })
  const script = (where: string) =>
    `"'><script>pwned('${where}')</script><img src=x onerror=pwned('${where}')><svg onload=alert(1)>`
  const site = await register(world.issuers.root, {
    client_name: script('name'),
    client_uri: `https://app.example/${script('uri')}`,
    redirect_uris: ['https://app.example/callback'],
    token_endpoint_auth_method: 'none',
  })
  const asked = { ...sound(), client_id: site.client_id, redirect_uri: 'https://app.example/callback' }
  const pages = [
    authorizeUrl(world.issuers.root, { ...asked, state: script('state') }),
    authorizeUrl(world.issuers.root, { ...asked, state: script('state'), code_challenge: undefined }),
    authorizeUrl(world.issuers.root, { ...asked, [script('parameter')]: '1' }).concat(
      `&${encodeURIComponent(script('parameter'))}=2`,
    ),
    authorizeUrl(world.issuers.root, { ...asked, client_id: script('client') }),
    authorizeUrl(world.issuers.root, { ...asked, redirect_uri: `javascript:${script('redirect')}` }),
    `${world.app.url}/oauth/consent?request=${encodeURIComponent(script('request'))}`,
    `${world.app.url}/oauth/callback/${encodeURIComponent(script('path'))}?state=${encodeURIComponent(script('query'))}`,
    `${world.app.url}/${encodeURIComponent(script('nothing'))}?x=${encodeURIComponent(script('query'))}`,
  ]
  for (const url of pages) {
    const response = await page.goto(url)
    await expect(page.getByRole('main')).toBeVisible()
    if (response?.status() !== 404)
      expect(response?.headers()['content-security-policy']).toMatch(
        /script-src '(nonce-|none')|default-src 'none'/,
      )
    expect(response?.headers()['content-security-policy'] ?? '').not.toContain('unsafe')
    expect(await page.locator('img[src="x"], svg[onload]').count()).toBe(0)
  }
  await page.goto(pages[0]!)
  await expect(page.getByRole('heading', { level: 1 })).toContainText('<script>')
  expect(spoilt).toEqual([])
})

test('an attacker’s client name cannot pass for ours or reorder the page [H-10]', async ({ world }) => {
  const client = await register(world.issuers.root, {
    client_name: '\u202Eten.elgoog\u202C \u200BAcme CLI is verified by Acme Inc. '.repeat(3).trim(),
    redirect_uris: ['https://app.example/callback'],
    token_endpoint_auth_method: 'none',
  })
  const { client_id } = client
  const asked = { ...sound(), client_id, redirect_uri: 'https://app.example/callback' }
  const { html } = await openConsent(newVisitor(), authorizeUrl(world.issuers.root, asked))
  expect(html).not.toMatch(/[\u202A-\u202E\u2066-\u2069\u200B]/)
  const name = /<h1><strong><bdi>([^<]*)<\/bdi>/.exec(html)?.[1] ?? ''
  expect(name.length).toBeGreaterThan(0)
  expect(name.length).toBeLessThanOrEqual(48)
  expect(html).toContain('registered itself')
  expect(html).toContain('app.example')
})
