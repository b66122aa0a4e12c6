import type { Browser } from '@playwright/test'
import { ageOperatorSessions } from '../support/backdate'
import { enterConsole, newOperator, signIn } from '../support/console'
import { lookAt } from '../support/look'
import { addressOf } from '../support/operator-provider'
import { alert, connect, fresh, go, operator, signedOut, signInWith, USE } from '../support/provider-sign-in'
import { expect, test } from '../support/test'
import { totp } from '../support/totp'
import type { World } from '../support/world'

/** An invitation, as its maker passes it on. */
async function invitation(browser: Browser, world: World, email: string): Promise<string> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await enterConsole(page, world, await newOperator(world, 'globex', 'owner'))
  await page.goto(`${world.app.url}/console/globex/members`)
  const form = page.getByRole('region', { name: 'Invite a member' })
  await form.getByLabel('Email address').fill(email)
  const option = await form.getByRole('option', { name: /^Auditor:/ }).getAttribute('value')
  await form.getByLabel('Role').selectOption(option)
  await form.getByRole('button', { name: 'Create invitation link' }).click()
  const link = (await form.getByText('/console/invitations/').textContent()) ?? ''
  await context.close()
  return link
}

for (const javaScriptEnabled of [true, false])
  test(`an invited operator joins with an account elsewhere and comes back with it, JavaScript: ${javaScriptEnabled}`, async ({
    browser,
    world,
  }) => {
    const user = javaScriptEnabled ? 'ann' : 'ben'
    const link = await invitation(browser, world, addressOf(user))
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    await page.goto(link)
    await go(page, 'Join with Globex', user)
    await expect(page).toHaveURL(/\/console\/globex$/)
    await fresh(page)
    await signInWith(page, world, user)
    await expect(page).toHaveURL(/\/console\/globex$/)

    await page.goto(`${world.app.url}/console/account`)
    await page.getByText('Unlink Globex').first().click()
    await page.getByRole('button', { name: 'Unlink Globex' }).click()
    await expect(alert(page, 'This is your only way to sign in'), 'nobody locks themselves out').toBeVisible()
    await page.goto(`${world.app.url}/console/account`)
    await page.getByLabel('New password').fill('seven horses in a boat')
    await page.getByRole('button', { name: 'Choose password' }).click()
    await expect(page.getByText('Password saved.')).toBeVisible()
    await page.getByText('Unlink Globex').first().click()
    await page.getByRole('button', { name: 'Unlink Globex' }).click()
    await expect(page.getByText('Account unlinked.')).toBeVisible()
    await fresh(page)
    await signInWith(page, world, user)
    await expect(alert(page, 'isn’t linked to an operator account here')).toBeVisible()
    await signIn(page, world, { email: addressOf(user), password: 'seven horses in a boat' })
    await expect(page).toHaveURL(/\/console\/globex$/)
    await context.close()
  })

test('the verified address of an operator at a provider does not sign in as that operator', async ({
  browser,
  page,
  world,
}) => {
  await newOperator(world, 'globex', 'owner', addressOf('cleo'))
  await signInWith(page, world, 'cleo')
  await expect(alert(page, 'isn’t linked to an operator account here')).toContainText(
    /Reference: [0-9a-f]{12}/,
  )
  await signedOut(page, world)
  const link = await invitation(browser, world, 'cleo-2@globex.example')
  await fresh(page)
  await page.goto(link)
  await go(page, 'Join with Globex', 'cleo')
  await expect(alert(page, 'email address there differs'), 'nor joins with another address').toBeVisible()
  await signedOut(page, world)
})

test('an unverified address does not join, and the invitation stays', async ({ browser, page, world }) => {
  const link = await invitation(browser, world, addressOf('nils'))
  await page.goto(link)
  await go(page, 'Join with Globex', 'nils')
  await expect(alert(page, 'doesn’t confirm that your email address is verified')).toBeVisible()
  await signedOut(page, world)
  await page.goto(link)
  await expect(page.getByRole('button', { name: 'Create account and join' })).toBeVisible()
})

test('an operator connects an account, and is asked for the second factor all the same', async ({
  page,
  world,
}) => {
  const { password } = await operator(page, world)
  await connect(page, world, 'dora')
  const factor = page.getByRole('region', { name: 'Second factor' })
  await factor.getByLabel('Current password').fill(password)
  await factor.getByRole('button', { name: 'Show QR code' }).click()
  const secret = (await factor.locator('.copy code').first().textContent()) ?? ''
  await factor.getByLabel('Code', { exact: true }).fill(totp(secret))
  await factor.getByRole('button', { name: 'Turn on' }).click()
  await expect(page.getByText('Second factor turned on.')).toBeVisible()

  await fresh(page)
  await signInWith(page, world, 'dora')
  await expect(page).toHaveURL(/\/console\/second-factor$/)
  await signedOut(page, world)
  await page.goto(`${world.app.url}/console/second-factor`)
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(alert(page, 'The code is wrong')).toBeVisible()
  await page.getByLabel('Code', { exact: true }).fill(totp(secret, 1))
  await page.getByRole('button', { name: 'Continue' }).click()
  await expect(page).toHaveURL(/\/console\/globex$/)
})

test('an account connects to one operator, and only soon after signing in', async ({
  browser,
  page,
  world,
}) => {
  await operator(page, world)
  await connect(page, world, 'emil')
  const other = await (await browser.newContext()).newPage()
  const late = await operator(other, world)
  await other.goto(`${world.app.url}/console/account`)
  await go(other, 'Link Globex', 'emil')
  await expect(alert(other, 'already linked to someone')).toBeVisible()
  await ageOperatorSessions(world, late.email)
  await other.goto(`${world.app.url}/console/account`)
  await other.getByRole('button', { name: 'Link Globex' }).click()
  await expect(alert(other, 'You signed in too long ago')).toBeVisible()
  await other.context().close()
})

test('the buttons, the account and a refusal look right, also in German', async ({
  browser,
  page,
  world,
}, info) => {
  await operator(page, world)
  await connect(page, world, 'kim')
  await lookAt(page, info, 'account')
  await fresh(page)
  await page.goto(`${world.app.url}/console/sign-in`)
  await page.getByLabel('Password').focus()
  for (let i = 0; i < 3; i++) await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: USE })).toBeFocused()
  await lookAt(page, info, 'sign-in')
  const german = await (await browser.newContext({ locale: 'de-DE' })).newPage()
  await german.goto(`${world.app.url}/console/sign-in`)
  await go(german, 'Mit Globex anmelden', 'lou')
  await expect(alert(german, 'ist hier mit keinem Betreiberkonto verknüpft')).toContainText(
    /Referenz: [0-9a-f]{12}/,
  )
  await lookAt(german, info, 'refused')
  await german.context().close()
})
