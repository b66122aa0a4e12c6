import type { Page } from '@playwright/test'
import { expectPage, expectRedirectedError } from '../support/attack-answers'
import { consentIn, decide, locationOf, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { catchLastRedirect } from '../support/last-redirect'
import { authorizeUrl, expect, fillLogin, logIn, makePkce, register, test } from '../support/test'
import type { World } from '../support/world'

const sound = () => ({ client_id: 'cli', redirect_uri: REDIRECT, code_challenge: makePkce().challenge })

const urlWith = ({ issuers }: World, changes: Record<string, string | undefined>) =>
  authorizeUrl(issuers.root, { ...sound(), state: 'the-state', ...changes })

const expectRedirected = (response: Response, error: string, world: World) =>
  expectRedirectedError(response, {
    error,
    redirectUri: REDIRECT,
    state: 'the-state',
    issuer: world.issuers.root,
  })

/** What the identity provider is sent once the user has allowed. */
async function forwarded(world: World, changes: Record<string, string>): Promise<URLSearchParams> {
  const visitor = newVisitor()
  return redirectQuery(await decide(world, visitor, await openConsent(visitor, urlWith(world, changes))))
}

test('a client’s login parameters reach the identity provider [RFC-13 RFC-14]', async ({ world }) => {
  const sent = await forwarded(world, {
    prompt: 'login consent select_account unheard_of',
    max_age: '300',
    ui_locales: 'de-CH de <en>',
    login_hint: 'alice@acme.example',
    nonce: 'nonce-of-the-client',
  })
  expect(sent.get('prompt')).toBe('login select_account')
  expect(sent.get('max_age')).toBe('300')
  expect(sent.get('ui_locales')).toBe('de-CH de')
  expect(sent.get('login_hint')).toBe('alice@acme.example')
  // That one is between us and the identity provider.
  expect(sent.get('nonce')).not.toBe('nonce-of-the-client')
})

test('what is only for our own page, or means nothing here, goes no further [RFC-14]', async ({ world }) => {
  const sent = await forwarded(world, {
    prompt: 'consent',
    id_token_hint: 'no.token.at.all',
    acr_values: 'urn:mace:incommon:iap:silver',
    claims: '{"id_token":{"auth_time":{"essential":true}}}',
    display: 'popup',
  })
  const names = ['prompt', 'max_age', 'id_token_hint', 'acr_values', 'claims', 'display']
  expect(names.filter((name) => sent.has(name))).toEqual([])
})

test('a malformed parameter is reported to the client [RFC-13]', async ({ world }) => {
  const malformed: Record<string, string>[] = [
    { prompt: 'none login' },
    { prompt: 'consent none' },
    { max_age: '-1' },
    { max_age: '1.5' },
    { max_age: 'soon' },
    { max_age: ' 5' },
    { nonce: 'x'.repeat(513) },
    { nonce: 'a\r\nb' },
    { nonce: '\0' },
  ]
  for (const changes of malformed)
    await test.step(JSON.stringify(changes).slice(0, 60), async () => {
      expectRedirected(await newVisitor().go(urlWith(world, changes)), 'invalid_request', world)
    })
  for (const max_age of ['0', '0000', '99999999999999999999'])
    expect(locationOf(await newVisitor().go(urlWith(world, { max_age })))).toContain('/oauth/consent/')
})

/** Goes through our page, and then wherever the identity provider leads. */
async function allow(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('button', { name: 'Allow' }).click()
}

for (const wish of [{ prompt: 'login consent' }, { prompt: 'consent', max_age: '0' }])
  test(`a client that wants ${JSON.stringify(wish)} makes its user sign in again`, async ({
    page,
    world,
  }) => {
    await logIn(page, urlWith(world, { prompt: 'consent' }))
    // The identity provider knows the user by now, and asks all the same.
    await allow(page, urlWith(world, wish))
    await expect(page.getByLabel('Username')).toBeVisible()
    const back = await catchLastRedirect(page, REDIRECT)
    await fillLogin(page)
    expect(new URL(await back()).searchParams.get('code')).toMatch(/^vst_code_/)
  })

/** Follows redirects until there is a page, or the way leads to the client. */
async function follow(visitor: Visitor, url: string): Promise<{ response: Response; url: string }> {
  const response = await visitor.go(url)
  const next = locationOf(response)
  if (!next || next.startsWith(REDIRECT)) return { response, url }
  return follow(visitor, new URL(next, url).href)
}

test('a client that wants no questions gets an answer, and its user no login page', async ({ world }) => {
  const visitor = newVisitor()
  let { response, url } = await follow(visitor, urlWith(world, { prompt: 'none' }))
  if (url.startsWith(`${world.app.url}/oauth/consent?`)) {
    const allowed = await decide(world, visitor, consentIn(response, await response.text()))
    ;({ response, url } = await follow(visitor, locationOf(allowed)))
  }
  // There is no session at the identity provider, and it was not asked to create one.
  expect(new URL(url).origin).toBe(world.app.url)
  expect(redirectQuery(response).get('error')).toMatch(/^(login|consent|interaction)_required$/)
  expect(redirectQuery(response).get('state')).toBe('the-state')
})

test('request objects are refused in the words of OpenID Connect', async ({ world }) => {
  const request = 'eyJhbGciOiJub25lIn0.e30.'
  expectRedirected(await newVisitor().go(urlWith(world, { request })), 'request_not_supported', world)
  const request_uri = 'https://evil.example/request.jwt'
  expectRedirected(await newVisitor().go(urlWith(world, { request_uri })), 'invalid_request_uri', world)
  // Not where that would make us an open redirector.
  const site = 'https://app.example/callback'
  const { client_id } = await register(world.issuers.root, {
    redirect_uris: [site],
    token_endpoint_auth_method: 'none',
  })
  for (const changes of [{ request }, { request_uri }])
    await expectPage(await newVisitor().go(urlWith(world, { client_id, redirect_uri: site, ...changes })))
  await expectPage(await newVisitor().go(urlWith(world, { redirect_uri: site, request })))
  await expectPage(await newVisitor().go(urlWith(world, { redirect_uri: site, request_uri })))
})

test.describe('a request that is posted', () => {
  const ENDPOINTS = ['/oauth/authorize', '/authorize']
  const form = (changes: Record<string, string | undefined> = {}) =>
    Object.fromEntries(
      new URL(authorizeUrl('http://x', { ...sound(), state: 'the-state', ...changes })).searchParams,
    )

  test('means the same as one in the query [RFC-6]', async ({ world }) => {
    const { root, path, host } = world.issuers
    for (const url of [
      ...ENDPOINTS.map((endpoint) => root + endpoint),
      `${path}/oauth/authorize`,
      `${host}/authorize`,
    ]) {
      const begun = await newVisitor().submit(url, form(), 'https://client.example')
      expect(begun.status).toBe(303)
      expect(locationOf(begun)).toContain(`${world.app.url}/oauth/consent/open?request=`)
      expect(begun.headers.get('access-control-allow-origin')).toBeNull()
      const answer = await newVisitor().submit(url, form({ client_id: 'nobody' }))
      expect(await expectPage(answer)).toContain('not known here')
    }
    const refused = await newVisitor().submit(`${root}/oauth/authorize`, form({ response_type: 'token' }))
    expectRedirected(refused, 'unsupported_response_type', world)
  })

  test('is read from its body alone [RFC-6]', async ({ world }) => {
    const url = `${world.issuers.root}/oauth/authorize`
    const query = new URL(urlWith(world, {})).search
    expect(await expectPage(await newVisitor().submit(url + query, {}))).toContain('client_id is missing')
    const begun = await newVisitor().submit(`${url}?client_id=nobody&state=evil&response_type=token`, form())
    expect(locationOf(begun)).toContain('/oauth/consent/')
  })

  test('is shown as a mistake when it is no form, or too large a one', async ({ world }) => {
    const url = `${world.issuers.root}/oauth/authorize`
    const post = (body: string, type: string) =>
      hostFetch(url, { method: 'POST', body, headers: { 'content-type': type } })
    await expectPage(await post(JSON.stringify(form()), 'application/json'))
    const large = new URLSearchParams({ ...form(), more: 'x'.repeat(100_000) }).toString()
    await expectPage(await post(large, 'application/x-www-form-urlencoded'), 413)
  })

  test('reaches the consent page from the form of a site', async ({ page, world }) => {
    const fields = Object.entries(form()).map(([name, value]) => `<input name="${name}" value="${value}">`)
    await page.setContent(
      `<form method="post" action="${world.issuers.root}/oauth/authorize">${fields.join('')}<button>Connect</button></form>`,
    )
    await page.getByRole('button', { name: 'Connect' }).click()
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Acme CLI wants to use Acme MCP')
    const back = await catchLastRedirect(page, REDIRECT)
    await page.getByRole('button', { name: 'Allow' }).click()
    await fillLogin(page)
    expect(new URL(await back()).searchParams.get('state')).toBe('the-state')
  })
})
