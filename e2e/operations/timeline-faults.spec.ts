import { rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { REMEDIES } from '@/lib/logins/remedies'
import { messages as reasons } from '@/lib/messages/reasons'
import type { ReasonCode } from '@/lib/oauth/timeline'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { type Misbehaviour, startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import { startIdentityProvider } from '../../sandbox/identity-provider'
import { newDataDir } from '../support/app'
import { REDIRECT } from '../support/attack-login'
import { addServer, type ExtraServer, newSlug, type Upstream } from '../support/attack-server'
import { expireLogin } from '../support/backdate'
import { enterConsole, newOperator } from '../support/console'
import { catchLastRedirect } from '../support/last-redirect'
import { authorizeUrl, expect, fillLogin, makePkce, test } from '../support/test'
import { startWorld, type World } from '../support/world'

// A world of its own, which trusts a private authority.

const REFERENCE = /[0-9A-Z]{4}-[0-9A-Z]{4}/
const SECRET = 'upstream-client-secret-of-the-tests'
const authority = makeAuthority()
let world: World
let apiKey: string
let folder: string
const stops: (() => Promise<void>)[] = []

test.beforeAll(async () => {
  folder = await newDataDir()
  const ca = path.join(folder, 'authority.pem')
  await writeFile(ca, authority.cert)
  world = await startWorld({ NODE_EXTRA_CA_CERTS: ca })
  const { stdout } = await world.app.cli(['api-keys', 'create', '--installation', '--name', 'tests'])
  apiKey = stdout.trim()
})
test.afterAll(async () => {
  await world?.stop()
  await rm(folder, { recursive: true, force: true })
})
test.afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

/** A real identity provider that knows our client in its own way. */
async function realProvider(client: { redirectUris: string[]; scope?: string }): Promise<Upstream> {
  const { redirectUris, scope } = client
  const known = { client_id: 'vestibule', client_secret: SECRET, redirect_uris: redirectUris }
  const idp = await startIdentityProvider({
    port: 0,
    clientId: 'somebody-else',
    clientSecret: SECRET,
    redirectUris: ['https://other.example/callback'],
    extraClients: [{ ...known, ...(scope && { scope }) }],
  })
  stops.push(idp.close)
  return { issuer: idp.issuer, clientId: 'vestibule', clientSecret: SECRET }
}

async function misbehavingProvider(...how: Parameters<typeof startMisbehavingProvider>) {
  const provider = await startMisbehavingProvider(...how)
  stops.push(provider.stop)
  return provider
}

/** The consent page, where a person presses Allow. */
async function allow(page: Page, server: ExtraServer): Promise<{ reference: string; requestId: string }> {
  const { challenge } = makePkce()
  await page.goto(
    authorizeUrl(server.issuer, { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: challenge }),
  )
  const [reference = ''] = (await page.getByText(REFERENCE).first().textContent())?.match(REFERENCE) ?? []
  const requestId = new URL(page.url()).searchParams.get('request') ?? ''
  await page.getByRole('button', { name: 'Allow' }).click()
  return { reference, requestId }
}

type Named = {
  readonly reason: ReasonCode
  /** What the line says in particular. */
  readonly detail: RegExp
  readonly outcome: 'failed' | 'abandoned' | 'completed'
}

/** The operator reads it in the console and a program by the API: each names the fault and says what to do. */
async function expectNamed(browser: Browser, server: ExtraServer, reference: string, named: Named) {
  const { reason, detail, outcome } = named
  const remedy = REMEDIES[reason]
  const context = await browser.newContext({ locale: 'en-US' })
  const page = await context.newPage()
  await enterConsole(page, world, await newOperator(world, server.slug, 'auditor'))
  await page.goto(`${world.app.url}/console/${server.slug}/logins/${reference}`)
  const line = page.getByRole('listitem').filter({ hasText: reason })
  await expect(line).toHaveCount(1)
  await expect(line).toContainText(detail)
  await expect(line).toContainText(`What to do: ${remedy}`)
  await expect(page.getByText('No error is known')).toHaveCount(0)
  await page.goto(`${world.app.url}/console/${server.slug}/logins`)
  const row = page.getByRole('row').filter({ hasText: reference })
  if (outcome !== 'completed') await expect(row).toContainText(reasons.en[reason])
  await context.close()

  const read = await api(`/organizations/${server.slug}/logins/${reference}`)
  expect(read.outcome).toBe(outcome)
  expect(read.timeline.filter((event: { reason: string }) => event.reason !== 'ok')).toEqual([
    expect.objectContaining({
      reason,
      remedy: expect.stringContaining(remedy),
      detail: expect.stringMatching(detail),
    }),
  ])
  const { items } = await api(`/organizations/${server.slug}/logins`)
  expect(items).toMatchObject([{ reference, outcome }])
  if (outcome === 'completed') return
  expect(items).toMatchObject([{ reason }])
  const found = await api(`/organizations/${server.slug}/logins?reason=${reason}`)
  expect(found.items).toMatchObject([{ reference }])
}

async function api(place: string) {
  const headers = { authorization: `Bearer ${apiKey}` }
  const response = await fetch(`${world.app.url}/api/v1${place}`, { headers })
  expect(response.status).toBe(200)
  return response.json()
}

const callbackOf = (slug: string) => `${world.app.url}/oauth/callback/${slug}`

/** The client learns that it failed, and nothing of the operator's details. */
async function refusalOf(back: () => Promise<string>, reason: ReasonCode) {
  const location = await back()
  const { searchParams } = new URL(location)
  expect([searchParams.has('error'), searchParams.has('code')]).toEqual([true, false])
  expect(location).not.toContain(reason)
}

test('a wrong client secret', async ({ page, browser }) => {
  const slug = newSlug()
  const upstream = await realProvider({ redirectUris: [callbackOf(slug)] })
  const wrong = { ...upstream, clientSecret: 'not-the-secret-that-the-provider-knows' }
  const server = await addServer(world, wrong, [], slug)
  const back = await catchLastRedirect(page, REDIRECT)
  const { reference } = await allow(page, server)
  await fillLogin(page)
  const reason = 'upstream_client_rejected'
  await refusalOf(back, reason)
  await expectNamed(browser, server, reference, { reason, outcome: 'failed', detail: /client secret/ })
})

test('a wrong callback URL, which the identity provider keeps to itself', async ({ page, browser }) => {
  const slug = newSlug()
  const upstream = await realProvider({ redirectUris: [`${callbackOf(slug)}/`] })
  const server = await addServer(world, upstream, [], slug)
  const { reference, requestId } = await allow(page, server)
  await expect(page.getByText('redirect_uri')).toBeVisible()
  expect(page.url().startsWith(upstream.issuer)).toBe(true)
  await expireLogin(world, requestId)
  await expectNamed(browser, server, reference, {
    reason: 'upstream_never_returned',
    outcome: 'abandoned',
    detail: new RegExp(`callback URL to register there is ${callbackOf(slug)}`),
  })
})

test('a missing scope', async ({ page, browser }) => {
  const slug = newSlug()
  const upstream = await realProvider({ redirectUris: [callbackOf(slug)], scope: 'openid' })
  const server = await addServer(world, upstream, [], slug)
  const back = await catchLastRedirect(page, REDIRECT)
  const { reference } = await allow(page, server)
  const reason = 'upstream_scope_rejected'
  await refusalOf(back, reason)
  await expectNamed(browser, server, reference, { reason, outcome: 'failed', detail: /invalid_scope/ })
})

test('an expired certificate', async ({ page, browser }) => {
  const expired = authority.issue({ notBefore: new Date(0), notAfter: new Date(Date.now() - 3600_000) })
  const provider = await misbehavingProvider({}, expired)
  const server = await addServer(world, provider)
  const back = await catchLastRedirect(page, REDIRECT)
  const { reference } = await allow(page, server)
  const reason = 'upstream_certificate_invalid'
  await refusalOf(back, reason)
  await expectNamed(browser, server, reference, { reason, outcome: 'failed', detail: /has expired/ })
  expect(provider.requests).toEqual([])
})

const TEN_MINUTES = 600
const CLOCKS: readonly [string, Misbehaviour, Named['outcome'], RegExp][] = [
  ['ahead', { clockAhead: TEN_MINUTES }, 'completed', /10 minutes in the future.* is ahead/],
  ['behind', { clockAhead: -TEN_MINUTES }, 'failed', /10 minutes ago.* is behind/],
]
for (const [way, how, outcome, detail] of CLOCKS)
  test(`a clock ten minutes ${way}: the login is ${outcome}`, async ({ page, browser }) => {
    const server = await addServer(world, await misbehavingProvider(how))
    const back = await catchLastRedirect(page, REDIRECT)
    const { reference } = await allow(page, server)
    const reason = 'upstream_clock_skew'
    if (outcome === 'failed') await refusalOf(back, reason)
    else expect(new URL(await back()).searchParams.get('code')).toBeTruthy()
    await expectNamed(browser, server, reference, { reason, outcome, detail })
  })
