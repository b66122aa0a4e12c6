import { eq } from 'drizzle-orm'
import { members, operators } from '@/drizzle/schema/operators'
import { decide, obtainCode, openConsent, REDIRECT } from '../support/attack-login'
import { newVisitor } from '../support/attack-visitor'
import { enterAsOwner, enterConsole, newOperator, sessionCookie } from '../support/console'
import { expectAccessible } from '../support/look'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { authorizeUrl, test as base, expect, makePkce } from '../support/test'

const test = base.extend<{ server: OwnServer }>({
  server: async ({ world }, use) => {
    const server = await startOwnServer(world)
    await use(server)
    await server.close()
  },
})

const urlOf = ({ issuer }: OwnServer, client_id = 'cli') =>
  authorizeUrl(issuer, { client_id, redirect_uri: REDIRECT, code_challenge: makePkce().challenge })

test('an empty organization says what will be seen, and a reference that is not here is not found', async ({
  page,
  world,
  server,
}) => {
  await enterConsole(page, world, await newOperator(world, server.slug, 'auditor'))
  await page.goto(`${world.app.url}/console/${server.slug}/logins`)
  await expect(page.getByText('No sign-ins yet')).toBeVisible()
  const { reference } = await obtainCode(world)
  await page.getByRole('searchbox', { name: 'Reference' }).fill(reference)
  await page.getByRole('button', { name: 'Open' }).click()
  await expect(page.getByText(`No sign-in has the reference ${reference}.`)).toBeVisible()
  const direct = await page.goto(`${world.app.url}/console/${server.slug}/logins/${reference}`)
  expect(direct?.status()).toBe(404)
})

