import { listenOnLoopback } from '../../sandbox/loopback-server'
import { expectPage } from '../support/attack-answers'
import {
  decide,
  locationOf,
  logInUpstream,
  openConsent,
  openConsentLink,
  redirectQuery,
} from '../support/attack-login'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { type DocumentHost, startDocumentHost } from '../support/document-host'
import { kindOf, newKnownVisitor, pageText, rememberedClient, SITE } from '../support/remembering'
import { test as base, expect } from '../support/test'
import type { World } from '../support/world'

/** Every test has a host of its own: each is asked so often a minute and no more. */
const test = base.extend<{ host: DocumentHost }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from it.
  host: async ({}, use) => {
    const host = await startDocumentHost()
    await use(host)
    await host.close()
  },
})

const SESSION = 'vst_session_main-idp'
const sessionOf = (visitor: Visitor) => visitor.cookies(SESSION)[0] ?? ''

/** The callback gave no code: it led back to the consent page, which knows no user any more. */
async function expectAskedAnew(world: World, visitor: Visitor, callback: string) {
  const back = await visitor.go(callback)
  expect(locationOf(back)).toMatch(new RegExp(`^${world.app.url}/oauth/consent/open\\?request=`))
  expect(sessionOf(visitor)).toBe('')
  const consent = await openConsentLink(visitor, locationOf(back))
  expect(consent.html).toContain('wants to use')
  expect(consent.html).not.toMatch(/already allowed/i)
  return consent
}

test('an attacker who plants his session in the browser of a victim gets no silent login [PX-20]', async ({
  world,
  host,
}) => {
  const client = rememberedClient(world, host)
  const attacker = await newKnownVisitor(client, 'bob')
  const victim = newVisitor()
  victim.set('localhost', SESSION, sessionOf(attacker))
  const answer = await client.ask(victim)
  expect(kindOf(world, answer)).toBe('upstream')
  const callback = await logInUpstream(world, victim, locationOf(answer), 'alice')
  const consent = await expectAskedAnew(world, victim, callback)
  // The login attempt is worth nothing, and Deny is still possible.
  await expectPage(await victim.go(callback))
  const denied = await decide(world, victim, consent, 'deny')
  expect(redirectQuery(denied).get('error')).toBe('access_denied')
})

test('an attacker with a stolen session gets no login with it, and is not remembered', async ({
  world,
  host,
}) => {
  const client = rememberedClient(world, host)
  const victim = await newKnownVisitor(client)
  const attacker = newVisitor()
  attacker.steal(victim, SESSION, 'localhost')
  const answer = await client.ask(attacker)
  expect(kindOf(world, answer)).toBe('upstream')
  const callback = await logInUpstream(world, attacker, locationOf(answer), 'bob')
  await expectAskedAnew(world, attacker, callback)
})

test('a remembered login that an attacker began is not finished in the browser of a victim', async ({
  world,
  host,
}) => {
  const client = rememberedClient(world, host)
  const attacker = await newKnownVisitor(client, 'bob')
  const link = locationOf(await client.ask(attacker))
  const victim = await newKnownVisitor(client)
  await expectPage(await victim.go(await logInUpstream(world, victim, link)))
})

test('a session of one connection says nothing at another', async ({ world, host }) => {
  const first = rememberedClient(world, host)
  const second = rememberedClient(world, host, { issuer: world.issuers.path })
  const visitor = await newKnownVisitor(first)
  await second.logIn(newVisitor())
  const value = sessionOf(visitor)
  visitor.set('localhost', 'vst_session_path-idp', value)
  expect(kindOf(world, await second.ask(visitor))).toBe('page')
})

test('a value that was never a session is none [PX-9 H-46]', async ({ world, host }) => {
  const client = rememberedClient(world, host)
  await newKnownVisitor(client)
  for (const value of ['', 'x', 'A'.repeat(44), "' or true --", '%00', 'null']) {
    const visitor = newVisitor()
    visitor.set('localhost', SESSION, value)
    expect(kindOf(world, await client.ask(visitor)), value).toBe('page')
  }
})

test('a session that was planted before the login is not the one after it', async ({ world, host }) => {
  const client = rememberedClient(world, host)
  const visitor = newVisitor()
  visitor.set('localhost', SESSION, 'A'.repeat(44))
  await client.logIn(visitor)
  expect(sessionOf(visitor)).toMatch(/^[\w-]{44}$/)
  expect(sessionOf(visitor)).not.toBe('A'.repeat(44))
})

test('an attacker’s client is not taken for the one that was allowed [PX-2 H-6]', async ({ world, host }) => {
  const known = rememberedClient(world, host)
  const visitor = await newKnownVisitor(known)
  const impostor = rememberedClient(world, host)
  expect(kindOf(world, await impostor.ask(visitor))).toBe('page')
})

