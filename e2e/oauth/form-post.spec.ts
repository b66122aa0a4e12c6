import type { Browser, Page } from '@playwright/test'
import { expectPage, expectRedirectedError } from '../support/attack-answers'
import { approachCallback, decide, openConsent, REDIRECT } from '../support/attack-login'
import { postForm } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import {
  expectPosted,
  formIn,
  formPostUrl,
  type ListeningClient,
  startListeningClient,
} from '../support/form-post'
import { test as base, expect, fillLogin, register } from '../support/test'

const test = base.extend<{ client: ListeningClient }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it.
  client: async ({}, use) => {
    const client = await startListeningClient()
    await use(client)
    await client.close()
  },
})

/** Allows and logs in; the browser goes on by itself, if it runs scripts. */
async function logIn(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('button', { name: 'Allow' }).click()
  await fillLogin(page)
}

async function pageWithoutScript(browser: Browser): Promise<Page> {
  return (await browser.newContext({ javaScriptEnabled: false })).newPage()
}

test('metadata names both ways in which an answer travels [RFC-12]', async ({ world }) => {
  const metadata = await (await fetch(`${world.issuers.root}/.well-known/oauth-authorization-server`)).json()
  expect(metadata.response_modes_supported).toEqual(['query', 'form_post'])
})

for (const kind of ['root', 'path'] as const)
  test(`a client that wants its answer posted gets it from the browser, at the ${kind} issuer [RFC-12]`, async ({
    page,
    world,
    client,
  }) => {
    const issuer = world.issuers[kind]
    const { url, verifier } = formPostUrl(issuer, client.redirectUri)
    await logIn(page, url)
    await expect(page.getByText('back at the client')).toBeVisible()
    const [{ body, headers }] = client.posted as [ListeningClient['posted'][number]]
    expect([...body.keys()]).toEqual(['code', 'state', 'iss'])
    expect(body.get('state')).toBe('the-state')
    expect(body.get('iss')).toBe(issuer)
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(headers.referer).toBeUndefined()
    expect(page.url()).toBe(client.redirectUri)
    const cookies = await page.context().cookies(world.app.url)
    expect(cookies.filter(({ name }) => name.startsWith('vst_state_'))).toEqual([])

    const redeemed = await postForm(issuer, '/oauth/token', {
      grant_type: 'authorization_code',
      client_id: 'cli',
      code: body.get('code') ?? '',
      redirect_uri: client.redirectUri,
      code_verifier: verifier,
    })
    expect(redeemed.status).toBe(200)
    expect(client.posted).toHaveLength(1)
  })

test('a browser without script has a button for it', async ({ browser, world, client }) => {
  const page = await pageWithoutScript(browser)
  await logIn(page, formPostUrl(world.issuers.root, client.redirectUri).url)
  await expect(page.getByRole('heading')).toHaveText('Back to the application')
  expect(client.posted).toEqual([])
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByText('back at the client')).toBeVisible()
  expect(client.posted[0]?.body.get('code')).toMatch(/^vst_code_/)
  await page.context().close()
})

test('errors are posted too, whatever step they come from', async ({ world }) => {
  const expectError = async (response: Response, error: string) => {
    const { action, fields } = await expectPosted(response)
    expect(action).toBe(REDIRECT)
    expect(Object.keys(fields).sort()).toEqual(['error', 'error_description', 'iss', 'state'])
    expect(fields).toMatchObject({ error, state: 'the-state', iss: world.issuers.root })
  }
  const urlWith = (changes: Record<string, string | undefined>) =>
    formPostUrl(world.issuers.root, REDIRECT, changes).url
  const visitor = newVisitor()
  await expectError(await visitor.go(urlWith({ code_challenge: undefined })), 'invalid_request')
  await expectError(await visitor.go(urlWith({ response_type: 'token' })), 'unsupported_response_type')
  await expectError(await visitor.go(urlWith({ resource: 'https://evil.example/mcp' })), 'invalid_target')

  const denied = await openConsent(visitor, urlWith({}))
  await expectError(await decide(world, visitor, denied, 'deny'), 'access_denied')

  const { callback } = await approachCallback(world, visitor, urlWith({}))
  const failed = new URL(callback)
  failed.searchParams.delete('code')
  failed.searchParams.append('error', 'temporarily_unavailable')
  expect(visitor.cookies('vst_state_')).toHaveLength(1)
  // Shown first, with a form that its user sends.
  const { action, fields } = formIn(await expectPage(await visitor.go(failed.href), 503))
  expect(action).toBe(REDIRECT)
  expect(fields).toMatchObject({
    error: 'temporarily_unavailable',
    state: 'the-state',
    iss: world.issuers.root,
  })
  expect(visitor.cookies('vst_state_')).toEqual([])
})

