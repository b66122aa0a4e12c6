import type { Browser, Page } from '@playwright/test'
import { type Credentials, newOperator, signIn } from './support/console'
import { lookAt } from './support/console-look'
import { addressOf } from './support/operator-provider'
import { ageOperatorSessions } from './support/past'
import { expect, fillLogin, test } from './support/test'
import { totp } from './support/totp'
import type { World } from './support/world'

const USE = 'Sign in with Globex'

const alert = (page: Page, text: string) => page.getByRole('alert').filter({ hasText: text })

/** An invitation, as its maker passes it on. */
async function invitation(browser: Browser, world: World, email: string): Promise<string> {
  const context = await browser.newContext()
  const page = await context.newPage()
  await signIn(page, world, await newOperator(world, 'globex', 'owner'))
  await page.goto(`${world.app.url}/console/globex/members`)
  const form = page.getByRole('region', { name: 'Invite somebody' })
  await form.getByLabel('E-mail address').fill(email)
  const option = await form.getByRole('option', { name: /^Auditor:/ }).getAttribute('value')
  await form.getByLabel('Role').selectOption(option)
  await form.getByRole('button', { name: 'Make invitation link' }).click()
  const link = (await form.getByText('/console/invitations/').textContent()) ?? ''
  await context.close()
  return link
}

/** Presses the button and is at the provider as this person. */
async function go(page: Page, button: string, user: string): Promise<void> {
  await page.getByRole('button', { name: button }).click()
  await page.getByLabel('Username').waitFor()
  await fillLogin(page, user)
}

const signInWith = async (page: Page, { app }: World, user: string) => {
  await page.goto(`${app.url}/console/sign-in`)
  await go(page, USE, user)
}

async function connect(page: Page, world: World, user: string): Promise<void> {
  await page.goto(`${world.app.url}/console/account`)
  await go(page, 'Connect Globex', user)
  await expect(page.getByText('The account is connected')).toBeVisible()
}

async function signedOut(page: Page, { app }: World): Promise<void> {
  await page.goto(`${app.url}/console/account`)
  await expect(page).toHaveURL(/\/console\/sign-in$/)
}

/** A browser that knows nobody, the provider neither. */
const fresh = (page: Page) => page.context().clearCookies()

async function operator(page: Page, world: World, email?: string): Promise<Credentials> {
  const credentials = await newOperator(world, 'globex', 'auditor', email)
  await signIn(page, world, credentials)
  return credentials
}

