import { enterAsOwner, enterConsole, newOperator } from '../support/console'
import { expect, test } from '../support/test'

test('a form is sent in place: what is wrong has the focus, says so until it is corrected, and is not lost by leaving', async ({
  page,
  world,
}) => {
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/acme/servers/new`)
  const loads: string[] = []
  page.on('framenavigated', (frame) => loads.push(frame.url()))
  await page.getByLabel('Name').fill('Typed before')
  await page.getByRole('button', { name: 'Add server' }).click()
  const address = page.getByLabel('MCP URL')
  await expect(address).toHaveAttribute('aria-invalid', 'true')
  await expect(address).toBeFocused()
  await expect(page.getByLabel('Name')).toHaveValue('Typed before')
  expect(loads, 'the page has not been left').toEqual([])
  await address.pressSequentially('h')
  await expect(address).not.toHaveAttribute('aria-invalid')
  const asked = page.waitForEvent('dialog')
  const leaving = page.close({ runBeforeUnload: true })
  expect((await asked).type()).toBe('beforeunload')
  await (await asked).accept()
  await leaving
})

test('several wrong fields are listed above the form, with links to them', async ({ page, world }) => {
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/acme/servers/new`)
  await page.getByRole('button', { name: 'Add server' }).click()
  const faults = page.getByRole('alert').getByRole('link')
  await expect(faults).toHaveCount(2)
  await faults.last().click()
  await expect(page.getByLabel('MCP URL')).toBeFocused()
  await page.getByLabel('MCP URL').fill('https://mcp.example.com/mcp')
  await expect(faults).toHaveCount(1)
})

test('Ctrl K finds, arrows move and Enter opens', async ({ page, world }) => {
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/acme/audit`)
  await page.keyboard.press('Control+k')
  const dialog = page.getByRole('dialog', { name: 'Search' })
  await expect(dialog).toBeVisible()
  await page.keyboard.type('Acme Log')
  // Other organizations have connections of that name, too.
  const first = dialog.getByRole('link', { name: /Acme Login/ }).first()
  const address = await first.getAttribute('href')
  expect(address).toMatch(/\/connections\/[\w-]+$/)
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**${address}`)
})

test('a page that is not there says so within the console, in the language of the browser, and may not be seen', async ({
  browser,
  world,
}) => {
  const page = await (await browser.newContext({ locale: 'de-DE' })).newPage()
  await enterConsole(page, world, await newOperator(world, 'acme', 'auditor'))
  const missing = await page.goto(`${world.app.url}/console/acme/connections/no-such-thing`)
  expect(missing?.status()).toBe(404)
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Seite nicht gefunden')
  await expect(page.getByRole('link', { name: 'Verbindungen' })).toBeVisible()
  const forbidden = await page.goto(`${world.app.url}/console/acme/audit/retention`)
  expect(forbidden?.status()).toBe(403)
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await page.context().close()
})
