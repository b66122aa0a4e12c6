import AxeBuilder from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { newOperator, signIn } from '../support/console'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

// An examination sends many requests, to hosts that may be busy.
test.describe.configure({ timeout: 120_000 })

const address = (world: World, path = 'acme/servers/second') => `${world.app.url}/console/${path}/doctor`

/** Presses the button, and waits for what comes of it. */
async function examine(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Examine now' }).click()
  await expect(page.getByText('Something is wrong')).toBeVisible({ timeout: 60_000 })
}

test('an operator has a server examined, and reads what is wrong and what to do', async ({ page, world }) => {
  await signIn(page, world, await newOperator(world, 'acme'))
  await page.goto(address(world))
  // Nothing is asked before the button is pressed.
  await expect(page.getByText('Something is wrong')).toHaveCount(0)
  await examine(page)
  // No MCP server runs where the test's configuration says.
  const mcp = page.getByRole('region', { name: 'The MCP server' })
  await expect(mcp.getByText(/answered 404: no MCP server is there/)).toBeVisible()
  await expect(mcp.getByText(/Compare the path of resource/)).toBeVisible()
  await expect(page.getByText('Cursor can register.')).toBeVisible()
  await expect(page.getByText('It knows our client ID and our callback URL').first()).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [360, 1280]) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 900 })
      const { violations } = await new AxeBuilder({ page }).analyze()
      expect(violations).toEqual([])
      const needed = await page.evaluate(() => document.documentElement.scrollWidth)
      expect(needed).toBeLessThanOrEqual(width)
    }
  await page.getByRole('link', { name: 'Examine again' }).click()
  await expect(page.getByRole('button', { name: 'Examine now' })).toBeVisible()
})

test('it works without JavaScript, and in German', async ({ browser, world }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' })
  const page = await context.newPage()
  const english = await browser.newContext()
  const other = await english.newPage()
  await signIn(other, world, await newOperator(world, 'acme'))
  await context.addCookies(await english.cookies())
  await page.goto(address(world))
  await page.getByRole('button', { name: 'Jetzt untersuchen' }).click()
  await expect(page.getByText('Etwas stimmt nicht')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByRole('region', { name: 'Der Identitätsanbieter' })).toBeVisible()
  await Promise.all([context.close(), english.close()])
})

test('only a member who may configure can examine a server, and only the own organization’s', async ({
  page,
  world,
}) => {
  await signIn(page, world, await newOperator(world, 'acme', 'support'))
  expect((await page.goto(address(world)))?.status()).toBe(403)
  await page.context().clearCookies()
  await signIn(page, world, await newOperator(world, 'acme'))
  expect((await page.goto(address(world, 'acme/servers/third')))?.status()).toBe(404)
  expect((await page.goto(address(world, 'acme/servers/no-such-server')))?.status()).toBe(404)
  expect((await page.goto(address(world, 'globex/servers/third')))?.status()).toBe(404)
  // Nor by a form that names it.
  await page.goto(address(world))
  await page.locator('input[name=server]').evaluate((input: HTMLInputElement) => {
    input.value = 'third'
  })
  await page.getByRole('button', { name: 'Examine now' }).click()
  await expect(page.getByText('there is no such server')).toBeVisible()
})
