import { expectFailedLogin, expectPage, wayBackOf } from '../support/attack-answers'
import {
  approachCallback,
  decide,
  locationOf,
  openConsent,
  REDIRECT,
  redirectQuery,
} from '../support/attack-login'
import { newVisitor, type Visitor } from '../support/attack-visitor'
import { hostFetch } from '../support/host-fetch'
import { catchLastRedirect } from '../support/last-redirect'
import { authorizeUrl, expect, fillLogin, makePkce, test } from '../support/test'
import type { World } from '../support/world'

const newUrl = ({ issuers }: World) =>
  authorizeUrl(issuers.root, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
    state: 'the-state',
  })

/** A callback that is refused shows a page, gives no cookie and leads nowhere. */
async function expectRefused(response: Response): Promise<void> {
  expect(response.headers.getSetCookie().filter((line) => !line.includes('Max-Age=0'))).toEqual([])
  expect(await expectPage(response)).toContain('can’t be completed here')
}

/** The login is still its owner's to finish. */
async function expectStillGood(owner: Visitor, callback: string): Promise<void> {
  const answer = await owner.go(callback)
  expect(redirectQuery(answer).get('code')).toMatch(/^vst_code_/)
}

/** The callback URL with other parameters; undefined takes one away. */
function bend(callback: string, changes: Record<string, string | undefined>): string {
  const url = new URL(callback)
  for (const [name, value] of Object.entries(changes)) {
    url.searchParams.delete(name)
    if (value !== undefined) url.searchParams.append(name, value)
  }
  return url.href
}

async function timelineOf(world: World, reference: string): Promise<string> {
  const { stdout, code } = await world.app.cli(['timeline', reference])
  expect(code).toBe(0)
  return stdout
}

test('an attacker who sends his finished login to a victim signs no user in [PX-13 H-2]', async ({
  world,
}) => {
  const attacker = newVisitor()
  const { callback } = await approachCallback(world, attacker, newUrl(world))
  const victim = newVisitor()
  await expectRefused(await victim.go(callback))
  // Not even when the victim is in the middle of a login of his own.
  const own = await approachCallback(world, victim, newUrl(world), 'bob')
  await expectRefused(await victim.go(callback))
  await expectStillGood(victim, own.callback)
  await expectStillGood(attacker, callback)
})

test('an attacker who sends a victim to our identity provider gets no login [H-2]', async ({
  page,
  world,
}) => {
  const attacker = newVisitor()
  const consent = await openConsent(attacker, newUrl(world))
  const upstream = locationOf(await decide(world, attacker, consent))
  const callback = page.waitForRequest((request) => request.url().includes('/oauth/callback/'))
  await page.goto(upstream)
  await fillLogin(page, 'bob')
  await expect(page.getByRole('heading')).toHaveText('This sign-in can’t be completed here')
  const cookie = await page.context().cookies(world.app.url)
  expect(cookie.filter(({ name }) => name.startsWith('vst_'))).toEqual([])
  expect(await timelineOf(world, consent.reference)).not.toMatch(/\b(callback|code) +ok\b/)
  expect(new URL((await callback).url()).searchParams.get('code')).toBeTruthy()
})

test('a state counts once [PX-14 H-3 H-4]', async ({ world }) => {
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, newUrl(world))
  const cookies = visitor.jar().filter(({ name }) => name.startsWith('vst_state_'))
  await expectStillGood(visitor, callback)
  expect(visitor.cookies('vst_state_')).toEqual([])
  await expectRefused(await visitor.go(callback))
  for (const { host, name, value } of cookies) visitor.set(host, name, value)
  await expectRefused(await visitor.go(callback))
})

test('fifty callbacks at once get one code between them [PX-14 H-4]', async ({ world }) => {
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, newUrl(world))
  const cookie = visitor
    .jar()
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => hostFetch(callback, { headers: { cookie } })),
  )
  const codes = answers
    .filter(({ status }) => status === 303)
    .map((answer) => redirectQuery(answer).get('code'))
  expect(codes).toHaveLength(1)
  expect(codes[0]).toMatch(/^vst_code_/)
  expect(answers.filter(({ status }) => status === 400)).toHaveLength(49)
})

test('a state that was never given out is refused, also with a cookie to match [PX-13 H-3]', async ({
  world,
}) => {
  const visitor = newVisitor()
  // The request's own id is known to every visitor of the consent page; Allow was not pressed.
  const { requestId } = await openConsent(visitor, newUrl(world))
  for (const state of [`${requestId}.${'x'.repeat(43)}`, 'x.y', 'x', '.', requestId]) {
    const [id = ''] = state.split('.')
    visitor.set('localhost', `vst_state_${id}`, state)
    const callback = `${world.app.url}/oauth/callback/main-idp?code=x&state=${encodeURIComponent(state)}`
    await expectRefused(await visitor.go(callback))
  }
})

