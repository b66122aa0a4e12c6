import type { Page } from '@playwright/test'
import { messages as details } from '@/lib/messages/findings/connection'
import { detailIn } from '@/lib/messages/findings/detail'
import { messages as remedies } from '@/lib/messages/remedies'
import type { ReasonCode } from '@/lib/oauth/timeline'
import { type Misbehaviour, startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import { decide, locationOf, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { addServer, type ExtraServer, newSlug } from '../support/attack-server'
import { newVisitor } from '../support/attack-visitor'
import { enterAsOwner } from '../support/console'
import { runTest } from '../support/console-connections'
import { consult } from '../support/doctor-fixture'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

/** What a provider does, what it is called everywhere, and whether the doctor sees it without a login. */
const FAULTS: readonly (readonly [string, Misbehaviour, ReasonCode, 'asked' | 'seen'])[] = [
  [
    'leaves the nonce out of its ID tokens',
    { idTokenClaims: { nonce: undefined } },
    'upstream_nonce_missing',
    'seen',
  ],
  [
    'names further audiences, and no azp',
    { idTokenClaims: { aud: ['vestibule-client', 'account'] } },
    'upstream_extra_audience',
    'seen',
  ],
  [
    'issued the ID token to another of its audiences',
    { idTokenClaims: { aud: ['vestibule-client', 'account'], azp: 'account' } },
    'upstream_extra_audience',
    'seen',
  ],
  [
    'refuses PKCE when it is asked for a login',
    { refusesPkce: 'authorize' },
    'upstream_pkce_rejected',
    'asked',
  ],
  ['refuses PKCE with the code', { refusesPkce: 'token' }, 'upstream_pkce_rejected', 'asked'],
  [
    'refuses Basic with 400',
    { refusesBasic: { status: 400, body: { error: 'invalid_request' } } },
    'upstream_client_rejected',
    'asked',
  ],
  [
    'refuses Basic with 401',
    { refusesBasic: { status: 401, body: { error: 'invalid_client' } } },
    'upstream_client_rejected',
    'asked',
  ],
  [
    'refuses Basic with a page',
    { refusesBasic: { status: 403, body: '<p>raw upstream text</p>' } },
    'upstream_client_rejected',
    'asked',
  ],
]

/** A user's login, as far as it goes. */
async function logIn(world: World, { issuer }: ExtraServer): Promise<string> {
  const visitor = newVisitor()
  const url = authorizeUrl(issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const consent = await openConsent(visitor, url)
  const allowed = await decide(world, visitor, consent)
  const callback = locationOf(await visitor.go(locationOf(allowed)))
  expect(await (await visitor.go(callback)).text()).toContain(consent.reference)
  return consent.reference
}

/** What a page says of it. */
async function expectSaid(page: Page, reason: ReasonCode, language: 'en' | 'de', detail: string) {
  const main = page.getByRole('main')
  await expect(main).toContainText(remedies[language][reason])
  const said = detailIn(detail, language)
  expect(said.lang).toBe(language)
  await expect(main).toContainText(said.text)
}

test('a provider that gives no refresh token, though one is asked for, has one, too', async ({
  browser,
  world,
}) => {
  const reason = 'upstream_no_refresh_token'
  const provider = await startMisbehavingProvider({ tokenAnswer: { refresh_token: undefined } })
  try {
    const server = await addServer(world, provider, [], newSlug(), ['scopes: [openid, offline_access]'])
    await obtainCode(world, { issuer: server.issuer })
    const { findings } = await consult(world.app, server.slug)
    expect(findings.find(({ check }) => check === reason)).toMatchObject({
      verdict: 'warning',
      remedy: remedies.en[reason],
    })
    const page = await (await browser.newContext({ locale: 'de-DE' })).newPage()
    await enterAsOwner(page, world)
    await page.goto(`${world.app.url}/console/${server.slug}/logins`)
    await page.locator('tbody a').first().click()
    const detail = 'No refresh token came, though the connection asks for one.'
    await expectSaid(page, reason, 'de', detail)
    await page.goto(`${world.app.url}/console/${server.slug}/connections/main`)
    const report = await runTest(page)
    await expectSaid(report, reason, 'de', detail)
    await page.context().close()
  } finally {
    await provider.stop()
  }
})

for (const [what, how, reason, doctor] of FAULTS)
  test(`a provider that ${what} has one diagnosis, in timeline, test and doctor`, async ({
    browser,
    world,
  }) => {
    const provider = await startMisbehavingProvider(how)
    try {
      const server = await addServer(world, provider)
      const before = await consult(world.app, server.slug)
      const checks = before.findings.map(({ check }) => check)
      expect(checks.includes(reason)).toBe(doctor === 'asked')
      const reference = await logIn(world, server)
      const { stdout } = await world.app.cli(['timeline', reference])
      const [, detail = ''] = new RegExp(`failed +${reason}  (.+)`).exec(stdout) ?? []
      expect(stdout).toContain(remedies.en[reason])
      const after = await consult(world.app, server.slug)
      const finding = after.findings.find(({ check }) => check === reason)
      const isMethod = reason === 'upstream_client_rejected'
      expect(finding).toMatchObject({
        verdict: 'problem',
        remedy: isMethod
          ? details.en['idp.method.do'].replace('{better}', 'client_secret_post')
          : remedies.en[reason],
      })
      for (const [language, locale] of [
        ['en', 'en-US'],
        ['de', 'de-DE'],
      ] as const) {
        const context = await browser.newContext({ locale })
        const page = await context.newPage()
        await enterAsOwner(page, world)
        await page.goto(`${world.app.url}/console/${server.slug}/logins/${reference}`)
        await expectSaid(page, reason, language, detail)
        await page.goto(`${world.app.url}/console/${server.slug}/connections/main`)
        await expectSaid(await runTest(page), reason, language, detail)
        await context.close()
      }
    } finally {
      await provider.stop()
    }
  })
