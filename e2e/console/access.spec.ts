import { createVerifier } from '../../packages/mcp/src/verifier'
import { outcome, refresh } from '../support/attack-tokens'
import { enterConsole, newOperator } from '../support/console'
import { expectAccessible } from '../support/look'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { test as base, expect } from '../support/test'

const test = base.extend<{ server: OwnServer }>({
  server: async ({ world }, use) => {
    const server = await startOwnServer(world)
    await use(server)
    await server.close()
  },
})

test('support revokes one grant and sees which tokens live on; an auditor only reads', async ({
  page,
  browser,
  world,
  server,
}) => {
  const tokens = await server.logIn()
  const access = `${world.app.url}/console/${server.slug}/access`
  const auditor = await (await browser.newContext()).newPage()
  await enterConsole(auditor, world, await newOperator(world, server.slug, 'auditor'))
  await auditor.goto(access)
  await auditor.getByRole('link', { name: 'Connected', exact: true }).click()
  await expect(auditor.getByText('User sign-in')).toBeVisible()
  await expect(auditor.getByText('End grant')).toBeHidden()
  await auditor.context().close()
  await enterConsole(page, world, await newOperator(world, server.slug, 'support'))
  await page.goto(access)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Connected', exact: true }).click()
  await expect(page.getByText('at most 60 minutes')).toBeVisible()
  await page.locator('summary', { hasText: 'End grant' }).click()
  await page.getByRole('button', { name: 'End grant' }).click()
  await expect(page.getByText('Grant ended.')).toBeVisible()
  await expect(page.getByText('revoked_by_operator')).toBeVisible()
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('400 invalid_grant')
  expect(await server.introspect(tokens.access_token)).toEqual({ active: false })
})

test('the button that ends a grant reaches a verifier that follows the feed, by the third question', async ({
  page,
  world,
  server,
}) => {
  const { access_token } = await server.logIn()
  let questions = 0
  const verifier = createVerifier({
    issuer: server.issuer,
    resource: server.resource,
    revocations: 'refuse',
    fetch: (address, init) => {
      if (address.includes('/oauth/revocations')) questions++
      return fetch(address, init)
    },
  })
  const verdict = () =>
    verifier.verify(access_token).then(
      () => 'good',
      (error: Error) => error.message,
    )
  await enterConsole(page, world, await newOperator(world, server.slug, 'support'))
  await page.goto(`${world.app.url}/console/${server.slug}/access`)
  await page.getByRole('link', { name: 'Connected', exact: true }).click()
  await page.locator('summary', { hasText: 'End grant' }).click()
  expect(await verdict()).toBe('good')
  await page.getByRole('button', { name: 'End grant' }).click()
  await expect(page.getByText('Grant ended.')).toBeVisible()
  questions = 0
  // It asks once a second at the most, and what an instance answers from memory is a second old at the most.
  await expect.poll(verdict).toContain('revoked')
  expect(questions).toBeLessThanOrEqual(3)
})

test('support blocks a client and a user, lets them in again, and ends all they have', async ({
  browser,
  world,
  server,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const tokens = await server.logIn()
  const tryRefresh = async () => outcome(await refresh(server.issuer, tokens.refresh_token))
  await enterConsole(page, world, await newOperator(world, server.slug, 'support'))
  const press = async (name: string) => {
    await page.locator('summary', { hasText: name }).click()
    await page.getByRole('button', { name }).click()
  }
  await page.goto(`${world.app.url}/console/${server.slug}/access/clients`)
  await page.getByRole('link', { name: 'cli', exact: true }).click()
  await press('Block')
  await expect(page.getByText('Blocked since')).toBeVisible()
  expect(await tryRefresh()).toBe('400 invalid_grant')
  await page.getByRole('button', { name: 'Unblock' }).click()
  await expect(page.getByText('Blocked since')).toBeHidden()
  await page.goto(`${world.app.url}/console/${server.slug}/access/users?q=alice`)
  await page.locator('tbody a').click()
  await press('Block')
  await expect(page.getByText('Blocked since')).toBeVisible()
  expect(await tryRefresh()).toBe('400 invalid_grant')
  await page.getByRole('button', { name: 'Unblock' }).click()
  await expect(page.getByText('Blocked since')).toBeHidden()
  await press('End all grants of this user')
  await expect(page.getByText('Grants ended: 1.')).toBeVisible()
  expect(await tryRefresh()).toBe('400 invalid_grant')
  await context.close()
})

test('everything of a server ends at once', async ({ page, world, server }) => {
  const tokens = [await server.logIn(), await server.logIn()]
  await enterConsole(page, world, await newOperator(world, server.slug, 'support'))
  await page.goto(`${world.app.url}/console/${server.slug}/access?server=${server.slug}`)
  await page.locator('summary', { hasText: 'End all grants of this server' }).click()
  await page.getByRole('button', { name: 'End all grants of this server' }).click()
  await expect(page.getByText('Grants ended: 2.')).toBeVisible()
  for (const { refresh_token } of tokens)
    expect(await outcome(await refresh(server.issuer, refresh_token))).toBe('400 invalid_grant')
})

test("another organization's grants, clients and users are not there", async ({ page, world, server }) => {
  await server.logIn()
  const theirs = await startOwnServer(world)
  await theirs.logIn()
  const access = (slug: string) => `${world.app.url}/console/${slug}/access`
  await enterConsole(page, world, await newOperator(world, theirs.slug, 'support'))
  const ids: string[] = []
  await page.goto(access(theirs.slug))
  for (const href of await page
    .locator('tbody a')
    .evaluateAll((links) => links.map((a) => a.getAttribute('href'))))
    ids.push((href ?? '').split('/access/')[1] ?? '')
  expect(ids.map((id) => id.split('/')[0]).toSorted()).toEqual(['clients', 'grants', 'users'])
  await page.context().clearCookies()
  await enterConsole(page, world, await newOperator(world, server.slug, 'support'))
  for (const id of ids) expect((await page.goto(`${access(server.slug)}/${id}`))?.status(), id).toBe(404)
  await theirs.close()
})
