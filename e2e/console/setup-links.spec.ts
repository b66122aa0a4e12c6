import type { Browser, Page } from '@playwright/test'
import {
  encoded,
  readRequest,
  type SamlTestProvider,
  samlProvider,
} from '@/lib/upstream/test-support/saml-provider'
import { startIdentityProvider } from '../../sandbox/identity-provider'
import { listenOnLoopback } from '../../sandbox/loopback-server'
import { CLIENT, openConnections, runTest } from '../support/console-connections'
import { lookAt } from '../support/look'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

/** An organization of its own, and a link to a connection that its holder is to make. */
async function newLink(page: Page, world: World): Promise<{ connections: string; link: string }> {
  const connections = await openConnections(page, world)
  await page.goto(connections.replace(/connections$/, 'setup-links'))
  await page.getByLabel('For', { exact: true }).fill('Jane, IT of the customer')
  await page.getByLabel('Name of the new connection').fill('Acme Login')
  await page.getByRole('button', { name: 'Create link' }).click()
  const link = (await page.locator('.callout code').textContent()) ?? ''
  expect(link).toMatch(/\/setup\/connection\/[A-Za-z0-9_-]{43}$/)
  return { connections, link }
}

/** The holder of the link, without an account. */
async function visit(browser: Browser, link: string, options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(link)
  return page
}

/** Registers the callback URL that the page shows, and saves what the provider gave. */
async function fillIn(page: Page) {
  await page.getByRole('link', { name: 'Any other OpenID Connect provider' }).click()
  const callbackUrl = (await page.locator('.connections-registration code').textContent()) ?? ''
  const idp = await startIdentityProvider({ port: 0, ...CLIENT, redirectUris: [callbackUrl] })
  await page.getByLabel('Issuer').fill(idp.issuer)
  await page.getByLabel('Client ID').fill(CLIENT.clientId)
  await page.getByLabel('Client secret').fill(CLIENT.clientSecret)
  await page.getByRole('button', { name: 'Save' }).last().click()
  await page.waitForURL(/saved=yes$/)
  return idp
}

test('who fills in a link replaces nothing that somebody saved since their page was opened, before they have seen it', async ({
  page,
  browser,
  world,
}) => {
  const { link } = await newLink(page, world)
  const jane = await visit(browser, link)
  const idp = await fillIn(jane)
  const late = await visit(browser, link)
  const save = (one: Page) => one.getByRole('button', { name: 'Save' }).last().click()
  await jane.getByLabel('Client ID').fill('changed-meanwhile')
  await save(jane)
  await expect(jane.getByLabel('Client ID')).toHaveValue('changed-meanwhile')
  await save(late)
  await expect(late.getByText('Somebody saved other values while this form was open')).toBeVisible()
  await expect(late.getByText('was changed meanwhile')).toContainText('changed-meanwhile')
  await save(late)
  await late.waitForURL(/saved=yes$/)
  await expect(late.getByLabel('Client ID')).toHaveValue(CLIENT.clientId)
  await idp.close()
})

