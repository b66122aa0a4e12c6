import type { Page } from '@playwright/test'
import { REDIRECT } from '../support/attack-login'
import { obtainTokens, outcome, refresh, type Tokens } from '../support/attack-tokens'
import { enterAsOwner } from '../support/console'
import { expectAccessible } from '../support/look'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { authorizeUrl, test as base, expect, logIn, makePkce } from '../support/test'

const test = base.extend<{ server: OwnServer }>({
  server: async ({ world }, use) => {
    const server = await startOwnServer(world)
    await use(server)
    await server.close()
  },
})

/** A person's browser connects a client. */
async function connect(page: Page, { issuer }: OwnServer, user?: string): Promise<Tokens> {
  const { verifier, challenge } = makePkce()
  const url = authorizeUrl(issuer, { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: challenge })
  const back = await logIn(page, url, user)
  const code = back.searchParams.get('code') ?? ''
  return obtainTokens(issuer, { code, verifier, clientId: 'cli', redirectUri: REDIRECT, reference: '' })
}

test('a browser without a login is told how to get there', async ({ page, world }) => {
  await page.goto(`${world.app.url}/account`)
  await expect(page.getByRole('heading', { name: 'You’re not signed in' })).toBeVisible()
  await expect(page.getByRole('button')).toHaveCount(0)
})

test('a user sees what they have connected, and disconnects it without JavaScript', async ({
  browser,
  world,
  server,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const tokens = await connect(page, server)
  await page.goto(`${world.app.url}/account`)
  await expect(page.getByText('alice@example.com')).toBeVisible()
  await expect(page.getByText('See your name and e-mail address')).toBeVisible()
  await page.getByRole('button', { name: 'Disconnect' }).click()
  await expect(page.getByText('Disconnected.')).toBeVisible()
  await expect(page.getByText('No applications are connected.')).toBeVisible()
  await page.locator('summary', { hasText: 'Sign out everywhere' }).click()
  await page.getByRole('button', { name: 'Sign out everywhere' }).click()
  await expect(page.getByRole('heading', { name: 'You’re not signed in' })).toBeVisible()
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token))).toBe('400 invalid_grant')
  await context.close()
})

test('a login whose code its client never redeemed is not connected, on no page', async ({
  page,
  world,
  server,
}) => {
  const url = authorizeUrl(server.issuer, {
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const back = await logIn(page, url)
  expect(back.searchParams.get('code')).toMatch(/^vst_code_/)
  await page.goto(`${world.app.url}/account`)
  await expect(page.getByText('alice@example.com')).toBeVisible()
  await expect(page.getByText('No applications are connected.')).toBeVisible()
  await enterAsOwner(page, world)
  const { stdout } = await world.app.cli(['api-keys', 'create', '--installation', '--name', server.slug])
  const headers = { authorization: `Bearer ${stdout.trim()}` }
  const listed = await fetch(`${world.app.url}/api/v1/organizations/${server.slug}/grants`, { headers })
  expect((await listed.json()).items).toEqual([])
  await page.goto(`${world.app.url}/console/${server.slug}/access`)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(page.getByRole('main')).not.toContainText('alice@example.com')
})

test("another user's grant is not there, and a foreign page disconnects nothing", async ({
  browser,
  page,
  world,
  server,
}) => {
  const alice = await connect(page, server)
  await page.goto(`${world.app.url}/account`)
  await expectAccessible(page)
  const field = (of: Page, name: string) => of.locator(`input[name=${name}]`).inputValue()
  const grant = await field(page, 'grant')
  const other = await (await browser.newContext()).newPage()
  const bob = await connect(other, server, 'bob')
  await other.goto(`${world.app.url}/account`)
  const cookie = (await other.context().cookies(world.app.url))
    .map(({ name, value }) => `${name}=${value}`)
    .join('; ')
  const own = { request: 'account', token: await field(other, 'token'), grant: await field(other, 'grant') }
  const post = async (changes: object, origin = world.app.url) => {
    const response = await fetch(`${world.app.url}/account/disconnect`, {
      method: 'POST',
      body: new URLSearchParams({ ...own, ...changes }),
      headers: { cookie, origin },
      redirect: 'manual',
    })
    return response.status
  }
  expect(await post({ grant })).toBe(404)
  expect(await post({ grant: 'nonsense' })).toBe(404)
  expect(await post({}, 'https://evil.example')).toBe(403)
  expect(await post({ token: 'x'.repeat(43) })).toBe(403)
  for (const { refresh_token } of [alice, bob])
    expect(await outcome(await refresh(server.issuer, refresh_token))).toBe('200 ok')
  expect(await post({})).toBe(303)
  expect(await outcome(await refresh(server.issuer, bob.refresh_token))).toBe('400 invalid_grant')
  await other.context().close()
})
