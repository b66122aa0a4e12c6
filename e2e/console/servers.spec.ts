import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { enterConsole, newOperator } from '../support/console'
import { accessToken, protect, runCode, tabTo } from '../support/console-servers'
import { lookAt } from '../support/look'
import { expect, test } from '../support/test'

test('a server is protected in one screen, by keyboard alone and without JavaScript, and answers at once', async ({
  browser,
  world,
}) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await enterConsole(page, world, await newOperator(world, 'acme'))
  await page.goto(`${world.app.url}/console/acme/servers`)
  await tabTo(page, page.getByRole('link', { name: 'Add server' }))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/servers/new')
  await tabTo(page, page.getByLabel('Name'))
  await page.keyboard.type('Keyboard files')
  await page.keyboard.press('Tab')
  await page.keyboard.type('files.example.com')
  await page.keyboard.press('Enter')
  await expect(page.getByText('must be the absolute http or https URL')).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveValue('Keyboard files')
  await tabTo(page, page.getByLabel('MCP URL'))
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type('https://files.example.com/mcp')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Acme Login for')
  await tabTo(page, page.getByRole('button', { name: 'Add server' }))
  await page.keyboard.press('Enter')
  await page.waitForURL('**/servers/keyboard-files/next-steps?created=1')
  await expect(page.getByRole('status')).toContainText('Server added')
  await tabTo(page, page.getByText('Show the answers'))
  await page.keyboard.press('Enter')
  await expect(page.getByText('resource_metadata="https://files.example.com/.well-known')).toBeVisible()

  const issuer = `${world.app.url}/s/keyboard-files`
  const metadata = await fetch(`${world.app.url}/.well-known/oauth-authorization-server/s/keyboard-files`)
  expect(await metadata.json()).toMatchObject({ issuer, jwks_uri: `${issuer}/oauth/jwks` })
  await page.goto(`${world.app.url}/console/acme/servers/keyboard-files/settings`)
  await expect(page.getByLabel('Connection')).toHaveValue('path')
  await page.context().close()
})

for (const javaScriptEnabled of [true, false])
  test(`who saves second is told what is stored, keeps what they typed and may replace it, JavaScript: ${javaScriptEnabled}`, async ({
    browser,
    world,
  }) => {
    const operator = await newOperator(world, 'acme')
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    await enterConsole(page, world, operator)
    const name = `Twice edited ${javaScriptEnabled}`
    const slug = await protect(page, world, { name, resource: `https://twice.example/${javaScriptEnabled}` })
    const other = await context.newPage()
    for (const one of [page, other]) await one.goto(`${world.app.url}/console/acme/servers/${slug}/settings`)
    await other.getByLabel('Name').fill('Saved first')
    await other.getByRole('button', { name: 'Save' }).click()
    await other.waitForURL('**saved=1')

    await page.getByLabel('Name').fill('Saved second')
    await page.getByLabel('URL aliases').fill('https://twice.example/alias')
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('Somebody saved other values while this form was open')).toBeVisible()
    await expect(page.getByText('was changed meanwhile: “Saved first” is stored now').last()).toBeVisible()
    await expect(page.getByLabel('Name')).toHaveValue('Saved second')
    await expect(page.getByLabel('URL aliases')).toHaveValue('https://twice.example/alias')
    await other.reload()
    await expect(other.getByLabel('Name')).toHaveValue('Saved first')
    // What they see on another tab of the server is none of this form's business.
    await other.goto(`${world.app.url}/console/acme/servers/${slug}/tokens`)
    await other.getByLabel('Claims in tokens').fill('email')
    await other.getByRole('button', { name: 'Save' }).first().click()
    await other.waitForURL('**saved=1')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.waitForURL('**saved=1')
    await expect(page.getByLabel('Name')).toHaveValue('Saved second')
    await context.close()
  })

test('the code on the next-steps page lets a real token in, and nothing else', async ({ page, world }) => {
  await enterConsole(page, world, await newOperator(world, 'acme'))
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const resource = `${origin}/mcp`
  const slug = await protect(page, world, { name: 'Snippets', resource })
  const issuer = `${world.app.url}/s/${slug}`
  const code = async (id: string) => (await page.locator(`#snippet-${id} pre`).textContent()) ?? ''
  const [plain, sdk] = [await code('fetch'), await code('sdk')]

  const good = await accessToken(page, issuer)
  const foreign = await accessToken(page, world.issuers.root)
  const ask = (token?: string) =>
    new Request(resource, token ? { headers: { authorization: `Bearer ${token}` } } : {})

  const own = await runCode<Protected>('fetch', plain)
  const handle = own.protectedBy((_request, { user }) => Response.json(user))
  expect(await (await handle(ask(good))).json()).toMatchObject({ claims: { iss: issuer, aud: resource } })
  const metadataUrl = `${origin}/.well-known/oauth-protected-resource/mcp`
  const metadata = await handle(new Request(metadataUrl))
  expect(await metadata.json()).toMatchObject({ resource, authorization_servers: [issuer] })
  for (const token of [undefined, foreign, `${good.slice(0, -4)}AAAA`, 'nonsense']) {
    const refused = await handle(ask(token))
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain(`resource_metadata="${metadataUrl}"`)
  }

  const express = await runCode<{ app: RequestListener }>('sdk', sdk + EXPRESS)
  http.on('request', express.app)
  expect((await fetch(ask(good))).status).toBe(200)
  const refused = await fetch(ask())
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain(`resource_metadata="${metadataUrl}"`)
  expect((await fetch(ask(foreign))).status).toBe(401)
  expect(await (await fetch(metadataUrl)).json()).toMatchObject({ resource })

  await page.goto(`${world.app.url}/console/acme/servers/${slug}/next-steps`)
  for (const step of ['Applications find Vestibule', 'Tokens are verified', 'First user signed in'])
    await expect(page.getByRole('listitem').filter({ hasText: step })).toHaveAttribute('data-done', '')
  http.close()
})

