import { samlProvider } from '@/lib/upstream/test-support/saml-provider'
import { freePort } from '@/test/free-port'
import { enterConsole, newOperator } from '../support/console'
import { CLIENT, connectProvider, openConnections, openTest, runTest } from '../support/console-connections'
import { lookAt } from '../support/look'
import { expect, test } from '../support/test'

test('from an empty list to a login that works, with four fields', async ({ page, world }) => {
  const connections = await openConnections(page, world)
  await page.goto(connections)
  await expect(page.getByText('No connections yet')).toBeVisible()
  const { idp, callbackUrl } = await connectProvider(page, connections)
  await expect(page.getByText('Connection saved')).toBeVisible()
  const report = await runTest(page)
  const main = report.getByRole('main')
  await expect(main.getByText('Test passed')).toBeVisible()
  await expect(report.getByRole('listitem').filter({ hasText: 'Done' })).toHaveCount(5)
  for (const text of [idp.issuer, callbackUrl, 'alice', 'openid email profile offline_access'])
    await expect(main.getByText(text, { exact: true }).first()).toBeVisible()
  await expect(main.getByRole('row', { name: 'email alice@' })).toBeVisible()
  expect(await report.content()).not.toContain(CLIENT.clientSecret)
  expect((await report.context().cookies()).map(({ name }) => name).join()).not.toMatch(
    /vst_(session|test|state)/,
  )
  await page.bringToFront()
  await page.goto(`${connections}/acme-login`)
  await expect(page.getByRole('row', { name: /Test passed/ })).toBeVisible()
  await page.goto(connections)
  await expect(page.getByRole('row', { name: /Acme Login/ })).toContainText('No servers yet')
  await idp.close()
})

test('the issuer is looked up while it is typed', async ({ page, world }) => {
  const connections = await openConnections(page, world)
  await page.goto(`${connections}/new?preset=oidc&id=typed`)
  await page.getByLabel('Issuer', { exact: true }).pressSequentially(world.idp.issuer)
  await expect(page.getByText(`Found: ${world.idp.issuer}`)).toBeVisible()
  await expect(page.getByText('PKCE (S256)')).toBeVisible()
  await page.getByLabel('Issuer', { exact: true }).fill(`https://localhost:${await freePort()}`)
  await expect(page.getByText('cannot be reached from here')).toBeVisible()
  await page.getByLabel('Issuer', { exact: true }).fill(`${world.idp.issuer}/nothing`)
  await page.getByRole('button', { name: 'Look up' }).click()
  await expect(page.getByText('has no metadata at this address')).toBeVisible()
})

test('all of it works without JavaScript', async ({ browser, world }) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  const connections = await openConnections(page, world)
  await page.goto(`${connections}/new?preset=oidc&id=plain`)
  await page.getByLabel('Name', { exact: true }).fill('Plain')
  await page.getByLabel('Issuer', { exact: true }).fill(`${world.idp.issuer}/`)
  await page.getByRole('button', { name: 'Look up' }).click()
  await expect(page.getByText(`Found: ${world.idp.issuer}`)).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Plain')
  await page.getByLabel('Client secret').fill('typed')
  // Enter presses the button that creates, and not the first one that is seen.
  await page.getByLabel('Name', { exact: true }).press('Enter')
  await expect(page.getByText('Nothing was changed')).toBeVisible()
  await expect(page.locator('.field-wrong')).toContainText('Client ID')
  await expect(page.getByLabel('Issuer', { exact: true })).toHaveValue(`${world.idp.issuer}/`)
  expect(await page.content()).not.toContain('typed')
  const { idp } = await connectProvider(page, connections)
  const report = await runTest(page)
  await expect(report.getByText('Test passed')).toBeVisible()
  await page.context().close()
  await idp.close()
})