test('a callback without its state, or with two, is refused and spends nothing [PX-13]', async ({
  world,
}) => {
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, newUrl(world))
  const state = new URL(callback).searchParams.get('state') ?? ''
  await expectRefused(await visitor.go(bend(callback, { state: undefined })))
  await expectRefused(await visitor.go(bend(callback, { state: '' })))
  await expectRefused(await visitor.go(bend(callback, { state: `${state}x` })))
  await expectRefused(await visitor.go(bend(callback, { state: state.toUpperCase() })))
  await expectRefused(await visitor.go(`${callback}&state=${encodeURIComponent(state)}`))
  await expectRefused(await visitor.go(`${world.app.url}/oauth/callback/main-idp`))
  await expectStillGood(visitor, callback)
})

test('an answer at another connection’s callback is refused and spends nothing [RFC-44 H-45]', async ({
  world,
}) => {
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, newUrl(world))
  for (const other of ['path-idp', 'other-idp', 'MAIN-IDP', 'main-idp/', 'none'])
    await expectRefused(await visitor.go(callback.replace('/main-idp', `/${other}`)))
  await expectStillGood(visitor, callback)
})

test('the callback exists on our own origin alone, and takes no POST but at a SAML connection', async ({
  world,
}) => {
  const visitor = newVisitor()
  const { callback } = await approachCallback(world, visitor, newUrl(world))
  const cookie = visitor.jar().map(({ name, value }) => `${name}=${value}`)
  const elsewhere = callback.replace(world.app.url, world.issuers.host)
  await expectPage(await hostFetch(elsewhere, { headers: { cookie: cookie.join('; ') } }), 404)
  const posted = await visitor.submit(callback, {}, world.idp.issuer)
  expect(posted.status).toBe(404)
  await expectStillGood(visitor, callback)
})

test('an identity provider that mixes itself up with another one signs no user in [RFC-44 H-28]', async ({
  world,
}) => {
  for (const iss of [world.otherIdp.issuer, `${world.idp.issuer}/`, 'https://evil.example', undefined])
    await test.step(`iss=${iss}`, async () => {
      const visitor = newVisitor()
      const { callback, consent } = await approachCallback(world, visitor, newUrl(world))
      await expectFailedLogin(await visitor.go(bend(callback, { iss })), {
        error: 'server_error',
        redirectUri: REDIRECT,
        state: 'the-state',
        issuer: world.issuers.root,
      })
      const timeline = await timelineOf(world, consent.reference)
      expect(timeline).toMatch(/callback +failed +upstream_issuer_mismatch/)
      expect(timeline).toMatch(/Outcome: +failed/)
      await expectRefused(await visitor.go(callback))
    })
})

test('an attacker who plants his own upstream code in a victim’s login is not logged in there [RFC-44 H-3]', async ({
  world,
}) => {
  const attacker = newVisitor()
  const victim = newVisitor()
  const [attackers, victims] = await Promise.all([
    approachCallback(world, attacker, newUrl(world), 'bob'),
    approachCallback(world, victim, newUrl(world), 'alice'),
  ])
  const code = new URL(attackers.callback).searchParams.get('code') ?? ''
  const injected = await victim.go(bend(victims.callback, { code }))
  const told = new URL(wayBackOf(await expectPage(injected))).searchParams
  expect(told.get('error')).toBe('server_error')
  expect(told.has('code')).toBe(false)
  expect(await timelineOf(world, victims.consent.reference)).toMatch(/Outcome: +failed/)
})

test('what an identity provider says of its error is not passed on [RFC-44]', async ({ world }) => {
  const visitor = newVisitor()
  const { callback, consent } = await approachCallback(world, visitor, newUrl(world))
  const answer = await visitor.go(
    bend(callback, {
      code: undefined,
      error: 'access_denied',
      error_description: 'call 555-SCAM',
      error_uri: 'https://evil.example',
    }),
  )
  const page = await expectFailedLogin(answer, {
    error: 'access_denied',
    redirectUri: REDIRECT,
    state: 'the-state',
    issuer: world.issuers.root,
  })
  expect(page).not.toContain('SCAM')
  const timeline = await timelineOf(world, consent.reference)
  expect(timeline).toMatch(/callback +failed +upstream_denied/)
  expect(timeline).not.toContain('SCAM')
})

test('two logins at once in one browser do not get in each other’s way [H-12]', async ({ page, world }) => {
  const [first, second] = [newUrl(world), newUrl(world)]
  const other = await page.context().newPage()
  for (const [tab, url] of [
    [page, first],
    [other, second],
  ] as const) {
    await tab.goto(url)
    await tab.getByRole('button', { name: 'Allow' }).click()
    await expect(tab.getByLabel('Username')).toBeVisible()
  }
  const backs = [await catchLastRedirect(page, REDIRECT), await catchLastRedirect(other, REDIRECT)]
  await fillLogin(page)
  await fillLogin(other)
  for (const back of backs) expect(new URL(await back()).searchParams.get('code')).toMatch(/^vst_code_/)
})
