import { enterConsole, newOperator } from '../support/console'
import { accessToken, protect } from '../support/console-servers'
import { expect, fillLogin, register, test } from '../support/test'

test('an operator writes who may use a server, sees whom that would refuse, and they are', async ({
  browser,
  page,
  world,
}) => {
  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await enterConsole(plain, world, await newOperator(world, 'acme'))
  const resource = 'https://ruled.example.com/mcp'
  const slug = await protect(plain, world, { name: 'Ruled', resource })
  const issuer = `${world.app.url}/s/${slug}`
  await accessToken(page, issuer)

  await plain.goto(`${world.app.url}/console/acme/servers/${slug}/access`)
  const allow = plain.getByRole('group', { name: 'Allow', exact: true })
  await plain.getByLabel('Everybody else').selectOption('deny')
  await allow.getByLabel('Claim', { exact: true }).first().fill('groups')
  await plain.getByRole('button', { name: 'Save' }).click()
  await expect(allow.getByText('Complete the condition')).toBeVisible()
  await allow.getByLabel('Value').first().fill('editors')
  await plain.getByLabel('Whom refused users should ask').fill('it@acme.example')
  await plain.getByRole('button', { name: 'Try' }).click()
  await expect(plain.getByRole('status')).toContainText(
    '1 of 1 users would be refused. Nobody would be left.',
  )
  await expect(plain.getByRole('status')).toContainText('without the claims groups')
  await plain.getByRole('button', { name: 'Save' }).click()
  await expect(plain.getByText('refuses all 1 users')).toBeVisible()
  await plain.getByLabel('Save even if').check()
  await plain.getByRole('button', { name: 'Save' }).click()
  await expect(plain.getByRole('status')).toContainText('Saved')
  await expect(allow.getByLabel('Value').first()).toHaveValue('editors')

  const redirect_uri = 'http://127.0.0.1:43120/callback'
  const metadata = { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' }
  const { client_id = '' } = await register(issuer, metadata)
  const query = { response_type: 'code', client_id, redirect_uri, code_challenge: 'x'.repeat(43) }
  const asked = new URLSearchParams({ ...query, code_challenge_method: 'S256', state: 'x' })
  const visitor = await (await browser.newContext()).newPage()
  await visitor.goto(`${issuer}/oauth/authorize?${asked}`)
  await visitor.getByRole('button', { name: 'Allow' }).click()
  await fillLogin(visitor)
  await expect(visitor.getByRole('heading', { name: 'You don’t have access' })).toBeVisible()
  await expect(visitor.getByText('If you need access, ask: it@acme.example')).toBeVisible()
  await expect(visitor.getByText('access_denied: access_refused')).toBeVisible()

  await page.goto(`${issuer}/oauth/authorize?${asked}`)
  await expect(page.getByText('signing in will most likely be refused')).toBeVisible()
  await expect(page.getByText('If you need it, ask: it@acme.example')).toBeVisible()
  await plain.context().close()
  await visitor.context().close()
})
