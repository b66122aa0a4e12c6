import type { Page } from '@playwright/test'
import { type Credentials, newOperator, signIn } from '../support/console'
import { lookAt } from '../support/look'
import { expect, test } from '../support/test'
import { totp } from '../support/totp'
import type { World } from '../support/world'

const NEW_PASSWORD = 'another long enough password'

/** Turns the second factor on as a person does. */
async function turnOn(page: Page, { app }: World, { password }: Credentials) {
  await page.goto(`${app.url}/console/account`)
  const factor = page.getByRole('region', { name: 'Second factor' })
  // One step after the other: there is nothing to enter a code of yet.
  await expect(factor.getByLabel('Code', { exact: true })).toHaveCount(0)
  await factor.getByLabel('Current password').fill(password)
  await factor.getByRole('button', { name: 'Show QR code' }).click()
  const secret = (await factor.locator('.copy code').first().textContent()) ?? ''
  const codes = ((await factor.locator('.copy-block code').textContent()) ?? '').split('\n')
  await expect(factor.getByRole('link')).toHaveAttribute('href', new RegExp(`^otpauth://totp/.*${secret}`))
  const code = totp(secret)
  const field = factor.getByLabel('Code', { exact: true })
  const [above, below] = await Promise.all([
    factor.getByRole('img', { name: /QR/ }).boundingBox(),
    field.boundingBox(),
  ])
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThan(below?.y ?? 0)
  await field.fill(code)
  await factor.getByRole('button', { name: 'Turn on' }).click()
  await expect(page.getByText('Second factor turned on.')).toBeVisible()
  return { secret, codes, code }
}

async function enter(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code)
  await page.getByRole('button', { name: 'Continue' }).click()
}

const refused = (page: Page) =>
  expect(page.getByRole('alert').filter({ hasText: 'The code is wrong' })).toBeVisible()

for (const javaScriptEnabled of [true, false])
  test(`a second factor is asked for after the password, and cannot be skipped, JavaScript: ${javaScriptEnabled}`, async ({
    browser,
    world,
  }) => {
    const operator = await newOperator(world, 'acme', 'auditor')
    const [one, two] = await Promise.all([
      browser.newContext({ javaScriptEnabled }),
      browser.newContext({ javaScriptEnabled }),
    ])
    const page = await one.newPage()
    await signIn(page, world, operator)
    const { secret, codes, code } = await turnOn(page, world, operator)

    const other = await two.newPage()
    await signIn(other, world, operator)
    await expect(other).toHaveURL(/\/console\/second-factor$/)
    for (const path of ['', '/acme', '/account', '/acme/audit/export']) {
      await other.goto(`${world.app.url}/console${path}`)
      await expect(other, path).toHaveURL(/\/console\/sign-in$/)
    }
    await other.goto(`${world.app.url}/console/second-factor`)
    await enter(other, '000000')
    await refused(other)
    const next = totp(secret, 1)
    await enter(other, next)
    await expect(other).toHaveURL(/\/console\/acme$/)

    for (const used of [code, next]) {
      await two.clearCookies()
      await signIn(other, world, operator)
      await enter(other, used)
      await refused(other)
      await other.goto(`${world.app.url}/console/acme`)
      await expect(other, 'a code lets nobody in twice').toHaveURL(/\/console\/sign-in$/)
    }
    for (const [index, way] of ['good', 'used'].entries()) {
      await two.clearCookies()
      await signIn(other, world, operator)
      await enter(other, codes[0] ?? '')
      if (index === 0) await expect(other, way).toHaveURL(/\/console\/acme$/)
      else await refused(other)
    }
    await Promise.all([one.close(), two.close()])
  })

test('guessing codes ends: the challenge after five, the second factor after ten', async ({
  page,
  world,
}) => {
  const operator = await newOperator(world, 'acme', 'auditor')
  await signIn(page, world, operator)
  const { secret } = await turnOn(page, world, operator)
  for (let round = 0; round < 2; round++) {
    await page.context().clearCookies()
    await signIn(page, world, operator)
    for (let guess = 0; guess < 5; guess++) {
      await enter(page, `00000${guess}`)
      await refused(page)
      await page.reload()
    }
    if (round === 0) {
      await enter(page, totp(secret, 1))
      await refused(page)
    }
  }
  await page.context().clearCookies()
  await signIn(page, world, operator)
  await enter(page, totp(secret, 1))
  await expect(page.getByRole('alert').filter({ hasText: 'Too many attempts' })).toBeVisible()
})

test('a second factor is turned off, and backup codes made anew, with the password only', async ({
  page,
  world,
}) => {
  const operator = await newOperator(world, 'acme', 'auditor')
  await signIn(page, world, operator)
  const { codes } = await turnOn(page, world, operator)
  const factor = page.getByRole('region', { name: 'Second factor' })
  await factor.getByText('Turn off, or create').click()
  const password = factor.getByLabel('Current password')
  await password.last().fill('not the password')
  await factor.getByRole('button', { name: 'Turn off' }).click()
  await expect(factor.getByRole('alert')).toHaveText('Wrong password.')
  await password.first().fill(operator.password)
  await factor.getByRole('button', { name: 'Create new backup codes' }).click()
  await expect(factor.locator('.copy-block code')).not.toContainText(codes[0] ?? '')
  await password.last().fill(operator.password)
  await factor.getByRole('button', { name: 'Turn off' }).click()
  await expect(page.getByText('Second factor turned off.')).toBeVisible()
  await page.context().clearCookies()
  await signIn(page, world, operator)
  await expect(page).toHaveURL(/\/console\/acme$/)
})