for (const javaScriptEnabled of [true, false])
  test(`who is invited joins with an account elsewhere and comes back with it, JavaScript: ${javaScriptEnabled}`, async ({
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
    await page.getByText('Disconnect Globex').first().click()
    await page.getByRole('button', { name: 'Disconnect Globex' }).click()
    await expect(alert(page, 'Nothing else lets you in'), 'nobody locks themselves out').toBeVisible()
    await page.goto(`${world.app.url}/console/account`)
    await page.getByLabel('New password').fill('seven horses in a boat')
    await page.getByRole('button', { name: 'Choose password' }).click()
    await expect(page.getByText('Your password is saved.')).toBeVisible()
    await page.getByText('Disconnect Globex').first().click()
    await page.getByRole('button', { name: 'Disconnect Globex' }).click()
    await expect(page.getByText('The account is disconnected.')).toBeVisible()
    await fresh(page)
    await signInWith(page, world, user)
    await expect(alert(page, 'not connected to anybody here')).toBeVisible()
    await signIn(page, world, { email: addressOf(user), password: 'seven horses in a boat' })
    await expect(page).toHaveURL(/\/console\/globex$/)
    await context.close()
  })

test('who has the verified address of an operator does not become that operator by it', async ({
  browser,
  page,
  world,
}) => {
  await newOperator(world, 'globex', 'owner', addressOf('cleo'))
  await signInWith(page, world, 'cleo')
  await expect(alert(page, 'not connected to anybody here')).toContainText(/Reference: [0-9a-f]{12}/)
  await signedOut(page, world)
  const link = await invitation(browser, world, 'cleo-2@globex.example')
  await fresh(page)
  await page.goto(link)
  await go(page, 'Join with Globex', 'cleo')
  await expect(alert(page, 'another e-mail address there'), 'nor joins with another address').toBeVisible()
  await signedOut(page, world)
})

test('who has an address that nobody verified does not join with it, and the invitation stays', async ({
  browser,
  page,
  world,
}) => {
  const link = await invitation(browser, world, addressOf('nils'))
  await page.goto(link)
  await go(page, 'Join with Globex', 'nils')
  await expect(alert(page, 'does not say that it has verified')).toBeVisible()
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
  await factor.getByLabel('Password now').fill(password)
  await factor.getByRole('button', { name: 'Show secret' }).click()
  const secret = (await factor.locator('.copy code').first().textContent()) ?? ''
  await factor.getByLabel('Code', { exact: true }).fill(totp(secret))
  await factor.getByRole('button', { name: 'Turn on' }).click()
  await expect(page.getByText('The second factor is on.')).toBeVisible()

  await fresh(page)
  await signInWith(page, world, 'dora')
  await expect(page).toHaveURL(/\/console\/second-factor$/)
  await signedOut(page, world)
  await page.goto(`${world.app.url}/console/second-factor`)
  await page.getByLabel('Code', { exact: true }).fill('000000')
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect(alert(page, 'The code is wrong')).toBeVisible()
  await page.getByLabel('Code', { exact: true }).fill(totp(secret, 1))
  await page.getByRole('button', { name: 'Go on' }).click()
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
  await go(other, 'Connect Globex', 'emil')
  await expect(alert(other, 'connected to somebody already')).toBeVisible()
  await ageOperatorSessions(world, late.email)
  await other.goto(`${world.app.url}/console/account`)
  await other.getByRole('button', { name: 'Connect Globex' }).click()
  await expect(alert(other, 'You signed in too long ago')).toBeVisible()
  await other.context().close()
})

/** The answer that the provider has for somebody, kept back. */
async function answerFor(page: Page, world: World, button: string, user: string): Promise<string> {
  const pattern = `${world.app.url}/console/sign-in/callback/**`
  const caught = new Promise<string>((resolve) => {
    void page.route(pattern, (route) => {
      resolve(route.request().url())
      return route.fulfill({ status: 200, body: 'kept back' })
    })
  })
  await go(page, button, user)
  const answer = await caught
  await page.unroute(pattern)
  return answer
}

test('a stranger’s answer signs nobody in, and connects nothing (login and linking CSRF)', async ({
  browser,
  page,
  world,
}) => {
  const mallory = await (await browser.newContext()).newPage()
  await operator(mallory, world)
  await connect(mallory, world, 'fred')
  await fresh(mallory)
  await mallory.goto(`${world.app.url}/console/sign-in`)
  const session = await answerFor(mallory, world, USE, 'fred')
  await page.goto(session)
  await expect(alert(page, 'was begun in another browser')).toBeVisible()
  await signedOut(page, world)

  const attacker = await (await browser.newContext()).newPage()
  await operator(attacker, world)
  await attacker.goto(`${world.app.url}/console/account`)
  const link = await answerFor(attacker, world, 'Connect Globex', 'gina')
  await operator(page, world)
  await page.goto(link)
  await expect(alert(page, 'was begun in another browser')).toBeVisible()
  await page.goto(`${world.app.url}/console/account`)
  await expect(page.getByText('Not connected')).toBeVisible()

  // The attacker's own browser, in which the victim signs in before the answer comes.
  await attacker.context().clearCookies({ name: /operator\.session/ })
  await operator(attacker, world)
  await attacker.goto(link)
  await expect(alert(attacker, 'as somebody else')).toBeVisible()
  await Promise.all([mallory.context().close(), attacker.context().close()])
})

test('a form of another site begins nothing, and an answer is good once', async ({ page, world }) => {
  const begin = `${world.app.url}/console/sign-in/with/oidc`
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const origin of [undefined, 'null', 'https://evil.example', `${world.app.url}.evil.example`]) {
    const headers = { ...form, ...(origin !== undefined && { origin }) }
    const answer = await fetch(begin, { method: 'POST', headers, redirect: 'manual' })
    expect([answer.status, answer.headers.getSetCookie()], origin).toEqual([404, []])
  }
  expect((await fetch(begin, { redirect: 'manual' })).status).toBe(405)

  await operator(page, world)
  await connect(page, world, 'hugo')
  await fresh(page)
  await page.goto(`${world.app.url}/console/sign-in`)
  const answer = await answerFor(page, world, USE, 'hugo')
  await page.goto(answer)
  await expect(page).toHaveURL(/\/console\/globex$/)
  await page.context().clearCookies({ name: /operator\.session/ })
  await page.goto(answer)
  await expect(alert(page, 'was begun in another browser')).toBeVisible()
})

