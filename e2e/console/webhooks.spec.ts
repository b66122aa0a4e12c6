import { createHmac } from 'node:crypto'
import type { Page } from '@playwright/test'
import { type Received, type Receiver, startReceiver } from '@/lib/webhooks/test-support/receiver'
import { exhaustDeliveries } from '../support/backdate'
import { enterConsole, newOperator } from '../support/console'
import { lookAt } from '../support/look'
import { type OwnServer, startOwnServer } from '../support/own-server'
import { test as base, expect } from '../support/test'

const test = base.extend<{ server: OwnServer; receiver: Receiver }>({
  server: async ({ world }, use) => {
    const server = await startOwnServer(world)
    await use(server)
    await server.close()
  },
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from a pattern.
  receiver: async ({}, use) => {
    const receiver = await startReceiver()
    await use(receiver)
    await receiver.close()
  },
})

/** Whether a message is signed with this secret, worked out anew. */
function isSigned({ body, headers }: Received, secret: string): boolean {
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  const expected = `v1,${createHmac('sha256', key).update(signed).digest('base64')}`
  return String(headers['webhook-signature']).split(' ').includes(expected)
}

/** Fills in the form for a new webhook; returns the secret that is shown. */
async function addWebhook(page: Page, url: string, actions = ''): Promise<string> {
  const form = page.getByRole('region', { name: 'New webhook' })
  await form.getByLabel('URL').fill(url)
  await form.getByLabel('Actions').fill(actions)
  await form.getByRole('button', { name: 'Create webhook' }).click()
  const secret = (await page.getByText(/^whsec_/).textContent()) ?? ''
  await page.getByRole('link', { name: 'I have copied it' }).click()
  await expect(page.getByText(/whsec_/)).toHaveCount(0)
  return secret
}

const of = ({ received }: Receiver, action: string) =>
  received.filter(({ body }) => JSON.parse(body).action === action)

test('what is revoked arrives, signed; what does not is a dead letter, and is sent again', async ({
  page,
  world,
  server,
  receiver,
}, info) => {
  test.slow()
  const console = `${world.app.url}/console/${server.slug}`
  await server.logIn()
  await enterConsole(page, world, await newOperator(world, server.slug, 'admin'))
  await page.goto(`${console}/audit`)
  await page.getByRole('link', { name: 'Webhooks' }).click()
  await page.waitForURL('**/webhooks')
  await lookAt(page, info, 'none')
  const secret = await addWebhook(page, receiver.url, 'grant. member.')
  await lookAt(page, info, 'list')
  await page.getByRole('link', { name: receiver.url }).click()
  const webhook = page.url()
  await page.getByRole('button', { name: 'Send test' }).click()
  await expect.poll(() => of(receiver, 'webhook.tested')).toHaveLength(1)
  expect(isSigned(of(receiver, 'webhook.tested')[0]!, secret)).toBe(true)
  await expect(page.getByRole('row', { name: 'webhook.tested' })).toContainText('HTTP 204')

  await page.goto(`${console}/access`)
  await page.getByRole('link', { name: 'Connected', exact: true }).click()
  await page.locator('summary', { hasText: 'End grant' }).click()
  await page.getByRole('button', { name: 'End grant' }).click()
  await expect(page.getByText('Grant ended.')).toBeVisible()
  // What the operator did, and what came of it.
  await expect.poll(() => of(receiver, 'grant.revoked').length).toBe(2)
  expect(isSigned(of(receiver, 'grant.revoked')[0]!, secret)).toBe(true)

  receiver.answer((response) => response.writeHead(500).end('<script>alert(1)</script> out of order'))
  await page.goto(webhook)
  await page.getByRole('button', { name: 'Send test' }).click()
  await expect.poll(() => of(receiver, 'webhook.tested').length).toBe(2)
  await expect(page.getByRole('row').filter({ hasText: 'HTTP 500' })).toContainText('Waiting')
  await exhaustDeliveries(world, server.slug)
  await expect(async () => {
    await page.goto(`${webhook}?state=dead`)
    await expect(page.getByRole('row').filter({ hasText: 'out of order' })).toContainText('Failed', {
      timeout: 1_000,
    })
  }).toPass()
  await lookAt(page, info, 'dead')

  receiver.answer((response) => response.writeHead(200).end())
  await page.getByRole('row').getByRole('button', { name: 'Resend' }).click()
  await expect.poll(() => of(receiver, 'webhook.tested').length).toBe(4)
  await expect(page.getByRole('link', { name: 'Failed (0)' })).toBeVisible()
  await expect(page.getByRole('row').filter({ hasText: 'failed' })).toHaveCount(0)
  const ids = of(receiver, 'webhook.tested').map(({ headers }) => headers['webhook-id'])
  expect(new Set(ids.slice(1)).size, 'the same at every attempt').toBe(1)
  expect(isSigned(of(receiver, 'webhook.tested').at(-1)!, secret)).toBe(true)
})

test('without JavaScript it is made, changed, given another secret, switched off and removed', async ({
  browser,
  world,
  server,
  receiver,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await enterConsole(page, world, await newOperator(world, server.slug, 'admin'))
  await page.goto(`${world.app.url}/console/${server.slug}/webhooks`)
  await page.getByLabel('URL').fill('http://internal.example/')
  await page.getByRole('button', { name: 'Create webhook' }).click()
  await expect(page.getByText('must be an https URL')).toBeVisible()
  const first = await addWebhook(page, `${receiver.url}?a=1`)
  await page.getByRole('link', { name: receiver.url }).click()
  const webhook = page.url()
  await page.getByRole('button', { name: 'Create new secret' }).click()
  const second = (await page.getByText(/^whsec_/).textContent()) ?? ''
  await page.goto(webhook)
  await expect(page.getByText(/^Until .* the previous secret signs as well/)).toBeVisible()
  await page.getByRole('button', { name: 'Send test' }).click()
  await expect.poll(() => of(receiver, 'webhook.tested').length).toBe(1)
  const [message] = of(receiver, 'webhook.tested')
  for (const secret of [first, second]) expect(isSigned(message!, secret)).toBe(true)
  await page.getByLabel('Enabled').uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Off', { exact: true })).toBeVisible()
  await page.locator('summary', { hasText: 'Remove webhook' }).click()
  await page.getByRole('button', { name: 'Remove webhook' }).click()
  await expect(page.getByText('No webhooks yet')).toBeVisible()
  expect((await page.goto(webhook))?.status()).toBe(404)
  await context.close()
})

test('an auditor sees how it does, not the whole address, and changes nothing', async ({
  page,
  world,
  server,
  receiver,
}) => {
  await enterConsole(page, world, await newOperator(world, server.slug, 'admin'))
  await page.goto(`${world.app.url}/console/${server.slug}/webhooks`)
  await addWebhook(page, `${receiver.url}?token=in-the-address`)
  await page.context().clearCookies()
  await enterConsole(page, world, await newOperator(world, server.slug, 'auditor'))
  await page.goto(`${world.app.url}/console/${server.slug}/webhooks`)
  await page.getByRole('link', { name: new URL(receiver.url).origin }).click()
  await expect(page.getByText('No deliveries yet')).toBeVisible()
  expect(await page.content()).not.toContain('in-the-address')
  for (const name of ['Send test', 'Save', 'Create new secret', 'Remove webhook'])
    await expect(page.getByRole('button', { name })).toHaveCount(0)
})