test('a preset asks in the words of its provider, and makes the issuer', async ({ page, world }) => {
  const connections = await openConnections(page, world)
  await page.goto(`${connections}/new`)
  await page.getByRole('link', { name: 'Microsoft Entra ID' }).click()
  await expect(page.getByText('the platform “Web”')).toBeVisible()
  await page.getByLabel('Directory (tenant) ID').fill('contoso.com')
  await page.getByLabel('Client ID').fill('an-id')
  await page.getByLabel('Client secret').fill('a-secret')
  await page.getByRole('button', { name: 'Create connection' }).last().click()
  await expect(page.locator('.field-wrong')).toContainText('Directory (tenant) ID')
  await page.getByLabel('Directory (tenant) ID').fill('1b4e28ba-2fa1-11d2-883f-0016d3cca427')
  await page.getByLabel('Client secret').fill('a-secret')
  await page.getByRole('button', { name: 'Create connection' }).last().click()
  await page.waitForURL('**/connections/microsoft-entra-id?saved=new')
  await expect(page.getByLabel('Issuer', { exact: true })).toHaveValue(
    'https://login.microsoftonline.com/1b4e28ba-2fa1-11d2-883f-0016d3cca427/v2.0',
  )
})

test('a SAML provider is told of us before the connection is saved, and requests are signed as chosen', async ({
  page,
  world,
}) => {
  const connections = await openConnections(page, world)
  const provider = samlProvider(`${world.idp.issuer}/sso`)
  const metadata = `${world.app.url}/oauth/connections/saml-typed/saml-metadata`
  await page.goto(`${connections}/new?preset=saml&id=saml-typed`)
  await expect(page.getByText(metadata, { exact: true })).toBeVisible()
  await expect(page.getByText('answers once the connection is saved')).toBeVisible()
  await page.getByLabel('Name', { exact: true }).fill('Acme SAML')
  await page.getByLabel('Metadata of the provider').fill(provider.metadata)
  await page.getByText('More', { exact: true }).click()
  await expect(page.getByLabel('Send PKCE')).toHaveCount(0)
  await page.getByLabel('Sign our requests').selectOption('Always')
  await page.getByRole('button', { name: 'Create connection' }).last().click()
  await page.waitForURL('**/connections/acme-saml?saved=new')
  const isSigned = async () => /AuthnRequestsSigned="(\w+)"/.exec(await (await fetch(metadata)).text())?.[1]
  expect(await isSigned()).toBe('true')
  await page.getByText('More', { exact: true }).click()
  await expect(page.getByLabel('Sign our requests')).toHaveValue('true')
  await page.getByLabel('Sign our requests').selectOption('As the provider’s metadata says')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await expect.poll(isSigned).toBe('false')
})

test('an organization without a provider goes on to the people it has', async ({ page, world }) => {
  const connections = await openConnections(page, world)
  await page.goto(`${connections}/new`)
  await page.getByRole('link', { name: 'accounts in Vestibule itself' }).click()
  await expect(page.getByLabel('Client ID')).toHaveCount(0)
  await page.getByLabel('Name', { exact: true }).fill('Our people')
  await page.getByRole('button', { name: 'Create connection' }).last().click()
  await page.waitForURL('**/connections/our-people/people')
  await page.goto(`${connections}/our-people`)
  await expect(page.getByRole('button', { name: 'Test connection' })).toHaveCount(0)
  await page.getByLabel('Name', { exact: true }).fill('Our own people')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await expect(page.getByRole('heading', { level: 1, name: 'Our own people' })).toBeVisible()
  await page.getByRole('link', { name: 'Add and remove people' }).click()
  await page.waitForURL('**/connections/our-people/people')
})

test('settings change, and the secret stays unless another is typed', async ({ page, world }) => {
  const connections = await openConnections(page, world)
  const { idp } = await connectProvider(page, connections)
  await page.getByLabel('Name', { exact: true }).fill('Acme Staff')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await expect(page.getByText('Saved.')).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'Acme Staff' })).toBeVisible()
  const works = await runTest(page)
  await expect(works.getByText('Test passed')).toBeVisible()
  await page.getByLabel('Client secret').fill('another-secret')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await expect(page.getByText('Saved.')).toBeVisible()
  const fails = await runTest(page)
  await expect(fails.getByText('Test failed')).toBeVisible()
  await page.goto(`${connections}/acme-login`)
  await page.getByLabel('Issuer', { exact: true }).fill(world.idp.issuer)
  await page.getByRole('button', { name: 'Save' }).last().click()
  await expect(page.getByText('Enter the client secret again')).toBeVisible()
  await expect(page.getByLabel('Issuer', { exact: true })).toHaveValue(world.idp.issuer)
  await page.getByLabel('Client secret').fill('the-secret-of-the-new-one')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await expect(page.getByText('becomes a new user')).toBeVisible()
  await idp.close()
})