test('a customer fills in their connection, tests it and is finished, without an account', async ({
  page,
  browser,
  world,
}, testInfo) => {
  const { connections, link } = await newLink(page, world)
  const jane = await visit(browser, link)
  await expect(jane.getByText('through “Acme Login”')).toBeVisible()
  await lookAt(jane, testInfo, 'setup-choose')
  const foreign: string[] = []
  jane.on('request', (request) => {
    if (!request.url().startsWith(world.app.url)) foreign.push(request.url())
  })
  const idp = await fillIn(jane)
  expect(foreign).toEqual([])
  await lookAt(jane, testInfo, 'setup-filled')
  const referrers: (string | undefined)[] = []
  jane.context().on('request', (request) => {
    if (request.url().startsWith(idp.issuer)) referrers.push(request.headers().referer)
  })
  const report = await runTest(jane)
  await expect(report.getByText('Test passed')).toBeVisible()
  expect(report.url()).toContain(`${link}/test/`)
  expect(referrers.filter((referrer) => referrer?.includes('/setup/'))).toEqual([])
  const names = (await jane.context().cookies()).map(({ name }) => name)
  expect(names.filter((name) => /vst_(test|setup|session)/.test(name))).toEqual([])
  await lookAt(report, testInfo, 'setup-report')

  await page.goto(`${connections}/acme-login`)
  await expect(page.getByRole('table', { name: 'Recent tests' })).toContainText('Jane, IT of the customer')
  await page.goto(connections.replace(/connections$/, 'setup-links'))
  await expect(page.getByRole('table')).toContainText('Open')
  await lookAt(page, testInfo, 'setup-links')

  await jane.reload()
  await expect(jane.getByRole('listitem').filter({ hasText: 'Hand over' })).toHaveAttribute(
    'aria-current',
    'step',
  )
  await expect(jane.getByText(`Client ID: ${CLIENT.clientId}`)).toContainText('Test: passed on')
  await expect(jane.getByLabel('Client secret')).toHaveValue('')
  expect(await jane.content()).not.toContain(CLIENT.clientSecret)
  await jane.locator('summary', { hasText: 'Finish' }).click()
  await jane.getByRole('button', { name: 'Finish' }).click()
  await expect(jane.locator('h1', { hasText: 'Thank you' })).toBeVisible()
  expect((await jane.goto(link))?.status()).toBe(404)
  await expect(jane.locator('h1', { hasText: 'This link isn’t valid' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('table')).toContainText('Completed')
  await Promise.all([jane.context().close(), idp.close()])
})

test('a customer connects a SAML provider, which is given our metadata', async ({ page, browser, world }) => {
  const { connections, link } = await newLink(page, world)
  const jane = await visit(browser, link)
  let provider: SamlTestProvider | undefined
  const idp = await listenOnLoopback(0, () => (request, response) => {
    const asked = readRequest(`http://localhost${request.url}`)
    const form = `<form method="post" action="${asked.acs}"><input name="SAMLResponse" value="${encoded(provider?.respond(asked) ?? '')}"><input name="RelayState" value="${asked.state}"></form><script>document.forms[0].submit()</script>`
    response.writeHead(200, { 'content-type': 'text/html' }).end(form)
  })
  provider = samlProvider(`${idp.origin}/sso`)
  try {
    await jane.getByRole('link', { name: 'A provider with SAML 2.0' }).click()
    const shown = jane.locator('.connections-registration code')
    await expect(shown).toHaveCount(2)
    const [callbackUrl = '', metadataUrl = ''] = await shown.allTextContents()
    const ours = await (await fetch(metadataUrl)).text()
    expect(ours).toContain(`entityID="${callbackUrl}"`)
    expect(ours).toContain(`Location="${callbackUrl}"`)
    await expect(jane.getByLabel('Client ID')).toHaveCount(0)
    await jane.getByLabel('Metadata of the provider').fill('no metadata')
    await jane.getByRole('button', { name: 'Save' }).last().click()
    await expect(jane.locator('.field-wrong')).toContainText('Metadata of the provider')
    await jane.getByLabel('Metadata of the provider').fill(provider.metadata)
    await jane.getByRole('button', { name: 'Save' }).last().click()
    await jane.waitForURL(/saved=yes$/)
    expect(await (await fetch(metadataUrl)).text()).toBe(ours)
    const report = await runTest(jane)
    await expect(report.getByText('Test passed')).toBeVisible()
    await report.close()
    await jane.reload()
    await expect(jane.getByText(`ACS URL and entity ID: ${callbackUrl}`)).toBeVisible()
    await jane.locator('summary', { hasText: 'Finish' }).click()
    await jane.getByRole('button', { name: 'Finish' }).click()
    await jane.waitForURL('**/setup/connection/finished')
    // The operator finds it, and can change it, without a client ID or a secret.
    await page.goto(`${connections}/acme-login`)
    await expect(page.getByText(metadataUrl)).toBeVisible()
    await page.getByLabel('Name', { exact: true }).fill('Acme SAML')
    await page.getByRole('button', { name: 'Save' }).last().click()
    await expect(page.getByRole('heading', { level: 1, name: 'Acme SAML' })).toBeVisible()
  } finally {
    await idp.close()
  }
})

test('without JavaScript it goes the same way, in German', async ({ page, browser, world }) => {
  const { link } = await newLink(page, world)
  const jane = await visit(browser, link, { javaScriptEnabled: false, locale: 'de-DE' })
  await jane.getByRole('link', { name: 'Google', exact: true }).click()
  await jane.getByLabel('Client-ID').fill('vestibule')
  await jane.locator('input[type=password]').fill('secret')
  await jane.getByRole('button', { name: 'Speichern' }).last().click()
  await jane.waitForURL(/saved=yes$/)
  await expect(jane.getByText('Gespeichert. Testen Sie')).toBeVisible()
  await jane.context().close()
})

test('a revoked link and a guessed one get the same response, and save nothing', async ({
  page,
  browser,
  world,
}) => {
  const { connections, link } = await newLink(page, world)
  const jane = await visit(browser, `${link}?preset=google`)
  await jane.getByLabel('Client ID').fill('too-late')
  await jane.getByLabel('Client secret').fill('too-late')
  await page.goto(connections.replace(/connections$/, 'setup-links'))
  await page.getByText('Revoke', { exact: true }).first().click()
  await page.getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('table')).toContainText('Revoked')
  await jane.getByRole('button', { name: 'Save' }).last().click()
  await expect(jane.getByRole('heading', { name: 'This link isn’t valid' })).toBeVisible()
  await page.goto(connections)
  await expect(page.getByText('Acme Login')).toHaveCount(0)

  const guessed = link.replace(/[^/]+$/, 'A'.repeat(43))
  const answers = await Promise.all(
    [link, guessed, `${link}/test/none`, `${guessed}/test/none`].map(async (address) => {
      const response = await fetch(address)
      const text = await response.text()
      return [
        response.status,
        text.includes('This link isn’t valid'),
        response.headers.get('referrer-policy'),
      ]
    }),
  )
  for (const answer of answers) expect(answer).toEqual([404, true, 'same-origin'])
  await jane.context().close()
})

test('another site begins no test with a link, and its token is in no log', async ({ page, world }) => {
  const { link } = await newLink(page, world)
  const begin = (origin: string, address = link) =>
    fetch(`${address}/test`, { method: 'POST', headers: { origin }, redirect: 'manual' })
  expect((await begin('https://evil.example')).status).toBe(403)
  expect((await begin('null')).status).toBe(403)
  // Nothing is filled in yet.
  expect((await begin(world.app.url)).status).toBe(404)
  expect((await begin(world.app.url, link.replace(/[^/]+$/, 'A'.repeat(43)))).status).toBe(404)
  for (const path of ['', '/test', '/test/x', '/nowhere', '?preset=%00', '/%E0%A4%A'])
    await fetch(link + path, { method: path.length % 2 ? 'POST' : 'GET' })
  expect(world.app.output()).not.toContain(link.split('/').at(-1))
})
