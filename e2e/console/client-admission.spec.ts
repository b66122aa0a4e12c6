import { enterConsole, newOperator } from '../support/console'
import { protect } from '../support/console-servers'
import { expect, register, test } from '../support/test'

test('a client waits for an administrator, its user is told so, and comes once it is allowed', async ({
  browser,
  page,
  world,
}) => {
  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await enterConsole(plain, world, await newOperator(world, 'acme'))
  const slug = await protect(plain, world, { name: 'Watched', resource: 'https://watched.example.com/mcp' })
  const issuer = `${world.app.url}/s/${slug}`
  const clients = `${world.app.url}/console/acme/servers/${slug}/clients`
  await plain.goto(clients)
  await plain.getByLabel('Clients not listed here').selectOption('approval')
  await plain.getByRole('button', { name: 'Save' }).click()
  await expect(plain.getByText('No client is waiting.')).toBeVisible()

  const redirect_uri = 'http://127.0.0.1:43121/callback'
  const metadata = {
    client_name: 'Newcomer',
    redirect_uris: [redirect_uri],
    token_endpoint_auth_method: 'none',
  }
  const { client_id = '' } = await register(issuer, metadata)
  const query = { response_type: 'code', client_id, redirect_uri, code_challenge: 'x'.repeat(43) }
  const asked = new URLSearchParams({ ...query, code_challenge_method: 'S256', state: 'x' })
  const authorize = `${issuer}/oauth/authorize?${asked}`
  await page.goto(authorize)
  await expect(page.getByRole('heading', { name: 'Waiting for your administrator' })).toBeVisible()
  const back = page.getByRole('link', { name: 'Newcomer' })
  const answer = new URL((await back.getAttribute('href')) ?? '').searchParams
  expect([answer.get('error'), answer.get('state'), answer.get('iss')]).toEqual([
    'access_denied',
    'x',
    issuer,
  ])
  const german = await (await browser.newContext({ locale: 'de' })).newPage()
  await german.goto(authorize)
  await expect(german.getByRole('heading', { name: 'Warten auf Ihren Administrator' })).toBeVisible()

  await plain.goto(clients)
  await expect(plain.getByRole('row', { name: 'Newcomer' })).toContainText(redirect_uri)
  await plain.getByRole('button', { name: 'Allow', exact: true }).click()
  await expect(plain.getByText('No client is waiting.')).toBeVisible()
  await page.goto(authorize)
  await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible()

  await plain.goto(clients)
  await plain.getByLabel('Clients not listed here').selectOption('refuse')
  await plain.getByRole('button', { name: 'Save' }).click()
  const { status } = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
  expect(status).toBe(403)
  await plain.getByRole('button', { name: 'Create new token' }).click()
  const token = await plain.getByText(/^vst_iat_/).textContent()
  const registered = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token?.trim()}` },
    body: JSON.stringify(metadata),
  })
  expect(registered.status).toBe(201)
  await plain.context().close()
  await german.context().close()
})
