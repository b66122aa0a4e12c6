import { listenOnLoopback } from '../../sandbox/loopback-server'
import { expectPage, expectRedirectedError, wayBackOf } from '../support/attack-answers'
import {
  approachCallback,
  type Consent,
  decide,
  locationOf,
  logInUpstream,
  openConsent,
  openConsentLink,
  REDIRECT,
  redirectQuery,
} from '../support/attack-login'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { startDocumentHost } from '../support/document-host'
import { authorizeUrl, expect, logIn, makePkce, register, test } from '../support/test'
import type { World } from '../support/world'

const newUrl = ({ issuers }: World) =>
  authorizeUrl(issuers.root, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
    state: 'the-state',
  })

const decisionUrl = ({ app }: World) => `${app.url}/oauth/consent/decision`

/** The decision was not taken: the page of this visitor still works. */
async function expectUndecided(world: World, visitor: Visitor, consent: Consent): Promise<void> {
  const allowed = await decide(world, visitor, consent)
  expect(locationOf(allowed).startsWith(`${world.idp.issuer}/`)).toBe(true)
}

test('a foreign page cannot press Allow for its visitor [PX-2 H-5]', async ({ world }) => {
  const victim = newVisitor()
  const consent = await openConsent(victim, newUrl(world))
  const form = { request: consent.requestId, token: consent.token, decision: 'allow' }
  const { port } = new URL(world.app.url)
  const origins = [
    undefined,
    'null',
    '',
    'https://evil.example',
    `http://evil.localhost:${port}`,
    `http://localhost.evil.example:${port}`,
    `http://127.0.0.1:${port}`,
    `https://localhost:${port}`,
    'http://localhost',
    `http://localhost:${Number(port) + 1}`,
    `${world.app.url}/`,
    world.issuers.host,
  ]
  for (const origin of origins)
    await test.step(`Origin: ${origin}`, async () => {
      const answer = await victim.submit(decisionUrl(world), form, origin)
      expect(answer.headers.getSetCookie()).toEqual([])
      await expectPage(answer, 403)
    })
  await expectUndecided(world, victim, consent)
})

