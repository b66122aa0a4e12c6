import type { Page } from '@playwright/test'
import { connectProvider, openConnections } from '../support/console-connections'
import { expect, test } from '../support/test'

test('who saves second what a provider says of its users is told what is stored, and may replace it', async ({
  page,
  world,
}) => {
  const connections = await openConnections(page, world)
  const { idp } = await connectProvider(page, connections)
  await page.getByText('Provisioning (SCIM 2.0)').click()
  await page.getByRole('button', { name: 'Create token' }).click()
  await expect(page.getByText(/vst_scim_/)).toBeVisible()
  const other = await page.context().newPage()
  const formOf = (one: Page, label: string) => one.locator('form').filter({ has: one.getByLabel(label) })
  const provisioned = 'A provisioned user is the one who signs in with the same'
  const transmitter = 'Issuer of the transmitter'
  const edits = [
    {
      label: provisioned,
      edit: (one: Page, value: string) => one.getByLabel(provisioned).selectOption(value),
      values: ['user_name', 'email'],
    },
    {
      label: transmitter,
      edit: async (one: Page, value: string) => {
        // Folded until it is used.
        await one.getByText('Shared Signals (CAEP, RISC)').click()
        await one.getByLabel(transmitter).fill(value)
        await one.getByLabel('Audience', { exact: true }).fill(`${value}/audience`)
      },
      values: ['https://first.example', 'https://second.example'],
    },
  ] as const
  for (const { label, edit, values } of edits) {
    for (const one of [page, other]) await one.goto(`${connections}/acme-login`)
    await edit(other, values[0])
    await formOf(other, label).getByRole('button', { name: 'Save' }).click()
    await other.waitForURL('**saved=yes')
    await edit(page, values[1])
    const save = formOf(page, label).getByRole('button', { name: 'Save' })
    await save.click()
    await expect(page.getByText('Somebody saved other values while this form was open')).toBeVisible()
    await expect(page.getByText('was changed meanwhile').last()).toContainText(values[0])
    await expect(page.getByLabel(label)).toHaveValue(values[1])
    await other.reload()
    await expect(other.getByLabel(label)).toHaveValue(values[0])
    await save.click()
    await page.waitForURL('**saved=yes')
    await expect(page.getByLabel(label)).toHaveValue(values[1])
  }
  await idp.close()
})
