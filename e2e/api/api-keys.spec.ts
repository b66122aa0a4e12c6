import { enterAsOwner, enterConsole, newOperator } from '../support/console'
import { expectAccessible } from '../support/look'
import { expect, test } from '../support/test'

test.describe.configure({ mode: 'serial' })

const use = (url: string, key: string) =>
  fetch(`${url}/api/v1/organizations/acme/servers`, { headers: { authorization: `Bearer ${key}` } })

test('an operator makes a key, sees it once, uses it and revokes it', async ({ page, world }) => {
  const { url } = world.app
  await enterAsOwner(page, world)
  await page.goto(`${url}/console/acme/keys`)
  await page.getByLabel('Name').fill('Terraform')
  await page.getByLabel('Role').selectOption('Admin')
  await page.getByRole('button', { name: 'Create key' }).click()
  const shown = page.getByText(/^vst_key_[\w-]{43}$/)
  await expect(shown).toBeVisible()
  const key = (await shown.textContent()) ?? ''
  expect((await use(url, key)).status).toBe(200)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'I have copied it' }).click()
  const row = page.getByRole('row', { name: 'Terraform' })
  await expect(row).toContainText('Admin')
  expect(await page.content()).not.toContain(key)
  await expectAccessible(page)
  await row.getByText('Revoke').first().click()
  await row.getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByRole('row', { name: 'Terraform' })).toHaveCount(0)
  expect((await use(url, key)).status).toBe(401)
})

test('errors are beside the field, and nothing is created', async ({ page, world }) => {
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/acme/keys`)
  await page.getByRole('button', { name: 'Create key' }).click()
  await expect(page.getByText('Enter the name.')).toBeVisible()
  await expect(page.getByText(/^vst_key_/)).toHaveCount(0)
})

for (const role of ['support', 'auditor'] as const)
  test(`${role} neither sees keys nor makes one`, async ({ page, world }) => {
    await enterConsole(page, world, await newOperator(world, 'acme', role))
    const response = await page.goto(`${world.app.url}/console/acme/keys`)
    expect(response?.status()).toBe(403)
    await expect(page.getByRole('button', { name: 'Create key' })).toHaveCount(0)
  })

test('another organization’s operator finds no such page', async ({ page, world }) => {
  await enterConsole(page, world, await newOperator(world, 'globex', 'owner'))
  const response = await page.goto(`${world.app.url}/console/acme/keys`)
  expect(response?.status()).toBe(404)
})
