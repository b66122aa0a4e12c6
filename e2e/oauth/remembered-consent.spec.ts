import { expectRedirectedError } from '../support/attack-answers'
import {
  decide,
  locationOf,
  logInUpstream,
  obtainCode,
  openConsent,
  openConsentLink,
  REDIRECT,
  redirectQuery,
} from '../support/attack-login'
import { obtainTokens, outcome, postForm, redeem } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { type DocumentHost, startDocumentHost } from '../support/document-host'
import { catchLastRedirect } from '../support/last-redirect'
import { kindOf, newKnownVisitor, rememberedClient, SITE } from '../support/remembering'
import { authorizeUrl, test as base, expect, makePkce, register } from '../support/test'

/** Every test has a host of its own: each is asked so often a minute and no more. */
const test = base.extend<{ host: DocumentHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it.
  host: async ({}, use) => {
    const host = await startDocumentHost()
    await use(host)
    await host.close()
  },
})

test('a user who has allowed a client in this browser is not asked again [PX-3]', async ({ world, host }) => {
  const client = rememberedClient(world, host)
  const visitor = await newKnownVisitor(client)
  const answer = await client.ask(visitor)
  expect(locationOf(answer).startsWith(`${world.idp.issuer}/`)).toBe(true)
  const [line = '', ...others] = answer.headers.getSetCookie()
  expect(others).toEqual([])
  expect(line).toMatch(/^vst_state_[\w-]+=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)
  const back = await visitor.go(await logInUpstream(world, visitor, locationOf(answer)))
  expect(redirectQuery(back).get('code')).toMatch(/^vst_code_/)
  expect(redirectQuery(back).get('iss')).toBe(world.issuers.root)
})

test('a person in a real browser sees no page of ours the second time', async ({ page, world, host }) => {
  const client = rememberedClient(world, host)
  await client.connect(page)
  const visited: string[] = []
  page.on('request', (request) => visited.push(new URL(request.url()).pathname))
  const redirected = await catchLastRedirect(page, SITE)
  await page.goto(client.url())
  expect(new URL(await redirected()).searchParams.get('code')).toMatch(/^vst_code_/)
  expect(visited.filter((path) => path.startsWith('/oauth/'))).toEqual([
    '/oauth/authorize',
    '/oauth/consent/open',
    '/oauth/callback/main-idp',
  ])
})

test('the session is a cookie of this connection that lasts a working day, and is new with every login', async ({
  world,
  host,
}) => {
  const client = rememberedClient(world, host)
  const visitor = await newKnownVisitor(client)
  const [first] = visitor.cookies('vst_session_main-idp')
  const answer = await client.ask(visitor)
  const back = await visitor.go(await logInUpstream(world, visitor, locationOf(answer)))
  const line = back.headers.getSetCookie().find((cookie) => cookie.startsWith('vst_session_'))
  expect(line).toMatch(/^vst_session_main-idp=[\w-]{44}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/)
  expect(visitor.cookies('vst_session_')).toHaveLength(1)
  expect(visitor.cookies('vst_session_')).not.toEqual([first])
  // The one before is worth nothing any more.
  const other = newVisitor()
  other.set('localhost', 'vst_session_main-idp', first ?? '')
  expect(kindOf(world, await client.ask(other))).toBe('page')
})