test('a foreign page in a real browser cannot press Allow either [PX-7 H-5]', async ({ page, world }) => {
  const link = await openConsent(newVisitor(), newUrl(world))
  await page.goto(`${world.app.url}/oauth/consent/open?request=${link.requestId}`)
  await page.route('http://evil.test/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${decisionUrl(world)}">
        <input name="request" value="${link.requestId}"><input name="token" value="${link.token}">
        <button name="decision" value="allow">Win a prize</button></form>`,
    }),
  )
  await page.goto('http://evil.test/')
  await page.getByRole('button').click()
  await expect(page.getByRole('heading')).toHaveText('Your answer couldn’t be verified')
})

test('an attacker cannot use his own form token in the browser of a victim [PX-7 H-5]', async ({ world }) => {
  const victim = newVisitor()
  const attacker = newVisitor()
  const consent = await openConsent(victim, newUrl(world))
  const url = `${world.app.url}/oauth/consent/open?request=${consent.requestId}`
  const attackers = await openConsentLink(attacker, url)
  expect(attackers.requestId).toBe(consent.requestId)
  expect(attackers.token).not.toBe(consent.token)
  await expectPage(await decide(world, victim, { ...consent, token: attackers.token }), 403)
  await expectPage(await decide(world, victim, { ...consent, token: '' }), 403)
  await expectPage(await decide(world, newVisitor(), consent), 403)
  await expectUndecided(world, victim, consent)
})

test('the form token of one request does not answer another one [PX-2]', async ({ world }) => {
  const victim = newVisitor()
  const mine = await openConsent(victim, newUrl(world))
  const planted = await openConsent(victim, newUrl(world))
  await expectPage(await decide(world, victim, { ...planted, token: mine.token }), 403)
  await expectPage(await decide(world, victim, { ...mine, token: planted.token }), 403)
  await expectUndecided(world, victim, planted)
  await expectUndecided(world, victim, mine)
})

test('a link cannot press Allow, only a form can [PX-7 H-7]', async ({ world }) => {
  const victim = newVisitor()
  const consent = await openConsent(victim, newUrl(world))
  const { requestId: request, token } = consent
  const query = new URLSearchParams({ request, token, decision: 'allow' })
  for (const method of ['GET', 'HEAD', 'PUT']) {
    const answer = await victim.go(`${decisionUrl(world)}?${query}`, {
      method,
      headers: { origin: world.app.url },
    })
    expect(answer.status).toBe(405)
    expect(answer.headers.getSetCookie()).toEqual([])
  }
  // And what stands in the URL of a form does not count.
  const empty = await victim.submit(`${decisionUrl(world)}?${query}`, {}, world.app.url)
  await expectPage(empty, 403)
  await expectUndecided(world, victim, consent)
})

test('an answer that is neither Allow nor Deny decides nothing [H-7]', async ({ world }) => {
  const victim = newVisitor()
  const consent = await openConsent(victim, newUrl(world))
  for (const decision of ['', 'ALLOW', 'yes', 'allow\0', 'allow,deny'])
    await expectPage(await decide(world, victim, consent, decision as 'allow'))
  await expectUndecided(world, victim, consent)
})

test('Deny redirects with access_denied, and a later Allow has no effect [AS-23 PX-2 RFC-2]', async ({
  world,
}) => {
  const visitor = newVisitor()
  const consent = await openConsent(visitor, newUrl(world))
  const denied = await decide(world, visitor, consent, 'deny')
  expectRedirectedError(denied, {
    error: 'access_denied',
    redirectUri: REDIRECT,
    state: 'the-state',
    issuer: world.issuers.root,
  })
  expect(visitor.cookies('vst_state_')).toEqual([])
  for (const decision of ['allow', 'deny'] as const)
    await expectPage(await decide(world, visitor, consent, decision))
  const page = await visitor.go(`${world.app.url}/oauth/consent/open?request=${consent.requestId}`)
  expect(await expectPage(page)).toContain(consent.reference)
})

test('nothing that a login could be completed with is made before Allow [PX-1 PX-12 PX-15 PX-20 H-1]', async ({
  page,
  world,
}) => {
  const visitor = newVisitor()
  const consent = await openConsent(visitor, newUrl(world))
  expect(visitor.jar().map(({ name }) => name)).toEqual([`vst_consent_${consent.requestId}`])
  expect(consent.html).not.toContain(world.idp.issuer)
  const allowed = await decide(world, visitor, consent)
  const [line = '', ...others] = allowed.headers.getSetCookie()
  expect(others).toEqual([])
  expect(line).toMatch(/^vst_state_[\w-]+=[\w.-]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/)

  const sent: string[] = []
  page.on('request', (request) => sent.push(new URL(request.url()).origin))
  await page.goto(newUrl(world))
  await expect(page.getByRole('button')).toHaveText(['Allow', 'Deny'])
  expect([...new Set(sent)]).toEqual([world.app.url])
})

test('an attacker’s client gets no silent login after another [PX-1 H-1]', async ({ page, world }) => {
  await logIn(page, newUrl(world))
  const stranger = await register(world.issuers.root, {
    client_name: 'Acme CLI',
    redirect_uris: ['https://evil.example/callback'],
    token_endpoint_auth_method: 'none',
  })
  const { client_id = '' } = stranger
  const request = { client_id, redirect_uri: 'https://evil.example/callback' }
  await page.goto(authorizeUrl(world.issuers.root, { ...request, code_challenge: makePkce().challenge }))
  await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible()
  await expect(page.getByText('it registered itself')).toBeVisible()
  await expect(page.getByText('evil.example')).toBeVisible()
})

test('a second Allow replaces the first, and a request that is over cannot be answered [H-12]', async ({
  world,
}) => {
  const visitor = newVisitor()
  const consent = await openConsent(visitor, newUrl(world))
  const first = await decide(world, visitor, consent)
  const second = await decide(world, visitor, consent)
  const late = await logInUpstream(world, visitor, locationOf(first))
  await expectPage(await visitor.go(late))
  const good = await visitor.go(await logInUpstream(world, visitor, locationOf(second)))
  expect(redirectQuery(good).get('code')).toMatch(/^vst_code_/)
  for (const decision of ['allow', 'deny'] as const)
    expect(await expectPage(await decide(world, visitor, consent, decision))).toContain(consent.reference)
  await expectPage(await visitor.go(`${world.app.url}/oauth/consent/open?request=${consent.requestId}`))
})

test('a user who denies in another tab after Allow gives no grant', async ({ world }) => {
  const visitor = newVisitor()
  const { consent, callback } = await approachCallback(world, visitor, newUrl(world))
  expect(redirectQuery(await decide(world, visitor, consent, 'deny')).get('error')).toBe('access_denied')
  await expectPage(await visitor.go(callback))
  const { stdout } = await world.app.cli(['timeline', consent.reference])
  expect(stdout).toMatch(/Outcome: +denied/)
})

test('fifty presses of Allow at once make one login, not fifty [PX-11]', async ({ world }) => {
  const visitor = newVisitor()
  const consent = await openConsent(visitor, newUrl(world))
  const answers = await Promise.all(Array.from({ length: 50 }, () => decide(world, visitor, consent)))
  expect(answers.map(({ status }) => status)).toEqual(Array(50).fill(303))
  const states = answers.map((answer) => redirectQuery(answer).get('state') ?? '')
  expect(new Set(states).size).toBe(50)
  const issuer = `&iss=${encodeURIComponent(world.idp.issuer)}`
  const answered = await Promise.all(
    states.map((state) =>
      visitor.go(
        `${world.app.url}/oauth/callback/main-idp?code=x&state=${encodeURIComponent(state)}${issuer}`,
      ),
    ),
  )
  const pages = await Promise.all(answered.map((answer) => expectPage(answer)))
  expect(pages.filter((page) => wayBackOf(page) !== '')).toHaveLength(1)
})

test('an attacker’s client cannot make its visitor’s browser load a picture or address', async ({
  page,
  world,
}) => {
  const tracker = await startDocumentHost()
  const image = tracker.serve((_, response) => response.writeHead(200).end())
  const { client_id } = await register(world.issuers.root, {
    client_name: 'Tracker',
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'none',
    logo_uri: image,
    client_uri: image,
    policy_uri: image,
    tos_uri: image,
  })
  const elsewhere: string[] = []
  page.on('request', (request) => {
    if (!request.url().startsWith(world.app.url)) elsewhere.push(request.url())
  })
  const challenge = makePkce().challenge
  await page.goto(
    authorizeUrl(world.issuers.root, { client_id, redirect_uri: REDIRECT, code_challenge: challenge }),
  )
  await expect(page.getByText('Tracker').first()).toBeVisible()
  expect(elsewhere).toEqual([])
  expect(tracker.asked(image)).toBe(0)
  await tracker.close()
})

test('a clickjacker cannot put the consent page into a frame [PX-8 RFC-17 H-8]', async ({ page, world }) => {
  const visitor = newVisitor()
  const consent = await openConsent(visitor, newUrl(world))
  expect(consent.page.headers.get('x-frame-options')).toBe('DENY')
  expect(consent.page.headers.get('cache-control')).toContain('no-store')
  expect(consent.page.headers.get('referrer-policy')).toBe('same-origin')
  const policy = consent.page.headers.get('content-security-policy')
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("base-uri 'none'")
  expect(policy).not.toContain('form-action')

  const link = `${world.app.url}/oauth/consent/open?request=${consent.requestId}`
  const evil = await listenOnLoopback(0, () => (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<iframe src="${link}"></iframe>`)
  })
  await page.goto(evil.origin)
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/)
  await expect(page.frameLocator('iframe').getByRole('button', { name: 'Allow' })).toHaveCount(0)
  await evil.close()
})

test('what a user typed is never posted on, because every redirect is a 303 [RFC-15 H-8]', async ({
  world,
}) => {
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, newUrl(world))
  const link = await visitor.go(newUrl(world))
  const opened = await visitor.go(locationOf(link))
  const consent = await openConsent(visitor, newUrl(world))
  const denied = await decide(world, visitor, consent, 'deny')
  const completed = await visitor.go(callback)
  for (const { status, headers } of [link, opened, denied, completed]) {
    expect(status).toBe(303)
    expect(headers.get('cache-control')).toContain('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  }
})

test('a person without JavaScript can log in', async ({ browser, world }) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const back = await logIn(await context.newPage(), newUrl(world))
  expect(back.searchParams.get('code')).toMatch(/^vst_code_/)
  await context.close()
})
