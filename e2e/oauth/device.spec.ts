import type { Page } from '@playwright/test'
import { basic, outcome, postForm, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { answerDevice, beginDevice, DEVICE_GRANT, pollDevice, startDeviceServer } from '../support/device'
import { clientDocument, startDocumentHost } from '../support/document-host'
import { hostFetch } from '../support/host-fetch'
import type { OwnServer } from '../support/own-server'
import { expect, fillLogin, register, test } from '../support/test'
import { CONFIDENTIAL_SECRET } from '../support/world'

let server: OwnServer
test.beforeAll(async ({ world }) => {
  server = await startDeviceServer(world)
})
test.afterAll(() => server.close())

const metadataOf = async (issuer: string) =>
  (await fetch(issuer.replace('/s/', '/.well-known/oauth-authorization-server/s/'))).json()

/** A user types the code, allows and logs in. */
async function connect(page: Page, url: string, userCode: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Code').fill(userCode)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByRole('button', { name: 'Allow' }).click()
  await fillLogin(page)
}

test('only a server that lets devices in says so, and answers them', async ({ world }) => {
  const metadata = await metadataOf(server.issuer)
  expect(metadata.device_authorization_endpoint).toBe(`${server.issuer}/oauth/device_authorization`)
  expect(metadata.grant_types_supported).toContain(DEVICE_GRANT)

  const other = await metadataOf(world.issuers.path)
  expect(other).not.toHaveProperty('device_authorization_endpoint')
  expect(other.grant_types_supported).not.toContain(DEVICE_GRANT)
  const answer = await postForm(world.issuers.path, '/oauth/device_authorization', { client_id: 'cli' })
  expect(await outcome(answer)).toBe('404 invalid_request')
  const poll = await pollDevice(world.issuers.path, 'vst_dc_x', { client_id: 'cli' })
  expect(await outcome(poll)).toBe('400 unsupported_grant_type')
})

test('a device gets a secret, and a code that is easy to type', async ({ world }) => {
  const response = await postForm(server.issuer, '/oauth/device_authorization', {
    client_id: 'tv',
    scope: 'profile:read',
    resource: server.resource,
  })
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const codes = await response.json()
  expect(codes).toEqual({
    device_code: expect.stringMatching(/^vst_dc_[A-Za-z0-9_-]{43}$/),
    user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
    verification_uri: `${world.app.url}/oauth/device`,
    verification_uri_complete: `${world.app.url}/oauth/device?user_code=${codes.user_code}`,
    expires_in: 600,
    interval: 5,
  })
  const preflight = await hostFetch(`${server.issuer}/oauth/device_authorization`, { method: 'OPTIONS' })
  expect(preflight.status).toBe(204)
  const wrongMethod = await hostFetch(`${server.issuer}/oauth/device_authorization`)
  expect(wrongMethod.status).toBe(405)
  expect(wrongMethod.headers.get('allow')).toContain('POST')
})

test('a user types the code, allows and logs in, and the device has its tokens @stores', async ({
  page,
  world,
}) => {
  const codes = await beginDevice(server.issuer, { scope: 'profile:read' })
  await connect(page, codes.verification_uri, ` ${codes.user_code.toLowerCase().replace('-', ' ')}`)
  await expect(page.getByRole('main')).toContainText('Your device is connected')
  expect(new URL(page.url()).pathname).toBe('/oauth/device/done')
  expect([...new URL(page.url()).searchParams.keys()]).toEqual(['iss'])

  const response = await pollDevice(server.issuer, codes.device_code)
  expect(response.status).toBe(200)
  const tokens = await response.json()
  expect(tokens).toMatchObject({
    token_type: 'Bearer',
    scope: 'profile:read',
    refresh_token: expect.stringMatching(/^vst_rt_/),
  })
  expect(await server.introspect(tokens.access_token)).toMatchObject({
    active: true,
    client_id: 'tv',
    aud: server.resource,
    email: 'alice@example.com',
  })
  const form = { client_id: 'tv' }
  expect(await outcome(await refresh(server.issuer, tokens.refresh_token, form))).toBe('200 ok')
  expect(world.app.output()).not.toContain(codes.user_code)
})

test('the consent page says that a device asks, without a redirect', async ({ page }) => {
  const { verification_uri, user_code } = await beginDevice(server.issuer)
  await page.goto(verification_uri)
  await page.getByLabel('Code').fill(user_code)
  await page.getByRole('button', { name: 'Continue' }).click()
  const main = page.getByRole('main')
  await expect(main).toContainText('Living Room TV')
  await expect(main).toContainText('A device wants to connect')
  await expect(main).toContainText('You won’t be sent anywhere')
  await expect(main).toContainText('Continue only if you just started this on your own device')
  await expect(main).not.toContainText('You will be sent to')
  await expect(page.getByRole('button')).toHaveCount(2)
})

test('a link with the code in it still asks whether the device shows it', async ({ page }) => {
  const codes = await beginDevice(server.issuer)
  await page.goto(codes.verification_uri_complete)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Does your device show this code?')
  await expect(page.getByRole('main')).toContainText(codes.user_code)
  expect(await outcome(await pollDevice(server.issuer, codes.device_code))).toBe('400 authorization_pending')
  await page.getByRole('button', { name: 'Yes, it does' }).click()
  await page.getByRole('button', { name: 'Allow' }).click()
  await fillLogin(page)
  await expect(page.getByRole('main')).toContainText('Your device is connected')
})

test('a device learns of Deny', async ({ page }) => {
  const codes = await beginDevice(server.issuer)
  await page.goto(codes.verification_uri_complete)
  await page.getByRole('button', { name: 'Yes, it does' }).click()
  await page.getByRole('button', { name: 'Deny' }).click()
  await expect(page.getByRole('main')).toContainText('Your device was not connected')
  for (let i = 0; i < 2; i++)
    expect(await outcome(await pollDevice(server.issuer, codes.device_code))).toBe('400 access_denied')
})

test('nothing of it needs a script, or a mouse', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  const codes = await beginDevice(server.issuer)
  await page.goto(codes.verification_uri)
  await page.keyboard.press('Tab')
  await expect(page.getByLabel('Code')).toBeFocused()
  await page.keyboard.type(codes.user_code)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Allow' })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.getByLabel('Username')).toBeVisible()
  await fillLogin(page)
  await expect(page.getByRole('main')).toContainText('Your device is connected')
  expect(await outcome(await pollDevice(server.issuer, codes.device_code))).toBe('200 ok')
  await context.close()
})