test.describe('the page is shown', () => {
  for (const site of ['cross-site', 'same-site', undefined])
    test(`when the browser was sent by another site: ${site} [PX-21 H-6]`, async ({ world, host }) => {
      const client = rememberedClient(world, host)
      const visitor = await newKnownVisitor(client)
      const headers: Record<string, string> = site ? { 'sec-fetch-site': site } : {}
      expect(kindOf(world, await client.ask(visitor, {}, headers))).toBe('page')
      expect(kindOf(world, await client.ask(visitor, {}, { 'sec-fetch-site': 'same-origin' }))).toBe(
        'upstream',
      )
    })

  for (const prompt of ['consent', 'login', 'select_account', 'login consent'])
    test(`when the client asks for it: prompt=${prompt} [RFC-13]`, async ({ world, host }) => {
      const client = rememberedClient(world, host)
      const visitor = await newKnownVisitor(client)
      expect(kindOf(world, await client.ask(visitor, { prompt }))).toBe('page')
    })

  test('for more than was allowed, and then no more for that [PX-3]', async ({ world, host }) => {
    const client = rememberedClient(world, host)
    const visitor = newVisitor()
    await client.logIn(visitor, 'alice', { scope: 'profile:read' })
    expect(kindOf(world, await client.ask(visitor, { scope: 'profile:read' }))).toBe('upstream')
    expect(kindOf(world, await client.ask(visitor, { scope: 'profile:read notes:write' }))).toBe('page')
    await client.logIn(visitor, 'alice', { scope: 'notes:write' })
    expect(kindOf(world, await client.ask(visitor, { scope: 'profile:read notes:write' }))).toBe('upstream')
  })

  test('in another browser, and at another server [PX-21]', async ({ world, host }) => {
    const client = rememberedClient(world, host)
    const visitor = await newKnownVisitor(client)
    expect(kindOf(world, await client.ask(newVisitor()))).toBe('page')
    const url = new URL(client.url())
    const elsewhere = `${world.issuers.path}/oauth/authorize${url.search}`
    const headers = { 'sec-fetch-site': 'none' }
    const opened = await visitor.go(locationOf(await visitor.go(elsewhere, { headers })), { headers })
    expect(kindOf(world, opened)).toBe('page')
  })

  test('for programs on this computer, apps with a scheme of their own, and who registered itself [PX-21 RFC-11 H-6]', async ({
    world,
    host,
  }) => {
    for (const redirectUri of [REDIRECT, 'cursor://anysphere.cursor-mcp/oauth/callback']) {
      const client = rememberedClient(world, host, { redirectUri })
      const visitor = await newKnownVisitor(client)
      expect(kindOf(world, await client.ask(visitor)), redirectUri).toBe('page')
    }
    const { client_id: clientId = '' } = await register(world.issuers.root, {
      redirect_uris: [SITE],
      token_endpoint_auth_method: 'none',
    })
    const visitor = newVisitor()
    await obtainTokens(world.issuers.root, await obtainCode(world, { clientId, redirectUri: SITE, visitor }))
    const headers = { 'sec-fetch-site': 'none' }
    const asked = { client_id: clientId, redirect_uri: SITE, code_challenge: makePkce().challenge }
    const begun = await visitor.go(authorizeUrl(world.issuers.root, asked), { headers })
    expect(kindOf(world, await visitor.go(locationOf(begun), { headers }))).toBe('page')
  })

  test('for another redirect URI of the same client [PX-21]', async ({ world, host }) => {
    const other = 'https://client.example/other'
    const client = rememberedClient(world, host, { changes: { redirect_uris: [SITE, other] } })
    const visitor = await newKnownVisitor(client)
    expect(kindOf(world, await client.ask(visitor, { redirect_uri: other }))).toBe('page')
  })

  test('for a client that was not allowed to stay connected, and wants to', async ({ world, host }) => {
    for (const [grant_types, kind] of [
      [['authorization_code', 'refresh_token'], 'page'],
      [['authorization_code'], 'upstream'],
    ] as const) {
      const client = rememberedClient(world, host, { changes: { grant_types } })
      const visitor = newVisitor()
      // The code is never redeemed.
      await obtainCode(world, { clientId: client.clientId, redirectUri: SITE, visitor })
      expect(kindOf(world, await client.ask(visitor))).toBe(kind)
    }
  })
})

test.describe('the page is shown again after the grant was ended', () => {
  test('by the client, also while others of the same client live', async ({ world, host }) => {
    const client = rememberedClient(world, host)
    const visitor = newVisitor()
    const laptop = await client.logIn(visitor)
    await client.logIn(visitor)
    const form = { client_id: client.clientId, token: laptop.refresh_token }
    expect((await postForm(world.issuers.root, '/oauth/revoke', form)).status).toBe(200)
    expect(kindOf(world, await client.ask(visitor))).toBe('page')
    await client.logIn(visitor)
    expect(kindOf(world, await client.ask(visitor))).toBe('upstream')
  })

  test('by a code that was used twice', async ({ world, host }) => {
    const client = rememberedClient(world, host)
    const { clientId } = client
    const visitor = newVisitor()
    const login = await obtainCode(world, { clientId, redirectUri: SITE, visitor })
    await obtainTokens(world.issuers.root, login)
    expect(kindOf(world, await client.ask(visitor))).toBe('upstream')
    expect(await outcome(await redeem(world.issuers.root, login))).toBe('400 invalid_grant')
    expect(kindOf(world, await client.ask(visitor))).toBe('page')
  })

  test('while the browser is at the identity provider', async ({ world, host }) => {
    const client = rememberedClient(world, host)
    const visitor = newVisitor()
    const { refresh_token: token } = await client.logIn(visitor)
    const callback = await logInUpstream(world, visitor, locationOf(await client.ask(visitor)))
    await postForm(world.issuers.root, '/oauth/revoke', { client_id: client.clientId, token })
    const back = await visitor.go(callback)
    const consent = await openConsentLink(visitor, locationOf(back))
    expect(consent.html).toContain('wants to use')
    const { stdout } = await world.app.cli(['timeline', consent.reference])
    expect(stdout).toMatch(/decision +ok +ok +Allowed before: the consent page was not shown\./)
    expect(stdout).toMatch(/callback +failed +consent_lapsed/)
    // The request is as good as new.
    const allowed = await decide(world, visitor, consent)
    const end = await visitor.go(await logInUpstream(world, visitor, locationOf(allowed)))
    expect(redirectQuery(end).get('code')).toMatch(/^vst_code_/)
  })
})