test('no site can begin a login that the user does not see [H-6]', async ({ page, world, host }) => {
  const client = rememberedClient(world, host)
  await client.connect(page)
  const evil = await listenOnLoopback(0, () => (request, response) => {
    if (request.url === '/redirect') response.writeHead(302, { location: client.url() }).end()
    else
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(`<a href="${client.url()}">link</a> <a href="/redirect">redirect</a>
          <form action="${world.app.url}/oauth/authorize">${fields(client.url())}<button>form</button></form>`)
  })
  // Another host: cookies of ours go along all the same, since a navigation carries those that are Lax.
  const site = evil.origin.replace('localhost', '127.0.0.1')
  const ways = [
    () => page.getByRole('link', { name: 'link' }).click(),
    () => page.getByRole('link', { name: 'redirect' }).click(),
    () => page.getByRole('button', { name: 'form' }).click(),
    () => page.evaluate((url) => window.location.replace(url), client.url()),
  ]
  for (const go of ways) {
    await page.goto(site)
    await go()
    await expect(page.getByRole('button')).toHaveText(['Allow', 'Deny'])
  }
  await evil.close()
})

const fields = (url: string) =>
  [...new URL(url).searchParams]
    .map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`)
    .join('')

test('a hidden frame with prompt=none learns nothing', async ({ page, world, host }) => {
  const client = rememberedClient(world, host)
  await client.connect(page)
  const evil = await listenOnLoopback(0, () => (_request, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<iframe src="${client.url({ prompt: 'none' })}"></iframe>`)
  })
  const sent: string[] = []
  page.on('request', (request) => sent.push(request.url()))
  await page.goto(evil.origin.replace('localhost', '127.0.0.1'))
  await expect.poll(() => page.frames()[1]?.url()).toMatch(/^chrome-error:/)
  expect(sent.filter((url) => url.startsWith(SITE) || url.startsWith(world.idp.issuer))).toEqual([])
  await evil.close()
})

test('a form that claims what was never allowed gets nothing by it [H-7]', async ({ world, host }) => {
  const client = rememberedClient(world, host)
  const visitor = newVisitor()
  const consent = await openConsent(visitor, client.url({ scope: 'profile:read' }))
  const { requestId: request, token } = consent
  const form = { request, token, decision: 'allow', assumed: 'profile:read notes:write' }
  const allowed = await visitor.submit(`${world.app.url}/oauth/consent/decision`, form, world.app.url)
  await expectAskedAnew(world, visitor, await logInUpstream(world, visitor, locationOf(allowed)))
})

test('no user is granted what the page showed as allowed by another one [PX-3]', async ({ world, host }) => {
  const client = rememberedClient(world, host)
  const shared = newVisitor()
  await client.logIn(shared, 'alice', { scope: 'profile:read' })
  const url = client.url({ scope: 'profile:read notes:write' })
  expect(await pageText(shared, url)).toMatch(/New Add notes.*Already allowed See your name/)
  const consent = await openConsent(shared, url)
  const allowed = await decide(world, shared, consent)
  const bob = newVisitor()
  bob.steal(shared, 'vst_', 'localhost')
  const callback = await logInUpstream(world, bob, locationOf(allowed), 'bob')
  const anew = await expectAskedAnew(world, bob, callback)
  expect(anew.reference).toBe(consent.reference)
  const end = await logInUpstream(world, bob, locationOf(await decide(world, bob, anew)), 'bob')
  expect(redirectQuery(await bob.go(end)).get('code')).toMatch(/^vst_code_/)
})

test('another user does not come in by prompt=none either [PX-20]', async ({ world, host }) => {
  const client = rememberedClient(world, host)
  const visitor = await newKnownVisitor(client, 'alice')
  visitor.set('localhost', SESSION, sessionOf(await newKnownVisitor(client, 'bob')))
  const answer = await client.ask(visitor, { prompt: 'none', state: 's' })
  expect(kindOf(world, answer)).toBe('upstream')
  // Its identity provider has a session of another user.
  const back = await visitor.go(await logInUpstream(world, visitor, locationOf(answer), 'alice'))
  expect(redirectQuery(back).get('error')).toBe('consent_required')
  expect(redirectQuery(back).has('code')).toBe(false)
})

test('fifty visits at once make one remembered login, not fifty', async ({ world, host }) => {
  const client = rememberedClient(world, host)
  const visitor = await newKnownVisitor(client)
  const headers = { 'sec-fetch-site': 'none' }
  const link = locationOf(await visitor.go(client.url(), { headers }))
  const answers = await Promise.all(Array.from({ length: 50 }, () => visitor.go(link, { headers })))
  const kinds = answers.map((answer) => kindOf(world, answer))
  expect(kinds.filter((kind) => kind === 'upstream')).toHaveLength(1)
  expect(kinds.filter((kind) => kind === 'page')).toHaveLength(49)
})

test('the page does not reveal to the holder of its link what another user has allowed', async ({
  world,
  host,
}) => {
  const client = rememberedClient(world, host)
  const victim = await newKnownVisitor(client)
  const attacker = newVisitor()
  const link = locationOf(await attacker.go(client.url({ prompt: 'consent' })))
  expect((await openConsentLink(victim, link)).html).toMatch(/already allowed/i)
  expect((await openConsentLink(attacker, link)).html).not.toMatch(/already allowed/i)
})
