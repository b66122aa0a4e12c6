import type { Page } from '@playwright/test'
import { enterConsole, newOperator } from '../support/console'
import { protect } from '../support/console-servers'
import { hostFetch } from '../support/host-fetch'
import { visited } from '../support/said-status'
import { expect, test } from '../support/test'

const PARTS = ['', '/next-steps', '/settings', '/scopes', '/tokens', '/clients', '/clients/cli', '/branding']

/** Sends a form of the page with other values in its hidden fields, past everything that the page forbids. */
async function forge(page: Page, button: string, values: Readonly<Record<string, string>>): Promise<void> {
  await page
    .getByRole('button', { name: button, includeHidden: true })
    .first()
    .evaluate((element, changed) => {
      for (const locked of document.querySelectorAll('fieldset')) locked.disabled = false
      const form = (element as HTMLButtonElement).form
      for (const [name, value] of Object.entries(changed)) {
        const input = form?.elements.namedItem(name)
        if (input instanceof HTMLInputElement) input.value = value
      }
      form?.requestSubmit()
    }, values)
}

test('another organization’s server is not there, on any page', async ({ page, world }) => {
  await enterConsole(page, world, await newOperator(world, 'globex'))
  for (const part of PARTS) {
    const own = `${world.app.url}/console/acme/servers/first${part}`
    expect(await visited(page, own), own).toBe(404)
    const smuggled = `${world.app.url}/console/globex/servers/first${part}`
    expect(await visited(page, smuggled), smuggled).toBe(404)
  }
})

test('a form of one’s own does nothing to another organization’s server', async ({ page, world }) => {
  await enterConsole(page, world, await newOperator(world, 'globex'))
  const tokens = `${world.app.url}/console/globex/servers/third/tokens`
  for (const target of [{ organization: 'acme', server: 'first' }, { server: 'first' }]) {
    await page.goto(tokens)
    await forge(page, 'Create new credential', target)
    await expect(page.getByRole('alert').filter({ hasText: 'there is no such' })).toBeVisible()
    await expect(page.locator('.shown')).toHaveCount(0)
  }
})

test('an auditor finds every form locked, and a forged one changes nothing', async ({ page, world }) => {
  await enterConsole(page, world, await newOperator(world, 'acme', 'auditor'))
  const base = `${world.app.url}/console/acme/servers`
  expect(await visited(page, `${base}/new`)).toBe(403)
  await page.goto(base)
  await expect(page.getByRole('link', { name: 'Add server' })).toHaveCount(0)
  for (const part of ['settings', 'scopes', 'tokens', 'clients', 'branding']) {
    await page.goto(`${base}/second/${part}`)
    await expect(page.getByRole('button', { name: 'Save' }).first()).toBeDisabled()
    await forge(page, 'Save', {})
    await expect(page.getByText('Your role in this organization doesn’t allow this')).toBeVisible()
  }
})

test('a look can change the accent colour, and nothing else of the consent page', async ({ page, world }) => {
  await enterConsole(page, world, await newOperator(world, 'acme'))
  const slug = await protect(page, world, { name: 'Evil look', resource: 'https://evil.example.com/mcp' })
  const address = `${world.app.url}/console/acme/servers/${slug}/branding`
  const accent = page.getByLabel('Accent color', { exact: true })
  for (const colour of ['#0044cc;}.warning{display:none', 'url(//evil.example)', 'transparent', '#04c']) {
    await page.goto(address)
    await accent.fill(colour)
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('is not a colour')).toBeVisible()
  }
  for (const [name, mimeType, content] of [
    ['l.svg', 'image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'],
    ['l.png', 'image/png', '<!doctype html><script>alert(1)</script>'],
  ] as const) {
    await page.goto(address)
    await page.getByLabel('Logo').setInputFiles({ name, mimeType, buffer: Buffer.from(content) })
    await page.getByRole('button', { name: 'Save' }).click()
    await expect(page.getByText('is not a PNG, JPEG or WebP image')).toBeVisible()
  }
  await page.goto(address)
  await accent.fill('#0044cc')
  await page.getByLabel('Logo').setInputFiles({
    name: 'page.html',
    mimeType: 'text/html',
    buffer: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Buffer.from('<script>')]),
  })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status')).toContainText('Saved')

  const brand = `${world.app.url}/oauth/consent/brand/${slug}`
  const stylesheet = await fetch(`${brand}/style.css`)
  const set = [...(await stylesheet.text()).matchAll(/^ *([\w-]+): /gm)].map(([, name]) => name)
  expect([...new Set(set)]).toEqual(['--vst-accent', '--vst-accent-strong'])
  const logo = await fetch(`${brand}/logo`)
  expect(logo.headers.get('content-type')).toBe('image/png')
  expect(logo.headers.get('x-content-type-options')).toBe('nosniff')
  expect(logo.headers.get('content-security-policy')).toBe("default-src 'none'; sandbox")
})

test('the looks lie on our own origin alone, and nothing is known of a server without one', async ({
  world,
}) => {
  const path = '/oauth/consent/brand/third'
  expect(await (await fetch(`${world.app.url}${path}/style.css`)).text()).toBe('')
  expect((await fetch(`${world.app.url}${path}/logo`)).status).toBe(404)
  expect((await fetch(`${world.app.url}/oauth/consent/brand/no-such/logo`)).status).toBe(404)
  expect((await hostFetch(`${world.issuers.host}${path}/style.css`)).status).toBe(404)
})
