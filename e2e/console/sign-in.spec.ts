import { type Credentials, enterAsOwner, newOperator, signIn } from '../support/console'
import { expect, test } from '../support/test'

test('who runs the installation sees every organization, and can add one without JavaScript', async ({
  browser,
  world,
}) => {
  const page = await (await browser.newContext({ javaScriptEnabled: false })).newPage()
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/organizations`)
  await expect(page.getByRole('link', { name: 'Globex' })).toBeVisible()
  await page.getByLabel('Name', { exact: true }).fill('Müller & Söhne')
  await page.getByRole('button', { name: 'Create organization' }).click()
  await expect(page).toHaveURL(/\/console\/muller-sohne$/)
  await page.goto(`${world.app.url}/console/organizations`)
  await page.getByLabel('Name', { exact: true }).fill('Muller Sohne')
  await page.getByRole('button', { name: 'Create organization' }).click()
  await expect(page.getByText('another organization is called that')).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Muller Sohne')
  await page.context().close()
})

test('a wrong password is refused, and says no more for an address that exists', async ({ page, world }) => {
  await enterAsOwner(page, world)
  await page.context().clearCookies()
  for (const email of ['owner@example.com', 'nobody@example.com']) {
    await page.goto(`${world.app.url}/console/sign-in`)
    await page.getByLabel('Your email address').fill(email)
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Wrong email address or password' })).toBeVisible()
  }
  expect((await page.context().cookies()).filter(({ name }) => name.includes('session'))).toEqual([])
})

test('a member sees the own organization; any other is not there', async ({ page, world }) => {
  const member = await newOperator(world, 'acme', 'auditor')
  await signIn(page, world, member)
  await expect(page).toHaveURL(/\/console\/acme$/)
  expect((await page.goto(`${world.app.url}/console/globex`))?.status()).toBe(404)
  expect((await page.goto(`${world.app.url}/console/no-such-thing`))?.status()).toBe(404)
})

test('a signed-out operator is sent to sign in, and signing out ends the session itself', async ({
  page,
  world,
}) => {
  await signIn(page, world, await newOperator(world, 'acme'))
  const cookies = await page.context().cookies()
  await page.getByRole('button', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/console\/sign-in$/)
  await page.context().addCookies(cookies)
  await page.goto(`${world.app.url}/console/acme`)
  await expect(page).toHaveURL(/\/console\/sign-in$/)
})

test('there is no sign-up, and no other endpoint of the accounts library', async ({ world }) => {
  const call = (path: string, body: object = {}) =>
    fetch(`${world.app.url}/api/auth/operator${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: world.app.url },
      body: JSON.stringify(body),
    })
  const newcomer = { email: 'thief@example.com', password: 'a long enough password', name: 'Thief' }
  for (const path of [
    '/sign-up/email',
    '/sign-in/email',
    '/update-user',
    '/two-factor/disable',
    '/ok',
    '/../operator/ok',
  ])
    expect((await call(path, newcomer)).status, path).toBe(404)
})

test('a form that was made for one operator does nothing in the hands of another', async ({
  browser,
  world,
}) => {
  const [owner, stranger] = await Promise.all([browser.newContext(), browser.newContext()])
  const page = await owner.newPage()
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/organizations`)
  const other = await stranger.newPage()
  const credentials: Credentials = await newOperator(world)
  await signIn(other, world, credentials)
  await owner.clearCookies()
  await owner.addCookies(await stranger.cookies())
  await page.getByLabel('Name', { exact: true }).fill('Taken')
  await page.getByRole('button', { name: 'Create organization' }).click()
  await expect(page.getByText('Your role in this organization doesn’t allow this')).toBeVisible()
  await Promise.all([owner.close(), stranger.close()])
})

test('a page of another origin cannot send a form of the console', async ({ page, world }) => {
  await enterAsOwner(page, world)
  await page.goto(`${world.app.url}/console/organizations`)
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  const hidden = await page
    .locator('form:has(button:text("Create organization")) input[type=hidden]')
    .evaluateAll((inputs) =>
      inputs.map((input) => [(input as HTMLInputElement).name, (input as HTMLInputElement).value] as const),
    )
  const form = new FormData()
  for (const [name, value] of hidden) form.set(name, value)
  form.set('name', 'Forged')
  const response = await fetch(page.url(), {
    method: 'POST',
    body: form,
    headers: { cookie, origin: 'https://evil.example' },
  })
  expect(response.status).toBeGreaterThanOrEqual(400)
  await page.reload()
  await expect(page.getByRole('link', { name: 'Forged' })).toHaveCount(0)
})