test('an app with a private-use scheme, to which nothing can be posted, gets the error by redirect', async ({
  world,
}) => {
  const redirectUri = 'cursor://anysphere.cursor-mcp/oauth/callback'
  const { client_id } = await register(world.issuers.root, {
    redirect_uris: [redirectUri],
    token_endpoint_auth_method: 'none',
  })
  const { url } = formPostUrl(world.issuers.root, redirectUri, { client_id })
  const expected = { redirectUri, state: 'the-state', issuer: world.issuers.root }
  expectRedirectedError(await newVisitor().go(url), { ...expected, error: 'invalid_request' })
})

test('a state that a form would respell is refused, and comes back as it was', async ({ world }) => {
  for (const state of ['one\ntwo', 'one\rtwo', 'one\r\ntwo']) {
    const { url } = formPostUrl(world.issuers.root, REDIRECT, { state })
    const expected = { redirectUri: REDIRECT, state, issuer: world.issuers.root }
    expectRedirectedError(await newVisitor().go(url), { ...expected, error: 'invalid_request' })
  }
})

test('values cannot break out of the page, and arrive as they were', async ({ page, world, client }) => {
  const nasty = [
    '"><script>document.title="owned"</script>',
    "' autofocus onfocus=alert(1) x='",
    '</form><form action="https://evil.example/"><input name="',
    '&quot;&#34;&amp;quot;>',
    '<!--<base href="https://evil.example/">',
    '</script><script>alert(1)</script>',
    ' spaces\taround ',
    'ünï😀\u202e\u0001\u0085',
    'x'.repeat(4_000),
  ]
  const complaints: string[] = []
  page.on('dialog', (dialog) => complaints.push(dialog.message()))
  page.on('console', (message) => complaints.push(message.text()))
  for (const [index, state] of nasty.entries())
    await test.step(state.slice(0, 40), async () => {
      // A mistake in the request has its answer posted without a login.
      const { url } = formPostUrl(world.issuers.root, client.redirectUri, { state, response_type: 'token' })
      await page.goto(url, { waitUntil: 'commit' })
      await expect(page.getByText('back at the client')).toBeVisible()
      expect(client.posted).toHaveLength(index + 1)
      expect(Object.fromEntries(client.posted[index]!.body)).toEqual({
        error: 'unsupported_response_type',
        error_description: 'only response_type code is supported',
        state,
        iss: world.issuers.root,
      })
    })
  expect(complaints).toEqual([])
})

test('an attacker who registered his site cannot use us to post into it unasked [RFC-18]', async ({
  page,
  world,
}) => {
  const site = 'https://app.example/callback'
  const { client_id } = await register(world.issuers.root, {
    client_name: 'Site',
    redirect_uris: [site],
    token_endpoint_auth_method: 'none',
  })
  const { url } = formPostUrl(world.issuers.root, site, { client_id, code_challenge: undefined })
  const html = await expectPage(await newVisitor().go(url))
  expect(formIn(html)).toMatchObject({
    action: site,
    fields: { error: 'invalid_request', state: 'the-state' },
  })

  const posted = page.waitForRequest((request) => request.url() === site)
  await page.route(site, (route) => route.fulfill({ body: 'back at the client' }))
  await page.goto(url)
  await expect(page.getByText('This leads to app.example')).toBeVisible()
  await page.getByRole('button', { name: 'Return to Site' }).click()
  const request = await posted
  expect(request.method()).toBe('POST')
  expect(new URLSearchParams(request.postData() ?? '').get('error')).toBe('invalid_request')
  expect(await request.headerValue('referer')).toBeNull()
})

test('an attacker cannot use us to post into programs on the user’s computer', async ({
  page,
  world,
  client,
}) => {
  const { client_id } = await register(world.issuers.root, {
    redirect_uris: [client.redirectUri],
    token_endpoint_auth_method: 'none',
  })
  const { url } = formPostUrl(world.issuers.root, client.redirectUri, { client_id, response_type: 'token' })
  expect(formIn(await expectPage(await newVisitor().go(url))).action).toBe(client.redirectUri)
  await page.goto(url)
  await expect(page.getByText('This leads to 127.0.0.1')).toBeVisible()
  expect(client.posted).toEqual([])
  await page.getByRole('button', { name: 'Return to the application' }).click()
  await expect(page.getByText('back at the client')).toBeVisible()
  expect(client.posted[0]?.body.get('error')).toBe('unsupported_response_type')
})