test('the reference of an error page leads to what went wrong and what to do, without JavaScript', async ({
  browser,
  world,
  server,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const refused = await newVisitor().go(urlOf(server, 'a-stranger'))
  const reference = /[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(await refused.text())?.[0] ?? ''
  await enterConsole(page, world, await newOperator(world, server.slug, 'auditor'))
  await page.goto(`${world.app.url}/console/${server.slug}/logins`)
  await page
    .getByRole('searchbox', { name: 'Reference' })
    .fill(reference.toLowerCase().replaceAll('0', 'o').replace('-', ''))
  await page.getByRole('button', { name: 'Open' }).click()
  await expect(page).toHaveURL(new RegExp(`/logins/${reference}$`))
  await expect(page.getByText('unknown_client')).toBeVisible()
  await expect(page.getByText('What to do:')).toBeVisible()
  await expect(page.getByText('Refused')).toBeVisible()
  await context.close()
})

for (const javaScriptEnabled of [true, false])
  test(`a filter that is left empty is not in the address, JavaScript: ${javaScriptEnabled}`, async ({
    browser,
    world,
    server,
  }) => {
    await obtainCode(world, { issuer: server.issuer })
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    await enterAsOwner(page, world)
    const of = `/console/${server.slug}`
    const lists = [
      of,
      `${of}/logins`,
      `${of}/access`,
      `${of}/access/clients`,
      `${of}/access/users`,
      `${of}/audit`,
    ]
    for (const list of [...lists, '/console/organizations']) {
      await page.goto(world.app.url + list)
      const form = page.locator('main form[method=get]').first()
      const response = page.waitForResponse((answer) => answer.request().isNavigationRequest() && answer.ok())
      await form.getByRole('button').first().click()
      const { pathname, searchParams } = new URL((await response).url())
      expect([pathname, [...searchParams].filter(([, value]) => value === '')], list).toEqual([list, []])
    }
    await page.goto(`${world.app.url}${of}/logins`)
    await page.getByLabel('User').fill('alice')
    await page.getByRole('button', { name: 'Search' }).click()
    await expect(page).toHaveURL(`${world.app.url}${of}/logins?user=alice`)
    await expect(page.locator('tbody tr')).toHaveCount(1)
    await context.close()
  })

test('logins are found by user, client, outcome and reason', async ({ page, world, server }) => {
  const alice = await obtainCode(world, { issuer: server.issuer })
  const bob = await obtainCode(world, { issuer: server.issuer, username: 'bob' })
  await newVisitor().go(urlOf(server, 'a-stranger'))
  await enterConsole(page, world, await newOperator(world, server.slug, 'support'))
  await page.goto(`${world.app.url}/console/${server.slug}/logins`)
  const rows = page.locator('tbody tr')
  await expect(rows).toHaveCount(3)
  await expectAccessible(page)
  await page.getByLabel('User').fill('alice')
  await page.getByRole('button', { name: 'Search' }).click()
  await expect(rows).toHaveCount(1)
  await expect(rows).toContainText(alice.reference)
  await page.goto(`${world.app.url}/console/${server.slug}/logins?outcome=completed`)
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toContainText(bob.reference)
  await page.goto(`${world.app.url}/console/${server.slug}/logins?reason=unknown_client&client=a-stranger`)
  await expect(rows).toHaveCount(1)
  await page.goto(`${world.app.url}/console/${server.slug}/logins?until=2000-01-01`)
  await expect(page.getByText('No matching sign-ins')).toBeVisible()
})

test('a login is watched while it happens', async ({ page, world, server }) => {
  const visitor = newVisitor()
  const consent = await openConsent(visitor, urlOf(server))
  await enterConsole(page, world, await newOperator(world, server.slug, 'auditor'))
  await page.goto(`${world.app.url}/console/${server.slug}/logins/${consent.reference}`)
  await expect(page.getByText('This sign-in is in progress.')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Refresh' })).toBeVisible()
  await decide(world, visitor, consent, 'deny')
  await expect(page.getByText('denied_by_user')).toBeVisible()
  await expect(page.getByText('This sign-in is in progress.')).toBeHidden()
  await expectAccessible(page)
})

test('a live tail shows an auditor what happens, and ends with the session and with the role', async ({
  page,
  world,
  server,
}) => {
  const auditor = await newOperator(world, server.slug, 'auditor')
  const at = `${world.app.url}/console/${server.slug}/logins`
  const { name, value } = await sessionCookie(world, auditor)
  const follow = () => fetch(`${at}/tail`, { headers: { cookie: `${name}=${value}` }, redirect: 'manual' })
  await enterConsole(page, world, auditor)
  await page.goto(at)
  await page.getByRole('button', { name: 'Watch live' }).click()
  await expect(page.getByRole('status')).toContainText('Live')
  const [first, second] = [await follow(), await follow()]
  const events = first.body?.pipeThrough(new TextDecoderStream()).getReader()
  const { reference } = await obtainCode(world, { issuer: server.issuer })
  const { reference: foreign } = await obtainCode(world)
  await expect(page.getByRole('link', { name: reference })).toBeVisible()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByRole('button', { name: 'Watch live' })).toBeVisible()

  let told = ''
  const readOn = async () => {
    const { done, value = '' } = (await events?.read()) ?? { done: true }
    told += value
    return !done
  }
  while (!told.includes(`"reference":"${reference}"`) && (await readOn()));
  const { db, auth } = await world.inside()
  await (await auth.$context).internalAdapter.deleteSession(decodeURIComponent(value).split('.')[0] ?? '')
  while (await readOn());
  expect(told).toContain(`"reference":"${reference}"`)
  expect(told).not.toContain(foreign)
  expect(told).toMatch(/event: end\ndata:\n\n$/)
  expect(await second.text()).toMatch(/event: end/)
  expect((await follow()).status).toBe(307)

  const again = await sessionCookie(world, auditor)
  const third = await fetch(`${at}/tail`, { headers: { cookie: `${again.name}=${again.value}` } })
  const [account] = await db.select().from(operators).where(eq(operators.email, auditor.email))
  await db.delete(members).where(eq(members.userId, account?.id ?? ''))
  expect(await third.text()).toMatch(/event: end\ndata:\n\n$/)
})
