import type { Page } from '@playwright/test'
import { enterConsole, newOperator } from '../support/console'
import { lookAt } from '../support/look'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

const address = (world: World, path = 'acme/servers/second') => `${world.app.url}/console/${path}/doctor`

/** Presses the button, and waits for what comes of it. */
async function examine(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Run checks' }).click()
  await expect(page.getByText('Problems found')).toBeVisible()
}

test('an operator has a server examined, and reads what is wrong and what to do', async ({
  page,
  world,
}, info) => {
  await enterConsole(page, world, await newOperator(world, 'acme'))
  await page.goto(address(world))
  // Nothing is asked before the button is pressed.
  await expect(page.getByText('Problems found')).toHaveCount(0)
  await examine(page)
  // No MCP server runs where the test's configuration says.
  const mcp = page.getByRole('region', { name: 'The MCP server' })
  await expect(mcp.getByText(/answered 404: no MCP server is there/)).toBeVisible()
  await expect(mcp.getByText(/Compare the path of resource/)).toBeVisible()
  await expect(page.getByText('Cursor can register.')).toBeVisible()
  await expect(page.getByText('It knows our client ID and our callback URL').first()).toBeVisible()
  await lookAt(page, info, 'examination')
  await page.getByRole('link', { name: 'Run again' }).click()
  await expect(page.getByRole('button', { name: 'Run checks' })).toBeVisible()
})

test('it works without JavaScript, and in German', async ({ browser, world }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, locale: 'de-DE' })
  const page = await context.newPage()
  const english = await browser.newContext()
  const other = await english.newPage()
  await enterConsole(other, world, await newOperator(world, 'acme'))
  await context.addCookies(await english.cookies())
  await page.goto(address(world))
  await page.getByRole('button', { name: 'Prüfung starten' }).click()
  await expect(page.getByText('Probleme gefunden')).toBeVisible()
  await expect(page.getByRole('region', { name: 'Der Identitätsanbieter' })).toBeVisible()
  await Promise.all([context.close(), english.close()])
})

test('only a member who may configure can examine a server, and only the own organization’s', async ({
  page,
  world,
}) => {
  await enterConsole(page, world, await newOperator(world, 'acme', 'support'))
  expect((await page.goto(address(world)))?.status()).toBe(403)
  await page.context().clearCookies()
  await enterConsole(page, world, await newOperator(world, 'acme'))
  expect((await page.goto(address(world, 'acme/servers/third')))?.status()).toBe(404)
  expect((await page.goto(address(world, 'acme/servers/no-such-server')))?.status()).toBe(404)
  expect((await page.goto(address(world, 'globex/servers/third')))?.status()).toBe(404)
  // Nor by a form that names it.
  await page.goto(address(world))
  await page.locator('input[name=server]').evaluate((input: HTMLInputElement) => {
    input.value = 'third'
  })
  await page.getByRole('button', { name: 'Run checks' }).click()
  await expect(page.getByText('there is no such server')).toBeVisible()
})
