import type { Page } from '@playwright/test'
import { enterAsOwner, enterConsole, newOperator } from '../support/console'
import { expect, test } from '../support/test'

test('an owner of an organization gets nothing by the forms of who runs the installation', async ({
  page,
  world,
}) => {
  const attacker = await newOperator(world, 'globex', 'owner')
  const attempts: readonly [path: string, press: (page: Page) => Promise<void>][] = [
    [
      'operators',
      async () => {
        const form = page.getByRole('region', { name: 'Invite an operator of the installation' })
        await form.getByLabel('Email').fill('accomplice@example.com')
        await form.getByRole('button', { name: 'Create link' }).click()
      },
    ],
    [
      'operators',
      async () => {
        const row = page.getByRole('row').filter({ hasText: attacker.email })
        await row.getByText('Change', { exact: true }).click()
        await row.getByRole('button', { name: 'Make operator of the installation' }).click()
      },
    ],
    [
      'operators',
      async () => {
        const row = page.getByRole('row').filter({ hasText: 'owner@example.com' })
        await row.getByText('Change', { exact: true }).click()
        await row.getByRole('button', { name: 'Create recovery link' }).click()
      },
    ],
    [
      'organizations',
      async () => {
        await page.getByLabel('Name', { exact: true }).fill('Accomplices')
        await page.getByRole('button', { name: 'Create organization' }).click()
      },
    ],
  ]
  for (const [path, press] of attempts) {
    await enterAsOwner(page, world)
    await page.goto(`${world.app.url}/console/${path}`)
    // Who has seen such a page once, or has the same build, knows what it sends.
    await enterConsole(page, world, attacker)
    await press(page)
    await expect(page.getByText('Your role in this organization doesn’t allow this')).toBeVisible()
  }
  const { stdout: listed } = await world.app.cli(['operators', 'list'])
  expect(listed).toMatch(new RegExp(`${attacker.email} +no `))
  expect(listed).not.toContain('accomplice')
  expect((await world.app.cli(['export'])).stdout).not.toContain('Accomplices')
})