test('signing in leads into the console, whatever the form says (open redirect)', async ({ page, world }) => {
  await operator(page, world)
  await connect(page, world, 'ines')
  for (const evil of ['https://evil.example', '//evil.example', '../../evil', '/\\evil.example']) {
    await fresh(page)
    await page.goto(`${world.app.url}/console/sign-in?invitation=${encodeURIComponent(evil)}`)
    await go(page, USE, 'ines')
    await expect(page, evil).toHaveURL(`${world.app.url}/console/globex`)
  }
})

test('the provider’s answers are taken as they are meant: another state, another issuer, a refusal', async ({
  page,
  world,
}) => {
  await operator(page, world)
  await connect(page, world, 'jon')
  const changes: readonly (readonly [(answer: URL) => void, string])[] = [
    [({ searchParams }) => searchParams.set('state', `${searchParams.get('state')}x`), 'begun in another'],
    [({ searchParams }) => searchParams.append('state', 'x'), 'did not sign you in'],
    [({ searchParams }) => searchParams.set('iss', 'https://evil.example'), 'did not sign you in'],
    [({ searchParams }) => searchParams.delete('iss'), 'did not sign you in'],
    [({ searchParams }) => searchParams.set('code', 'guessed'), 'did not sign you in'],
    [
      ({ searchParams }) => {
        searchParams.delete('code')
        searchParams.set('error', 'access_denied')
      },
      'did not sign you in',
    ],
  ]
  for (const [change, sentence] of changes) {
    await fresh(page)
    await page.goto(`${world.app.url}/console/sign-in`)
    const answer = new URL(await answerFor(page, world, USE, 'jon'))
    change(answer)
    await page.goto(answer.href)
    await expect(alert(page, sentence), change.toString()).toBeVisible()
    await signedOut(page, world)
  }
})

test('the accounts library stays closed', async ({ world }) => {
  for (const path of [
    'sign-in/provider',
    'sign-in/social',
    'sign-in/oauth2',
    'link-social',
    'unlink-account',
    'callback/oidc',
    'oauth2/callback/oidc',
    'list-accounts',
    'set-password',
  ])
    for (const method of ['GET', 'POST']) {
      const headers = { origin: world.app.url, 'content-type': 'application/json' }
      const body = method === 'POST' ? JSON.stringify({ operatorId: 'x', provider: 'oidc' }) : null
      const answer = await fetch(`${world.app.url}/api/auth/operator/${path}`, { method, headers, body })
      expect(answer.status, `${method} ${path}`).toBe(404)
    }
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
  await expect(alert(german, 'ist hier mit niemandem verbunden')).toContainText(/Referenz: [0-9a-f]{12}/)
  await lookAt(german, info, 'refused')
  await german.context().close()
})
