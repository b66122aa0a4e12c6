import type { BrowserContext } from '@playwright/test'
import { expectPage } from '../support/attack-answers'
import {
  type Consent,
  locationOf,
  logInUpstream,
  openConsent,
  REDIRECT,
  redirectQuery,
} from '../support/attack-login'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { newOperator } from '../support/console'
import {
  choosePassword,
  fillPlatformLogin,
  startPlatformLogin,
  startPlatformServer,
} from '../support/platform'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

/** An ingress that adds `Referrer-Policy: no-referrer` to every page: browsers then post forms with `Origin: null`. */
async function behindIngress(context: BrowserContext): Promise<string[]> {
  await context.addInitScript(() => {
    document.addEventListener('DOMContentLoaded', () => {
      const policy = document.createElement('meta')
      policy.name = 'referrer'
      policy.content = 'no-referrer'
      document.head.append(policy)
    })
  })
  const origins: string[] = []
  context.on('request', async (request) => {
    if (request.method() === 'POST' && request.isNavigationRequest())
      origins.push((await request.allHeaders()).origin ?? 'absent')
  })
  return origins
}

test('behind an ingress that adds no-referrer, users allow, sign in, and operators use the console', async ({
  browser,
  world,
}) => {
  const server = await startPlatformServer(world)
  const link = await server.addPerson(browser, 'ada@acme.example')
  const context = await browser.newContext()
  const page = await context.newPage()
  await choosePassword(page, link, 'seven horses in a boat')
  const origins = await behindIngress(context)
  const login = await startPlatformLogin(page, server)
  await fillPlatformLogin(page, 'ada@acme.example', 'seven horses in a boat')
  expect((await login.tokens()).status).toBe(200)
  expect(origins).toEqual(['null', 'null'])

  // Without JavaScript, as the form of the console is sent before its scripts have come.
  await page.goto(`${world.app.url}/console/sign-in`)
  const { email, password } = await newOperator(world, server.slug, 'admin')
  const hidden = await page
    .locator('form')
    .filter({ has: page.getByLabel('Password') })
    .locator('input[type=hidden]')
    .evaluateAll((inputs) => inputs.map((input) => [input.getAttribute('name'), input.getAttribute('value')]))
  const fields = Object.fromEntries(hidden.map(([name, value]) => [name ?? '', value ?? '']))
  const names = await page
    .locator('form input:not([type=hidden])')
    .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('name') ?? ''))
  const typed = Object.fromEntries(names.map((name) => [name, name === 'password' ? password : email]))
  const send = (site: string) =>
    page.request.post(`${world.app.url}/console/sign-in`, {
      multipart: { ...fields, ...typed },
      headers: { origin: 'null', 'sec-fetch-site': site },
      maxRedirects: 0,
    })
  expect((await send('same-origin')).status()).toBe(303)
  expect((await send('cross-site')).status()).not.toBe(303)
  await context.close()
})

const loginUrl = ({ issuers }: World) =>
  authorizeUrl(issuers.root, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })

const decideAs = (
  world: World,
  visitor: Visitor,
  { requestId, token }: Pick<Consent, 'requestId' | 'token'>,
  headers: Record<string, string>,
) =>
  visitor.go(`${world.app.url}/oauth/consent/decision`, {
    method: 'POST',
    body: new URLSearchParams({ request: requestId, token, decision: 'allow' }),
    headers,
  })

test('an attacker’s page that withholds its origin presses no button of ours', async ({ world }) => {
  const visitor = newVisitor()
  const consent = await openConsent(visitor, loginUrl(world))
  const forged: Record<string, string>[] = [
    {},
    { origin: 'null' },
    ...['cross-site', 'same-site', 'none', 'same-origin, cross-site'].flatMap((site) => [
      { origin: 'null', 'sec-fetch-site': site },
      { 'sec-fetch-site': site },
    ]),
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    { origin: '', 'sec-fetch-site': 'same-origin' },
  ]
  for (const headers of forged) {
    await expectPage(await decideAs(world, visitor, consent, headers), 403)
    const posted = await visitor.go(`${world.app.url}/platform/none/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ address: 'a', password: 'b' }),
      headers,
    })
    expect(posted.status).toBe(400)
  }
  const own = { origin: 'null', 'sec-fetch-site': 'same-origin' }
  await expectPage(await decideAs(world, visitor, { ...consent, token: 'another' }, own), 403)
  await expectPage(await decideAs(world, newVisitor(), consent, own), 403)
  for (const headers of [own, { 'sec-fetch-site': 'same-origin' }])
    expect(locationOf(await decideAs(world, visitor, consent, headers))).toContain(world.idp.issuer)
})

test('a user who abandons login after login keeps a header that every proxy passes', async ({ world }) => {
  const visitor = newVisitor()
  for (let login = 0; login < 14; login++) {
    const consent = await openConsent(visitor, loginUrl(world))
    await decideAs(world, visitor, consent, { origin: world.app.url })
  }
  for (const kind of ['vst_consent_', 'vst_state_'])
    expect(visitor.cookies(kind).length).toBeLessThanOrEqual(9)
  const newest = await openConsent(visitor, loginUrl(world))
  const callback = await logInUpstream(
    world,
    visitor,
    locationOf(await decideAs(world, visitor, newest, { origin: world.app.url })),
  )
  const before = visitor.jar().length
  expect(redirectQuery(await visitor.go(callback)).get('code')).toMatch(/^vst_code_/)
  // Its two are gone, and the session of the browser has come.
  expect(visitor.jar().length).toBe(before - 1)
})
