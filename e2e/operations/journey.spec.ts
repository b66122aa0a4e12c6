import { mkdirSync } from 'node:fs'
import type { Locator, Page } from '@playwright/test'
import { freePort } from '@/test/free-port'
import { startIdentityProvider } from '../../sandbox/identity-provider'
import { type App, startApp } from '../support/app'
import { outcome, redeem, refresh, type Tokens } from '../support/attack-tokens'
import { setupLink } from '../support/console'
import { catchLastRedirect } from '../support/last-redirect'
import { authorizeUrl, expect, fillLogin, makePkce, register, test } from '../support/test'

/** Where the pictures of the documentation are; they are made anew when `SCREENSHOTS` is set. */
const PICTURES = 'docs/journey'
const REDIRECT = 'http://127.0.0.1/callback'
const SECRET = 'the-secret-that-the-identity-provider-gave'

/** A person at work, whose fields and clicks are counted. */
function counted(page: Page) {
  let pictures = 0
  const effort = { fields: 0, clicks: 0 }
  return {
    effort,
    async click(locator: Locator) {
      await locator.click()
      effort.clicks++
    },
    async fill(locator: Locator, value: string) {
      await locator.fill(value)
      effort.fields++
    },
    async picture(name: string) {
      pictures++
      if (!process.env.SCREENSHOTS) return
      mkdirSync(PICTURES, { recursive: true })
      await page.screenshot({ path: `${PICTURES}/${pictures}-${name}.png` })
    },
  }
}

test('from an empty console to the first login, a broken secret, found, mended, revoked', async ({
  page,
}) => {
  test.slow()
  await page.setViewportSize({ width: 1280, height: 900 })
  const app = await startApp()
  const { effort, click, fill, picture } = counted(page)

  await page.goto(await setupLink({ app }))
  await picture('setup')
  await fill(page.getByLabel('Your email address'), 'owner@example.com')
  await fill(page.getByLabel('Password'), 'correct horse battery staple')
  await fill(page.getByLabel('Name of your first organization'), 'Acme')
  await click(page.getByRole('button', { name: 'Create account' }))
  await page.waitForURL('**/console/acme')
  await picture('empty-console')

  await click(page.getByRole('link', { name: 'Connections' }))
  await click(page.getByRole('link', { name: 'New connection' }).first())
  await click(page.getByRole('link', { name: 'Any other OpenID Connect provider' }))
  const callback =
    (await page
      .getByText(/\/oauth\/callback\//)
      .first()
      .textContent()) ?? ''
  const idp = await startIdentityProvider({
    port: await freePort(),
    clientId: 'vestibule',
    clientSecret: SECRET,
    redirectUris: [callback],
  })
  await fill(page.getByLabel('Name', { exact: true }), 'Acme Login')
  await fill(page.getByLabel('Issuer', { exact: true }), idp.issuer)
  await fill(page.getByLabel('Client ID'), 'vestibule')
  await fill(page.getByLabel('Client secret'), SECRET)
  await picture('connection')
  await click(page.getByRole('button', { name: 'Create connection' }).last())
  await page.waitForURL('**/console/acme/connections/acme-login?*')
  await picture('connection-saved')

  await click(page.getByRole('link', { name: 'Add a server for this connection' }))
  await fill(page.getByLabel('Name', { exact: true }), 'Files')
  await fill(page.getByLabel('MCP URL'), 'https://files.acme.example/mcp')
  await picture('server')
  await click(page.getByRole('button', { name: 'Add server' }))
  await page.waitForURL('**/servers/files/next-steps?created=1')
  await picture('next-steps')
  expect(effort.fields).toBeLessThanOrEqual(9)
  expect(effort.clicks).toBeLessThanOrEqual(7)

  const client = await newClient(app)
  const consent = await client.begin(page)
  await picture('consent')
  await click(page.getByRole('button', { name: 'Allow' }))
  await page.getByLabel('Username').waitFor()
  await fill(page.getByLabel('Username'), 'alice')
  await fill(page.getByLabel('Password'), 'sandbox')
  await click(page.getByRole('button', { name: 'Sign in' }))
  const tokens = await client.finish(await consent.back())
  expect(effort.fields).toBeLessThanOrEqual(12)
  expect(effort.clicks).toBeLessThanOrEqual(15)

  await page.goto(`${app.url}/console/acme/connections/acme-login`)
  await page.getByLabel('Client secret').fill('not-the-secret')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await page.waitForURL('**/acme-login?saved=*')
  const broken = await client.begin(page)
  await page.getByRole('button', { name: 'Allow' }).click()
  await fillLogin(page)
  const failed = new URL(await broken.back()).searchParams
  expect([failed.has('error'), failed.has('code')]).toEqual([true, false])

  await page.goto(`${app.url}/console/acme/logins`)
  await picture('logins')
  await page.getByRole('row').filter({ hasText: 'Failed' }).getByRole('link').first().click()
  await expect(page.getByText('The identity provider did not accept our credentials')).toBeVisible()
  await picture('timeline')

  await page.goto(`${app.url}/console/acme/connections/acme-login`)
  await page.getByLabel('Client secret').fill(SECRET)
  await page.getByRole('button', { name: 'Save' }).last().click()
  await page.waitForURL('**/acme-login?saved=*')
  const mended = await client.begin(page)
  await page.getByRole('button', { name: 'Allow' }).click()
  await fillLogin(page)
  await client.finish(await mended.back())

  await page.goto(`${app.url}/console/acme/access/users`)
  await page.getByRole('link', { name: /alice/ }).first().click()
  await picture('who-is-connected')
  await page.locator('summary', { hasText: 'End all grants of this user' }).click()
  await page.getByRole('button', { name: 'End all grants of this user' }).click()
  await expect
    .poll(async () =>
      outcome(await refresh(client.issuer, tokens.refresh_token, { client_id: client.clientId })),
    )
    .toBe('400 invalid_grant')
  await idp.close()
  await app.stop()
})

/** An MCP client that registered itself at the server of the journey. */
async function newClient({ url }: App) {
  const issuer = `${url}/s/files`
  const { client_id: clientId = '' } = await register(issuer, {
    client_name: 'Desktop Assistant',
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'none',
  })
  const { challenge, verifier } = makePkce()
  const parameters = { client_id: clientId, redirect_uri: REDIRECT, code_challenge: challenge }
  return {
    issuer,
    clientId,
    async begin(page: Page) {
      const back = await catchLastRedirect(page, REDIRECT)
      await page.goto(authorizeUrl(issuer, parameters))
      await page.getByRole('button', { name: 'Allow' }).waitFor()
      return { back }
    },
    async finish(location: string): Promise<Tokens> {
      const code = new URL(location).searchParams.get('code') ?? ''
      const login = { clientId, redirectUri: REDIRECT, code, verifier, reference: '' }
      const response = await redeem(issuer, login)
      if (response.status !== 200) throw new Error(`the token endpoint answered ${response.status}`)
      return response.json()
    },
  }
}
