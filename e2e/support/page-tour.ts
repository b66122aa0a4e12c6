import { readdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { eq } from 'drizzle-orm'
import postgres from 'postgres'
import { operators } from '@/drizzle/schema/operators'
import { users } from '@/drizzle/schema/organizations'
import { LANGUAGES, type Language } from '@/lib/messages/catalogue'
import { newId } from '@/lib/store/database/ids'
import { decide, obtainCode, openConsent, REDIRECT } from './attack-login'
import { obtainTokens } from './attack-tokens'
import { newVisitor } from './attack-visitor'
import { newOperator, setUp, setupLink } from './console'
import { openTest } from './console-connections'
import { PAGES } from './console-matrix'
import { fillOrganizations } from './fill-organizations'
import { consentUrl } from './page-gallery'
import { startPlatformLogin, startPlatformServer } from './platform'
import { authorizeUrl, fillLogin, logIn, makePkce } from './test'
import type { World } from './world'

/** Every page, by its file under `app`. */
export const PAGE_FILES: readonly string[] = readdirSync('app', { recursive: true, encoding: 'utf8' })
  .filter((file) => path.basename(file) === 'page.tsx')
  .map((file) => file.split(path.sep).join('/'))
  .toSorted()

/** Where a page is seen with something on it, and by whom. */
type Stop = { readonly at: string; readonly by: 'operator' | 'person' }

export type Tour = {
  readonly world: World
  /** By file under `app`. */
  readonly stops: Readonly<Record<string, Stop>>
  /** The page of a file, with something on it, in a browser that speaks this language. */
  readonly show: (file: string, language: Language) => Promise<Page>
  readonly close: () => Promise<void>
}

const SETUP = 'console/setup/page.tsx'

/** Pages that only send the browser on, or away. */
export const PASSING_ON: readonly string[] = Object.entries(PAGES)
  .filter(([, { answers }]) => answers === 307 || answers === 403)
  .map(([file]) => `console/${file}`)

/** Fills a world with what pages show, as people and programs do. The world must have no operator yet. */
export async function prepareTour(browser: Browser, world: World): Promise<Tour> {
  // Once there is an operator, this page is closed: it stays as it was opened.
  const setup = await eachLanguage(async (locale) => {
    const page = await (await browser.newContext({ locale })).newPage()
    await page.goto(await setupLink(world))
    return page
  })
  const [operator, person] = [await browser.newContext(), await browser.newContext()]
  const console = await operator.newPage()
  await setUp(console, world)
  const [ids, signedOut, report] = [
    await furnish(world, person),
    await pagesOfPerson(browser, world, person),
    await testConnection(console, `${world.app.url}/console/acme/connections/main`),
  ]
  await fillForPictures(world)
  const acme = '/console/acme'
  const stops: Record<string, Stop> = {
    ...matrixStops(),
    ...signedOut.stops,
    'console/[organization]/access/clients/[id]/page.tsx': seen(`${acme}/access/clients/${ids.client}`),
    'console/[organization]/access/grants/[id]/page.tsx': seen(`${acme}/access/grants/${ids.grant}`),
    'console/[organization]/access/users/[id]/page.tsx': seen(`${acme}/access/users/${ids.user}`),
    'console/operators/page.tsx': seen('/console/operators'),
    'console/[organization]/members/[member]/page.tsx': seen(`${acme}/members/${await member(world)}`),
    'console/[organization]/logins/[reference]/page.tsx': seen(`${acme}/logins/${ids.reference}`),
    'console/[organization]/connections/[connection]/test/[test]/page.tsx': seen(report),
    'console/[organization]/connections/[connection]/people/page.tsx': seen(
      `/console/${signedOut.platform}/connections/people/people`,
    ),
    'console/[organization]/webhooks/[webhook]/page.tsx': seen(`${acme}/webhooks/${ids.webhook}`),
    'setup/connection/[token]/page.tsx': seen(ids.setupLink, 'person'),
    'setup/connection/[token]/test/[test]/page.tsx': seen(
      await testConnection(await person.newPage(), ids.setupLink),
      'person',
    ),
    'setup/connection/finished/page.tsx': seen('/setup/connection/finished', 'person'),
    'console/operators/link/[token]/page.tsx': seen(await operatorLink(world), 'person'),
    'console/invitations/[token]/page.tsx': { at: await invite(console, world), by: 'person' },
  }
  const browsers = await eachLanguage(async (locale) => ({
    operator: await browser.newContext({ locale, storageState: await operator.storageState() }),
    person: await browser.newContext({ locale, storageState: await person.storageState() }),
  }))
  return {
    world,
    stops,
    async show(file, language) {
      if (file === SETUP) return setup[language]
      const { at, by } = stops[file] ?? seen('/nowhere')
      const page = await browsers[language][by].newPage()
      const response = await page.goto(new URL(at, world.app.url).href)
      if (response?.status() !== 200) throw new Error(`${file} answered ${response?.status()} at ${at}`)
      return page
    },
    async close() {
      const contexts = LANGUAGES.flatMap((language) => [
        ...Object.values(browsers[language]),
        setup[language].context(),
      ])
      await Promise.all([operator, person, ...contexts].map((context) => context.close()))
    },
  }
}

/** As an installation looks that is in use: for pictures alone, since it takes its time. */
async function fillForPictures(world: World): Promise<void> {
  if (!process.env.SCREENSHOTS) return
  const database = await world.openDatabase()
  const sql = postgres(database.url, { max: 1 })
  await fillOrganizations(sql, 'first')
  await sql.end()
  await database.close()
}

async function eachLanguage<T>(make: (language: Language) => Promise<T>) {
  return { en: await make('en'), de: await make('de') } satisfies Record<Language, T>
}

const seen = (at: string, by: Stop['by'] = 'operator'): Stop => ({ at, by })

/** Operators see them by the permission matrix. */
function matrixStops(): Record<string, Stop> {
  const rows = Object.entries(PAGES).filter(([file, { answers }]) => file.endsWith('page.tsx') && !answers)
  return Object.fromEntries(
    rows.map(([file, { at, opensTo }]) => [
      `console/${file}`,
      seen(`/console${at}`, opensTo === 'everybody' ? 'person' : 'operator'),
    ]),
  )
}

type SeenGrant = { readonly user?: { readonly email?: string } }

/** Logins that ended in every way, a key of the API, and the ids of what came of them. */
async function furnish(world: World, person: BrowserContext) {
  const [issuer, page] = [world.issuers.root, await person.newPage()]
  const pkce = makePkce()
  const url = authorizeUrl(issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: pkce.challenge,
  })
  const code = (await logIn(page, url)).searchParams.get('code') ?? ''
  const mine = { clientId: 'cli', redirectUri: REDIRECT, reference: '', code, verifier: pkce.verifier }
  await obtainTokens(issuer, mine)
  await obtainTokens(issuer, await obtainCode(world, { username: 'bob' }))
  const visitor = newVisitor()
  const denied = await openConsent(visitor, url)
  await decide(world, visitor, denied, 'deny')
  await visitor.go(authorizeUrl(issuer, { client_id: 'a-stranger', redirect_uri: REDIRECT }))
  const { stdout } = await world.app.cli(['api-keys', 'create', '--installation', '--name', 'Tour'])
  const api = async (method: string, place: string, body?: object) => {
    const response = await fetch(`${world.app.url}/api/v1/organizations/acme/${place}`, {
      method,
      headers: { authorization: `Bearer ${stdout.trim()}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!response.ok) throw new Error(`${place}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  await api('POST', 'keys', { name: 'Terraform', role: 'admin' })
  // Without a listener, so that it has failed deliveries to show.
  const webhook = await api('POST', 'webhooks', { url: 'http://127.0.0.1:9/hook' })
  await api('POST', `webhooks/${webhook.id}/test`)
  const { url: setupLink } = await api('POST', 'setup-links', { label: 'Jane, IT', connection: 'main' })
  const { items } = await api('GET', 'grants')
  // Of the person who sees the page of what is connected.
  const {
    id: grant,
    client,
    user,
  } = items.find((item: SeenGrant) => item.user?.email === 'alice@example.com')
  for (const { user: each } of items) await linkLogin(world, each.id)
  const ids = { grant, client: client.id, user: user.id, webhook: webhook.id }
  return { ...ids, reference: denied.reference, setupLink: String(setupLink) }
}

/** Another login of a user, as if they had linked it. */
async function linkLogin(world: World, user: string): Promise<void> {
  const { db } = await world.inside()
  const [own] = await db.select().from(users).where(eq(users.id, user))
  if (!own) throw new Error('the user of a grant is not there')
  const { organizationId, createdAt, lastLoginAt } = own
  const subject = `00u${user.slice(-7)}`
  const other = { identitySource: 'https://login.subsidiary.example', subject, linkedTo: user }
  const known = { email: 'alice@subsidiary.example', linkedAt: lastLoginAt, createdAt, lastLoginAt }
  await db.insert(users).values({ id: newId(), organizationId, ...other, ...known })
}

/** What people see who are no operators. */
async function pagesOfPerson(browser: Browser, world: World, person: BrowserContext) {
  const page = await person.newPage()
  const platform = await startPlatformServer(world)
  const link = await platform.addPerson(browser, 'ada@acme.example')
  await startPlatformLogin(page, platform)
  const login = page.url()
  const stops: Record<string, Stop> = {
    'page.tsx': seen('/', 'person'),
    'account/page.tsx': seen('/account', 'person'),
    // Leads to the page of a request that has just begun: none waits longer than ten minutes.
    'oauth/consent/page.tsx': seen(await consentUrl(world, { redirectUri: REDIRECT }), 'person'),
    'oauth/device/page.tsx': seen('/oauth/device', 'person'),
    'oauth/device/done/page.tsx': seen('/oauth/device/done', 'person'),
    'platform/[connection]/page.tsx': seen(login, 'person'),
    'setup/password/page.tsx': seen(link, 'person'),
    'setup/password/done/page.tsx': seen('/setup/password/done', 'person'),
  }
  return { platform: platform.slug, stops }
}

/** The id of somebody who can be removed. */
async function member(world: World): Promise<string> {
  const { email } = await newOperator(world, 'acme', 'auditor')
  const { db } = await world.inside()
  const [found] = await db.select({ id: operators.id }).from(operators).where(eq(operators.email, email))
  return found?.id ?? ''
}

/** The link that lets an operator in again. */
async function operatorLink(world: World): Promise<string> {
  const { email } = await newOperator(world, 'acme', 'auditor')
  const { stdout } = await world.app.cli(['operators', 'reset', email])
  return /\S+\/console\/operators\/link\/\S+/.exec(stdout)?.[0] ?? ''
}

/** A connection's test, to its report. */
async function testConnection(page: Page, at: string): Promise<string> {
  await page.goto(at)
  const tab = await openTest(page)
  await fillLogin(tab)
  await tab.waitForURL('**/test/*')
  return tab.url()
}

async function invite(page: Page, world: World): Promise<string> {
  await page.goto(`${world.app.url}/console/acme/members`)
  const form = page.getByRole('region', { name: 'Invite a member' })
  await form.getByLabel('Email address').fill('a-newcomer-with-a-long-name@example.com')
  await form.getByRole('button', { name: 'Create invitation link' }).click()
  return (await form.getByText('/console/invitations/').textContent()) ?? ''
}
