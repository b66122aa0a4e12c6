import { enterConsole, newOperator } from '../support/console'
import { protect } from '../support/console-servers'
import { expectAccessible } from '../support/look'
import { expect, register, test } from '../support/test'

/** One transparent pixel. */
const LOGO = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

test('a server’s name, logo and colour stand on its consent page, and on its error pages', async ({
  page,
  world,
}) => {
  await enterConsole(page, world, await newOperator(world, 'acme'))
  const slug = await protect(page, world, { name: 'Branded', resource: 'https://branded.example.com/mcp' })
  await page.goto(`${world.app.url}/console/acme/servers/${slug}/branding`)
  await page.getByLabel('Display name').fill('Acme')
  await page.getByLabel('Accent color', { exact: true }).fill('#ffee00')
  await page.getByRole('button', { name: 'Save' }).click()
  const nearest =
    /(#[0-9a-f]{6})\.$/.exec((await page.locator('.field-error').textContent()) ?? '')?.[1] ?? ''
  await page.getByLabel('Accent color', { exact: true }).fill('#0044cc')
  const filled = page.locator('.brand-light .button-filled')
  await expect(filled).toHaveCSS('background-color', 'rgb(0, 68, 204)')
  await page.getByLabel('Logo').setInputFiles({ name: 'l.png', mimeType: 'image/png', buffer: LOGO })
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status')).toContainText('Saved')
  await expect(page.locator('.brand-preview .brand-name')).toHaveText(['Acme', 'Acme'])
  expect(nearest).toMatch(/^#[0-9a-f]{6}$/)

  const issuer = `${world.app.url}/s/${slug}`
  const redirect_uri = 'https://app.example/callback'
  const { client_id = '' } = await register(issuer, { redirect_uris: [redirect_uri], client_name: 'Claude' })
  const query = { response_type: 'code', client_id, redirect_uri, code_challenge: 'x'.repeat(43), state: 's' }
  await page.goto(
    `${issuer}/oauth/authorize?${new URLSearchParams({ ...query, code_challenge_method: 'S256' })}`,
  )
  await expect(page.locator('header .brand-name')).toHaveText('Acme')
  await expect(page.getByRole('button', { name: 'Allow' })).toHaveCSS('background-color', 'rgb(0, 68, 204)')
  expect(await page.locator('.brand-logo').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Claude wants to use Branded')
  await expect(page.getByText('it registered itself')).toBeVisible()
  await expectAccessible(page)

  await page.goto(`${issuer}/oauth/authorize?${new URLSearchParams({ ...query, client_id: 'unknown' })}`)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This application isn’t registered')
  await expect(page.locator('header .brand-name')).toHaveText('Acme')
  expect(await page.locator('.brand-logo').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1)
  const accent = await page.evaluate(() =>
    getComputedStyle(document.documentElement).getPropertyValue('--vst-accent'),
  )
  expect(accent).toContain('#0044cc')
})