test('a wrong client secret is named, with what to do', async ({ page, world }) => {
  const { idp } = await connectProvider(page, await openConnections(page, world), undefined, {
    secret: 'wrong',
  })
  const report = await runTest(page)
  const failed = report.getByRole('listitem').filter({ hasText: 'Failed' })
  await expect(failed).toContainText('Redeem the code')
  await expect(failed).toContainText('client_secret')
  await expect(report.getByRole('listitem').filter({ hasText: 'Not reached' })).toContainText('Identify you')
  await idp.close()
})

test('a wrong callback URL is shown to compare, since the provider never redirects back', async ({
  page,
  world,
}) => {
  const wrong = () => ({ redirectUris: ['https://elsewhere.example/callback'] })
  const { idp, callbackUrl } = await connectProvider(page, await openConnections(page, world), wrong)
  const tab = await openTest(page)
  await expect(tab.getByText('redirect_uri')).toBeVisible()
  await page.reload()
  await page
    .getByRole('row', { name: /Waiting for you to sign in/ })
    .getByRole('link')
    .click()
  await expect(page.getByText('the callback URL is usually not registered')).toBeVisible()
  await expect(page.getByText(callbackUrl).first()).toBeVisible()
  await idp.close()
})

test('a scope that the provider refuses is named', async ({ page, world }) => {
  const onlyOpenid = (callbackUrl: string) => ({
    configuration: {
      clients: [
        {
          client_id: CLIENT.clientId,
          client_secret: CLIENT.clientSecret,
          redirect_uris: [callbackUrl],
          scope: 'openid',
        },
      ],
    },
  })
  const { idp } = await connectProvider(page, await openConnections(page, world), onlyOpenid)
  const tab = await openTest(page)
  await tab.waitForURL('**/test/*')
  const failed = tab.getByRole('listitem').filter({ hasText: 'Failed' })
  await expect(failed).toContainText('Return from the provider')
  await expect(failed).toContainText('invalid_scope')
  await idp.close()
})

test('a member without the permission to configure sees everything but buttons, forms and secrets', async ({
  page,
  browser,
  world,
}) => {
  const connections = await openConnections(page, world)
  const { idp } = await connectProvider(page, connections)
  const organization = new URL(connections).pathname.split('/')[2]
  const auditor = await (await browser.newContext()).newPage()
  await enterConsole(auditor, world, await newOperator(world, organization, 'auditor'))
  await auditor.goto(connections)
  await expect(auditor.getByRole('link', { name: 'New connection' })).toHaveCount(0)
  await auditor.getByRole('link', { name: 'Acme Login' }).click()
  await expect(auditor.getByText(CLIENT.clientId, { exact: true })).toBeVisible()
  await expect(auditor.getByRole('main').getByRole('button', { name: /Test|Save/ })).toHaveCount(0)
  expect(await auditor.content()).not.toContain(CLIENT.clientSecret)
  expect((await auditor.goto(`${connections}/new`))?.status()).toBe(403)
  await auditor.context().close()
  await idp.close()
})

test('a new connection and a test that failed are readable in light and dark, small and large', async ({
  page,
  world,
}, testInfo) => {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  const connections = await openConnections(page, world)
  await page.goto(connections)
  await lookAt(page, testInfo, 'empty')
  await page.goto(`${connections}/new?preset=oidc&id=seen`)
  await page.getByLabel('Issuer', { exact: true }).fill(world.idp.issuer)
  await expect(page.getByText('Found:')).toBeVisible()
  await page.getByText('More', { exact: true }).click()
  await lookAt(page, testInfo, 'new')
  const { idp } = await connectProvider(page, connections)
  await runTest(page)
  await page.bringToFront()
  await page.getByLabel('Client secret').fill('wrong')
  await page.getByRole('button', { name: 'Save' }).last().click()
  await lookAt(await runTest(page), testInfo, 'failed')
  expect(complaints).toEqual([])
  await idp.close()
})