test('a mistyped code is an error, and can be corrected', async ({ page }) => {
  const codes = await beginDevice(server.issuer)
  await page.goto(codes.verification_uri)
  await page.getByLabel('Code').fill('BBBB-BBBB')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('alert').first()).toContainText('No device is waiting for this code')
  await expect(page.getByLabel('Code')).toHaveAttribute('aria-invalid', 'true')
  await page.getByLabel('Code').fill(codes.user_code)
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page.getByRole('button', { name: 'Allow' })).toBeVisible()
})

test('a login that failed can be tried again with the same code', async ({ world }) => {
  const codes = await beginDevice(server.issuer)
  const visitor = newVisitor()
  await answerDevice(world, codes.user_code, 'allow', {
    ...visitor,
    // The identity provider refuses the user.
    go: (url, request) =>
      url.includes('/oauth/callback/')
        ? visitor.go(url.replace(/code=[^&]+/, 'error=access_denied'), request)
        : visitor.go(url, request),
  })
  expect(await answerDevice(world, codes.user_code)).toMatch(/\/oauth\/device\/done\?iss=/)
  expect(await outcome(await pollDevice(server.issuer, codes.device_code))).toBe('200 ok')
})

test('a client with a secret proves itself at both endpoints', async ({ world }) => {
  const box = basic('box', CONFIDENTIAL_SECRET)
  const begin = (headers: Record<string, string>, form = {}) =>
    postForm(server.issuer, '/oauth/device_authorization', form, headers)
  expect(await outcome(await begin({}, { client_id: 'box' }))).toBe('401 invalid_client')
  expect(await outcome(await begin(basic('box', 'wrong')))).toBe('401 invalid_client')
  const codes = await (await begin(box)).json()
  await answerDevice(world, codes.user_code)
  const without = await pollDevice(server.issuer, codes.device_code, { client_id: 'box' })
  expect(await outcome(without)).toBe('401 invalid_client')
  expect(await outcome(await pollDevice(server.issuer, codes.device_code, {}, box))).toBe('200 ok')
})

test('a device may register itself, without an address to go back to', async ({ world }) => {
  const metadata = { client_name: 'Terminal', token_endpoint_auth_method: 'none' }
  const grant_types = [DEVICE_GRANT, 'refresh_token']
  const registered = await register(server.issuer, { ...metadata, grant_types })
  expect(registered.grant_types).toEqual(expect.arrayContaining(grant_types))
  const client_id = registered.client_id ?? ''
  const codes = await beginDevice(server.issuer, { client_id })
  await answerDevice(world, codes.user_code)
  expect(await outcome(await pollDevice(server.issuer, codes.device_code, { client_id }))).toBe('200 ok')

  const silent = await register(server.issuer, { ...metadata, redirect_uris: ['http://127.0.0.1/callback'] })
  expect(silent.grant_types).toEqual(['authorization_code', 'refresh_token'])
  const form = { client_id: silent.client_id ?? '' }
  const answer = await postForm(server.issuer, '/oauth/device_authorization', form)
  expect(await outcome(answer)).toBe('400 unauthorized_client')
  await expect(register(world.issuers.root, { ...metadata, grant_types })).rejects.toThrow(/answered 400/)
})

test('a device may be known by its document, and come for the first time', async ({ world }) => {
  const host = await startDocumentHost()
  const client_id = host.publish(clientDocument('http://127.0.0.1/callback', { grant_types: [DEVICE_GRANT] }))
  const codes = await beginDevice(server.issuer, { client_id })
  await answerDevice(world, codes.user_code)
  expect(await outcome(await pollDevice(server.issuer, codes.device_code, { client_id }))).toBe('200 ok')
  const nowhere = { client_id: `${host.origin}/nowhere.json` }
  const answer = await postForm(server.issuer, '/oauth/device_authorization', nowhere)
  expect(await outcome(answer)).toBe('503 temporarily_unavailable')
  await host.close()
})

test('a scope is asked for, and within what the client may have', async ({ world }) => {
  const codes = await beginDevice(server.issuer, { scope: 'notes:write admin' })
  await answerDevice(world, codes.user_code)
  expect((await (await pollDevice(server.issuer, codes.device_code)).json()).scope).toBe('notes:write')
  const target = { client_id: 'tv', resource: 'https://elsewhere.example/mcp' }
  const answer = await postForm(server.issuer, '/oauth/device_authorization', target)
  expect(await outcome(answer)).toBe('400 invalid_target')
})