test('a new password needs the old one, and signs out every other browser', async ({
  browser,
  page,
  world,
}) => {
  const operator = await newOperator(world, 'acme', 'auditor')
  const other = await (await browser.newContext()).newPage()
  for (const each of [page, other]) await signIn(each, world, operator)
  await page.goto(`${world.app.url}/console/account`)
  const section = page.getByRole('region', { name: 'Password' })
  const change = async (before: string, after: string) => {
    await section.getByLabel('Current password').fill(before)
    await section.getByLabel('New password').fill(after)
    await section.getByRole('button', { name: 'Change password' }).click()
  }
  await change('not the password', NEW_PASSWORD)
  await expect(section.getByRole('alert')).toHaveText('Wrong password.')
  await change(operator.password, 'short')
  await expect(section.getByText('is too short')).toBeVisible()
  await change(operator.password, NEW_PASSWORD)
  await expect(page.getByText('Password changed')).toBeVisible()
  await other.goto(`${world.app.url}/console/acme`)
  await expect(other).toHaveURL(/\/console\/sign-in$/)
  await signIn(other, world, { ...operator, password: NEW_PASSWORD })
  await page.goto(`${world.app.url}/console/account`)
  await expect(page.getByRole('region', { name: 'Active sessions' }).getByRole('row')).toHaveCount(3)
  await page.getByRole('button', { name: 'Sign out everywhere else' }).click()
  await expect(page.getByText('You’re signed out everywhere else.')).toBeVisible()
  await other.goto(`${world.app.url}/console/acme`)
  await expect(other).toHaveURL(/\/console\/sign-in$/)
  await page.goto(`${world.app.url}/console/acme`)
  await expect(page).toHaveURL(/\/console\/acme$/)
  await other.context().close()
})

/** An authenticator as a laptop has it built in. */
async function authenticator(page: Page, isUserVerified: boolean) {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified,
      automaticPresenceSimulation: true,
    },
  })
  return { devtools, authenticatorId }
}

test('a passkey is added, lets its owner in with one press, and is removed', async ({ page, world }) => {
  const operator = await newOperator(world, 'acme', 'auditor')
  const { devtools, authenticatorId } = await authenticator(page, true)
  await signIn(page, world, operator)
  await turnOn(page, world, operator)
  await page.getByLabel('Name of the new passkey').fill('My laptop')
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  const passkeys = page.getByRole('region', { name: 'Passkeys' })
  await expect(passkeys.getByText('My laptop')).toBeVisible()

  await page.context().clearCookies()
  await page.goto(`${world.app.url}/console/sign-in`)
  await page.getByRole('button', { name: 'Use a passkey instead' }).click()
  await expect(page).toHaveURL(/\/console\/acme$/)

  await page.goto(`${world.app.url}/console/account`)
  await passkeys.getByText('Remove', { exact: true }).nth(1).click()
  await passkeys.getByRole('button', { name: 'Remove' }).click()
  await expect(passkeys.getByText('My laptop')).toHaveCount(0)
  await page.context().clearCookies()
  await page.goto(`${world.app.url}/console/sign-in`)
  await page.getByRole('button', { name: 'Use a passkey instead' }).click()
  await expect(page.getByRole('alert').filter({ hasText: 'That didn’t work' })).toBeVisible()
  const { credentials } = await devtools.send('WebAuthn.getCredentials', { authenticatorId })
  expect(credentials, 'the device has it still: it is we who refuse').toHaveLength(1)
})

test('a passkey whose device did not verify its owner is refused', async ({ page, world }) => {
  const operator = await newOperator(world, 'acme', 'auditor')
  const { devtools, authenticatorId } = await authenticator(page, true)
  await signIn(page, world, operator)
  await page.goto(`${world.app.url}/console/account`)
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByRole('region', { name: 'Passkeys' }).getByRole('row')).toHaveCount(2)
  await page.context().clearCookies()
  await page.goto(`${world.app.url}/console/sign-in`)
  await devtools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false })
  // As an attacker's page would ask, with the device but not its PIN.
  const status = await page.evaluate(async () => {
    const base = '/api/auth/operator/passkey'
    const options = await (await fetch(`${base}/generate-authenticate-options`)).json()
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON({
      ...options,
      userVerification: 'discouraged',
    })
    const response = await navigator.credentials.get({ publicKey })
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ response })
    return (await fetch(`${base}/verify-authentication`, { method: 'POST', headers, body })).status
  })
  expect(status).toBe(400)
  await page.goto(`${world.app.url}/console/acme`)
  await expect(page).toHaveURL(/\/console\/sign-in$/)
})

test('the account looks right', async ({ page, world }, info) => {
  const operator = await newOperator(world, 'acme', 'auditor')
  await authenticator(page, true)
  await signIn(page, world, operator)
  await page.goto(`${world.app.url}/console/account`)
  await lookAt(page, info, 'account')
  const factor = page.getByRole('region', { name: 'Second factor' })
  await factor.getByLabel('Current password').fill(operator.password)
  await factor.getByRole('button', { name: 'Show QR code' }).click()
  await expect(factor.getByText('Backup codes', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await expect(page.getByRole('region', { name: 'Passkeys' }).getByRole('row')).toHaveCount(2)
  await lookAt(page, info, 'passkey')
  await page.context().clearCookies()
  await page.goto(`${world.app.url}/console/sign-in`)
  await lookAt(page, info, 'sign-in')
})