test('an opaque server’s code asks Vestibule, with a credential that is shown once', async ({
  browser,
  page,
  world,
}) => {
  const plain = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  const operator = await newOperator(world, 'acme')
  await enterConsole(plain, world, operator)
  const resource = 'https://opaque.example.com/mcp'
  const slug = await protect(plain, world, { name: 'Opaque', resource })
  const tokens = `${world.app.url}/console/acme/servers/${slug}/tokens`
  await plain.goto(tokens)
  await plain.getByLabel('Format').selectOption('opaque')
  await plain.getByRole('button', { name: 'Save' }).first().click()
  await expect(plain.getByText('without it the server cannot have its opaque tokens checked')).toBeVisible()

  await plain.goto(tokens)
  await plain.getByRole('button', { name: 'Create new credential' }).click()
  const secret = (await plain.locator('.shown').textContent()) ?? ''
  expect(secret).toMatch(/^vst_rs_[A-Za-z0-9_-]{43}$/)
  expect(plain.url()).toBe(tokens)
  await plain.goto(tokens)
  await expect(plain.getByText('It cannot be shown again')).toBeVisible()
  expect(await plain.content()).not.toContain(secret)
  await plain.getByRole('button', { name: 'Create new credential' }).click()
  await expect(plain.getByText('Tick this first')).toBeVisible()
  await plain.getByLabel('Format').selectOption('opaque')
  await plain.getByRole('button', { name: 'Save' }).first().click()
  await expect(plain.getByRole('status')).toContainText('Saved')

  await plain.goto(`${world.app.url}/console/acme/servers/${slug}/next-steps`)
  const code = (await plain.locator('#snippet-fetch pre').textContent()) ?? ''
  process.env.RESOURCE_SECRET = secret
  const own = await runCode<Protected>('opaque', code)
  delete process.env.RESOURCE_SECRET
  const handle = own.protectedBy((_request, { user }) => Response.json(user))
  const token = await accessToken(page, `${world.app.url}/s/${slug}`)
  expect(token).toMatch(/^vst_at_/)
  const ask = (bearer: string) => new Request(resource, { headers: { authorization: `Bearer ${bearer}` } })
  expect(await (await handle(ask(token))).json()).toMatchObject({ claims: { active: true, aud: resource } })
  expect((await handle(ask('vst_at_forged'))).status).toBe(401)
  await plain.context().close()
})

test('scopes, policies and clients are changed without JavaScript, and mistakes stand at their fields', async ({
  browser,
  world,
}) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await enterConsole(page, world, await newOperator(world, 'acme'))
  const slug = await protect(page, world, { name: 'Parts', resource: 'https://parts.example.com/mcp' })
  const base = `${world.app.url}/console/acme/servers/${slug}`
  await page.goto(`${base}/scopes`)
  const second = page.getByRole('group', { name: 'Add scope' }).nth(1)
  await second.getByLabel('Name').fill('files read')
  await second.getByLabel('Description for users').fill('Read your files')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(second.getByText('is not a scope')).toBeVisible()
  await second.getByLabel('Name').fill('files:read')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status')).toContainText('Saved')
  await expect(page.getByRole('group', { name: 'Scope 1' }).getByLabel('Name')).toHaveValue('files:read')

  await page.goto(`${base}/clients`)
  await page.getByLabel('Clients identified by a metadata document').selectOption('hosts')
  await page.getByLabel('Hosts', { exact: true }).fill('claude.ai chatgpt.com')
  await page.getByLabel('Allow clients to register themselves').uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByLabel('Hosts', { exact: true })).toHaveValue('claude.ai chatgpt.com')
  await expect(page.getByLabel('Allow clients to register themselves')).not.toBeChecked()

  await page.getByText('Enter its details').click()
  await page.getByLabel('Client ID').fill('backend')
  await page.getByLabel('Authentication').selectOption('client_secret_basic')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  await expect(page.getByText('Enter at least one entry for “Redirect URIs”.')).toBeVisible()
  await page.getByLabel('Redirect URIs').fill('https://backend.example.com/callback')
  await page.getByRole('button', { name: 'Add', exact: true }).click()
  const secret = (await page.locator('.shown').textContent()) ?? ''
  expect(secret).toMatch(/^vst_cs_/)
  await page.getByRole('link', { name: 'Back to the clients' }).click()
  await page.getByRole('link', { name: 'backend' }).click()
  await expect(page.getByLabel('Redirect URIs')).toHaveValue('https://backend.example.com/callback')
  expect(await page.content()).not.toContain(secret)
  await page.context().close()
})

test('the tokens of a server say to an auditor whom to ask', async ({ page, world }, info) => {
  await enterConsole(page, world, await newOperator(world, 'globex', 'auditor'))
  await page.goto(`${world.app.url}/console/globex/servers/third/tokens`)
  await expect(page.getByText('you need the Admin or Owner role')).toBeVisible()
  await lookAt(page, info, 'auditor')
})

/** What the code for any framework exports. */
type Protected = {
  protectedBy(
    handler: (request: Request, context: { readonly user: object }) => Response,
  ): (request: Request) => Promise<Response>
}

/** What an application adds to the code for Express. */
const EXPRESS = `
import express from 'express'
export const app = express()
app.use(protection)
app.get('/mcp', (_request, response) => response.json({ ok: true }))
`
