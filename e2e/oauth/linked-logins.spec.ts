import { locationOf } from '../support/attack-login'
import { outcome, refresh, type Tokens } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { enterConsole, newOperator } from '../support/console'
import { type Enterprise, startEnterprise } from '../support/enterprise'
import { handOff } from '../support/handoff'
import { linking, subjectOf } from '../support/linking'
import { expectAccessible } from '../support/look'
import { expect, test } from '../support/test'
import { RESOURCE_SECRET } from '../support/world'

/** Its server's users log in at one provider, and another one vouches for them. */
let acme: Enterprise
let at: ReturnType<typeof linking>
test.beforeEach(async ({ world }) => {
  acme = await startEnterprise(world, { loginElsewhere: true })
  at = linking(world, acme)
})
test.afterEach(() => acme.close())

test('a person with two logins links them, and is one user in both ways from then on', async ({ world }) => {
  const alice = newVisitor()
  const before = await at.vouched('bob')
  const browser = await at.logIn(alice)
  expect(subjectOf(before)).not.toBe(subjectOf(browser))
  const foreign = await at.logIn(newVisitor(), 'bob', acme.vouchingServer)

  const begun = new URL(locationOf(await at.begin(alice)))
  expect(Object.fromEntries(begun.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' })
  const id = await at.prove(alice)
  const page = await at.account(alice, `?link=${id}`)
  expect(page).toContain('Is this also you?')
  expect(page).toMatch(/alice@example\.com.*bob@example\.com/s)
  expect(subjectOf(await at.vouched('bob'))).toBe(subjectOf(before))
  expect(await at.answered(alice, id)).toBe('linked')
  expect(await at.account(alice)).toContain('bob@example.com')

  // What the other login had as a user of its own is over, and the next is the user's.
  expect(await acme.introspect(before.access_token)).toEqual({ active: false })
  expect(await outcome(await refresh(acme.vouchingServer, foreign.refresh_token))).toBe('400 invalid_grant')
  const asserted = await at.vouched('bob')
  expect(subjectOf(asserted)).toBe(subjectOf(browser))
  const again = await at.logIn(newVisitor(), 'bob', acme.vouchingServer)
  expect(subjectOf(again)).toBe(subjectOf(browser))
  // And reaches what the user's own login reaches.
  const reached = async ({ access_token }: Tokens) =>
    (await handOff({ issuer: acme.issuer, resourceSecret: RESOURCE_SECRET }, access_token)).json()
  expect((await reached(asserted)).access_token).toBe((await reached(browser)).access_token)
  // Nobody else is meant.
  expect(subjectOf(await at.vouched('alice'))).not.toBe(subjectOf(browser))

  const { stdout } = await world.app.cli(['audit', 'export', new URL(acme.issuer).pathname.slice(3)])
  expect(stdout).toContain('user.linked')
  const linked = /name="unlink" value="([^"]+)"/.exec(await at.account(alice))?.[1] ?? ''
  expect(new URL(locationOf(await at.post(alice, { unlink: linked }))).searchParams.get('done')).toBe(
    'unlinked',
  )
  expect(await at.account(alice)).toContain('You’re not signed in')
  expect(await acme.introspect(asserted.access_token)).toEqual({ active: false })
  expect(await outcome(await refresh(acme.vouchingServer, again.refresh_token))).toBe('400 invalid_grant')
  expect((await refresh(acme.issuer, browser.refresh_token)).status).toBe(200)
  expect(subjectOf(await at.vouched('bob'))).toBe(subjectOf(before))
})

test('an operator undoes a link: what came by the login ends, and nothing else', async ({ page, world }) => {
  const alice = newVisitor()
  const own = await at.logIn(alice)
  expect(await at.answered(alice, await at.prove(alice))).toBe('linked')
  const byIt = await at.logIn(newVisitor(), 'bob', acme.vouchingServer)
  expect(subjectOf(byIt)).toBe(subjectOf(own))
  const slug = acme.connections.vouching
  const place = `${world.app.url}/console/${slug}/access/users/${subjectOf(own)}`
  const logins = page.getByRole('region', { name: 'Linked sign-ins' })

  await enterConsole(page, world, await newOperator(world, slug, 'auditor'))
  await page.goto(place)
  await expect(logins.getByText('bob@example.com')).toBeVisible()
  await expect(logins.getByText('Unlink', { exact: true })).toHaveCount(0)
  await page.context().clearCookies()

  await enterConsole(page, world, await newOperator(world, slug, 'support'))
  await page.goto(place)
  await expectAccessible(page)
  await logins.locator('summary', { hasText: 'Unlink' }).click()
  await logins.getByRole('button', { name: 'Unlink' }).click()
  await expect(page.getByText('The sign-in was unlinked. Grants ended: 1.')).toBeVisible()
  await expect(logins).toHaveCount(0)
  expect(await outcome(await refresh(acme.vouchingServer, byIt.refresh_token))).toBe('400 invalid_grant')
  expect((await refresh(acme.issuer, own.refresh_token)).status).toBe(200)
  expect(await at.account(alice)).toContain('You’re not signed in')
  expect(subjectOf(await at.vouched('bob'))).not.toBe(subjectOf(own))
  const { stdout } = await world.app.cli(['audit', 'export', slug])
  const entry = stdout.split('\n').find((line) => line.includes('"user.unlinked"'))
  expect(JSON.parse(entry ?? '')).toMatchObject({
    actor: { kind: 'operator' },
    target: { kind: 'user', id: subjectOf(own) },
    detail: { grants: 1 },
  })
})

test('the page asks in words', async ({ browser, world }) => {
  const alice = newVisitor()
  await at.logIn(alice)
  const id = await at.prove(alice)
  const context = await browser.newContext()
  for (const { host, name, value } of alice.jar())
    if (host === new URL(world.app.url).hostname)
      await context.addCookies([{ name, value, url: world.app.url }])
  const page = await context.newPage()
  await page.goto(`${world.app.url}/account?link=${id}`)
  await expect(page.getByRole('heading', { name: 'Is this also you?' })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Yes, link them' }).click()
  await expect(page.getByText('Linked. Both sign-ins are now you.')).toBeVisible()
  await expect(page.getByText('You are also known as bob@example.com')).toBeVisible()
  await context.close()
})
