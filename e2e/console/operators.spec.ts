import type { Page } from '@playwright/test'
import { enterAsOwner, newOperator, signIn } from '../support/console'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

const PASSWORD = 'a few words are fine'

/** Opens what can be done with an account. */
async function changesOf(page: Page, { app }: World, email: string) {
  await page.goto(`${app.url}/console/operators`)
  const row = page.getByRole('row').filter({ hasText: email })
  await row.getByText('Change', { exact: true }).click()
  return row
}

/** Presses a button that asks first. */
async function confirm(page: Page, world: World, email: string, name: string): Promise<void> {
  const row = await changesOf(page, world, email)
  await row.locator('summary', { hasText: name }).click()
  await row.getByRole('button', { name }).click()
  await expect(row.getByRole('button', { name })).toHaveCount(0)
}

/** Chooses a password with a link, and is signed in with it then. */
async function choosePassword(page: Page, world: World, link: string, email: string): Promise<void> {
  await page.goto(link)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Save password' }).click()
  await page.waitForURL('**/console/sign-in')
  await signIn(page, world, { email, password: PASSWORD })
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link is not valid' })).toBeVisible()
}

for (const javaScriptEnabled of [true, false])
  test(`who runs the installation invites another, recovers, disables and demotes accounts in the console, JavaScript: ${javaScriptEnabled}`, async ({
    browser,
    world,
  }) => {
    const email = `second-${javaScriptEnabled}@example.com`
    const member = await newOperator(world, 'globex', 'admin')
    const [one, two] = await Promise.all([
      browser.newContext({ javaScriptEnabled }),
      browser.newContext({ javaScriptEnabled }),
    ])
    const [page, guest] = [await one.newPage(), await two.newPage()]
    const operators = `${world.app.url}/console/operators`
    await enterAsOwner(page, world)

    await page.goto(operators)
    const form = page.getByRole('region', { name: 'Invite an operator of the installation' })
    await form.getByLabel('Email').fill(email)
    await form.getByRole('button', { name: 'Create link' }).click()
    await choosePassword(guest, world, (await form.getByText('/operators/link/').textContent()) ?? '', email)
    expect((await guest.goto(operators))?.status()).toBe(200)

    await confirm(page, world, email, 'Disable')
    await guest.goto(operators)
    await expect(guest).toHaveURL(/\/console\/sign-in/)
    const disabled = await changesOf(page, world, email)
    await disabled.getByRole('button', { name: 'Create recovery link' }).click()
    const link = (await disabled.getByText('/operators/link/').textContent()) ?? ''
    await choosePassword(guest, world, link, email)
    expect((await guest.goto(operators))?.status()).toBe(200)

    await confirm(page, world, email, 'Remove from the installation')
    expect((await guest.goto(operators))?.status()).toBe(404)

    const promoted = await changesOf(page, world, member.email)
    await promoted.getByRole('button', { name: 'Make operator of the installation' }).click()
    await expect(promoted.getByText('Operator of the installation', { exact: true })).toHaveCount(1)
    await confirm(page, world, member.email, 'Remove from the installation')
    await Promise.all([one.close(), two.close()])
  })