test.describe('prompt=none', () => {
  const none = { prompt: 'none', state: 'the-state' }
  const told = (error: string, issuer: string) => ({
    error,
    redirectUri: REDIRECT,
    state: 'the-state',
    issuer,
  })

  test('continues without a page where none is needed', async ({ world, host }) => {
    const client = rememberedClient(world, host)
    expect(kindOf(world, await client.ask(await newKnownVisitor(client), none))).toBe('upstream')
  })

  test('is answered login_required by a browser without a login [RFC-13]', async ({ world, host }) => {
    const client = rememberedClient(world, host, { redirectUri: REDIRECT })
    const issuer = world.issuers.root
    expectRedirectedError(await client.ask(newVisitor(), none), told('login_required', issuer))
  })

  test('is answered consent_required where the page would have to be shown [RFC-13]', async ({
    world,
    host,
  }) => {
    const client = rememberedClient(world, host, { redirectUri: REDIRECT })
    const visitor = await newKnownVisitor(client)
    const issuer = world.issuers.root
    expectRedirectedError(await client.ask(visitor, none), told('consent_required', issuer))
  })

  test('is answered login_required when the identity provider would have to show something', async ({
    world,
    host,
  }) => {
    const client = rememberedClient(world, host)
    const visitor = await newKnownVisitor(client)
    const state = redirectQuery(await client.ask(visitor, none)).get('state') ?? ''
    const query = new URLSearchParams({ error: 'login_required', state, iss: world.idp.issuer })
    const back = await visitor.go(`${world.app.url}/oauth/callback/main-idp?${query}`)
    expectRedirectedError(back, { ...told('login_required', world.issuers.root), redirectUri: SITE })
  })

  test('shows no consent page, whichever way one goes there', async ({ world }) => {
    const visitor = newVisitor()
    const asked = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: makePkce().challenge, ...none }
    const link = locationOf(await visitor.go(authorizeUrl(world.issuers.root, asked)))
    const page = await visitor.go(link.replace('/open?', '?'))
    // A page of Next alone can redirect by nothing else.
    expect(page.status).toBe(process.env.NEXT_ALONE ? 307 : 303)
    expect(new URL(locationOf(page), world.app.url).href).toBe(link)
    expectRedirectedError(await visitor.go(link), told('login_required', world.issuers.root))
  })

  test('tells the user before it tells a site that only a document names', async ({ world, host }) => {
    const client = rememberedClient(world, host)
    const answer = await client.ask(newVisitor(), none)
    expect(kindOf(world, answer)).toBe('shown')
    const text = await answer.text()
    expect(text).toContain('login_required')
    expect(text).toMatch(/href="https:\/\/client\.example\/callback\?error=login_required&/)
  })
})

test('a login with the page takes no redirect more than before', async ({ world, host }) => {
  const client = rememberedClient(world, host)
  const visitor = newVisitor()
  const begun = await visitor.go(client.url())
  expect(locationOf(begun)).toMatch(/\/oauth\/consent\/open\?/)
  const opened = await visitor.go(locationOf(begun))
  expect(locationOf(opened)).toMatch(/\/oauth\/consent\?/)
  const allowed = await decide(world, visitor, await openConsent(visitor, client.url()))
  expect(locationOf(allowed).startsWith(`${world.idp.issuer}/`)).toBe(true)
  const back = await visitor.go(await logInUpstream(world, visitor, locationOf(allowed)))
  expect(locationOf(back).startsWith(`${SITE}?code=`)).toBe(true)
})
