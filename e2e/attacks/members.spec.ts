import type { Page } from '@playwright/test'
import { enterConsole, newOperator } from '../support/console'
import { expect, test } from '../support/test'
import type { World } from '../support/world'

const PASSWORD = 'a few words are fine'

async function invite(page: Page, { app }: World, email: string, role: string): Promise<string> {
  await page.goto(`${app.url}/console/globex/members`)
  const form = page.getByRole('region', { name: 'Invite a member' })
  await form.getByLabel('Email address').fill(email)
  await form.getByLabel('Role').selectOption(role)
  await form.getByRole('button', { name: 'Create invitation link' }).click()
  return (await form.getByText('/console/invitations/').textContent()) ?? ''
}

/** Makes every form say something else than it was made to. */
const forge = (page: Page, name: string, value: string) =>
  page.locator('form').evaluateAll(
    (forms, [name, value]) => {
      for (const form of forms as HTMLFormElement[]) {
        const field = form.querySelector<HTMLInputElement>(`[name="${name}"]`)
        if (field instanceof HTMLSelectElement) field.append(new Option(value, value))
        if (field) field.value = value
        else form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }))
      }
    },
    [name, value] as const,
  )

test('an invitation gives the role that it was made for, and the address, whatever the form says', async ({
  browser,
  world,
}) => {
  const [one, two] = [await browser.newContext(), await browser.newContext({ javaScriptEnabled: false })]
  const page = await one.newPage()
  await enterConsole(page, world, await newOperator(world, 'globex', 'owner'))
  const link = await invite(page, world, 'forger@example.com', 'support')
  const guest = await two.newPage()
  await guest.goto(link)
  await forge(guest, 'role', 'owner')
  await forge(guest, 'email', 'owner@example.com')
  await guest.getByLabel('Password').fill(PASSWORD)
  await guest.getByRole('button', { name: 'Create account and join' }).click()
  await expect(guest).toHaveURL(/\/console\/globex$/)
  await page.goto(`${world.app.url}/console/globex/members`)
  const row = page.getByRole('row').filter({ hasText: 'forger@example.com' })
  await expect(row.getByText('Support').first()).toBeVisible()
  await Promise.all([one.close(), two.close()])
})

for (const javaScriptEnabled of [true, false])
  test(`an admin cannot invite an owner, nor become one, by a form that was changed, JavaScript: ${javaScriptEnabled}`, async ({
    browser,
    world,
  }) => {
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    const admin = await newOperator(world, 'globex', 'admin')
    await enterConsole(page, world, admin)
    await page.goto(`${world.app.url}/console/globex/members`)
    await expect(page.locator('option[value=owner]')).toHaveCount(0)
    await forge(page, 'role', 'owner')
    const form = page.getByRole('region', { name: 'Invite a member' })
    await form.getByLabel('Email address').fill('owner-to-be@example.com')
    await form.getByRole('button', { name: 'Create invitation link' }).click()
    await expect(page.getByText('Nothing was changed').first()).toBeVisible()
    await page.goto(`${world.app.url}/console/globex/members`)
    await forge(page, 'role', 'owner')
    const row = page.getByRole('row').filter({ hasText: admin.email })
    await row.getByText('Change', { exact: true }).click()
    await row.getByRole('button', { name: 'Set role' }).click()
    await expect(row.getByText('Nothing was changed')).toBeVisible()
    await page.goto(`${world.app.url}/console/globex/members`)
    await expect(page.getByText('owner-to-be')).toHaveCount(0)
    await expect(row.getByText('Admin').first()).toBeVisible()
    await context.close()
  })

test('a form of the own organization does nothing in another', async ({ page, world }) => {
  const owner = await newOperator(world, 'globex', 'owner')
  await enterConsole(page, world, owner)
  await page.goto(`${world.app.url}/console/globex/members`)
  const form = page.getByRole('region', { name: 'Invite a member' })
  await form.getByLabel('Email address').fill('intruder@example.com')
  await forge(page, 'organization', 'acme')
  await form.getByRole('button', { name: 'Create invitation link' }).click()
  await expect(page.getByText('there is no such organization')).toBeVisible()
})

test('an invitation is worth nothing once it is withdrawn, or its inviter is gone', async ({
  browser,
  world,
}) => {
  const [one, two, three] = await Promise.all([1, 2, 3].map(() => browser.newContext()))
  const [page, other, guest] = [await one!.newPage(), await two!.newPage(), await three!.newPage()]
  const [owner, admin] = [await newOperator(world, 'globex', 'owner'), await newOperator(world, 'globex')]
  await enterConsole(page, world, owner)
  await enterConsole(other, world, admin)
  const [withdrawn, orphaned] = [
    await invite(page, world, 'withdrawn@example.com', 'auditor'),
    await invite(other, world, 'orphaned@example.com', 'admin'),
  ]
  await guest.goto(withdrawn)
  await guest.getByLabel('Password').fill(PASSWORD)
  await page.goto(`${world.app.url}/console/globex/members`)
  const open = page.getByRole('region', { name: 'Pending invitations' })
  const invitation = open.getByRole('row').filter({ hasText: 'withdrawn@example.com' })
  await invitation.getByRole('button', { name: 'Withdraw' }).click()
  await expect(invitation).toHaveCount(0)
  await guest.getByRole('button', { name: 'Create account and join' }).click()
  await expect(guest.getByRole('heading', { name: 'This invitation is no longer valid' })).toBeVisible()

  await guest.goto(orphaned)
  await guest.getByLabel('Password').fill(PASSWORD)
  const row = page.getByRole('row').filter({ hasText: admin.email }).first()
  await row.getByText('Change', { exact: true }).click()
  await row.getByRole('link', { name: 'Remove' }).click()
  await page.getByRole('button', { name: 'Remove' }).click()
  await expect(
    page.getByRole('row').filter({ has: page.getByText('Change'), hasText: admin.email }),
  ).toHaveCount(0)
  await guest.getByRole('button', { name: 'Create account and join' }).click()
  await expect(guest.getByRole('heading', { name: 'This invitation is no longer valid' })).toBeVisible()
  await Promise.all([one!.close(), two!.close(), three!.close()])
})

test('signing in leads to an invitation of ours or into the console, and nowhere else', async ({
  page,
  world,
}) => {
  const { email, password } = await newOperator(world, 'globex', 'auditor')
  for (const invitation of ['//evil.example', 'https://evil.example', '../../../evil', 'x'.repeat(42)]) {
    await page.context().clearCookies()
    await page.goto(`${world.app.url}/console/sign-in?invitation=${encodeURIComponent(invitation)}`)
    await page.getByLabel('Your email address').fill(email)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page).toHaveURL(`${world.app.url}/console/globex`)
  }
})
