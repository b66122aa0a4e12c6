import { decodeJwt } from 'jose'
import { agePlatformSessions } from '../support/backdate'
import { enterConsole, newOperator } from '../support/console'
import {
  choosePassword,
  fillPlatformLogin,
  startPlatformLogin,
  startPlatformServer,
} from '../support/platform'
import { visited } from '../support/said-status'
import { expect, test } from '../support/test'

const PASSWORD = 'seven horses in a boat'

for (const javaScriptEnabled of [true, false])
  test(`people of an organization without an identity provider log in here, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async ({
    browser,
    world,
  }) => {
    const server = await startPlatformServer(world)
    const context = await browser.newContext({ javaScriptEnabled })
    const page = await context.newPage()
    await choosePassword(page, await server.addPerson(browser, 'Ada@acme.example'), PASSWORD)
    const login = await startPlatformLogin(page, server)
    await fillPlatformLogin(page, 'ada@ACME.example', 'not the password')
    await expect(page.getByRole('alert').filter({ hasText: 'Wrong email address or password' })).toBeVisible()
    await fillPlatformLogin(page, 'ada@ACME.example', PASSWORD)
    const response = await login.tokens()
    expect(response.status).toBe(200)
    const { access_token: token } = (await response.json()) as { access_token: string }
    expect(decodeJwt(token)).toMatchObject({ email: 'Ada@acme.example', iss: server.issuer })
    await context.close()
  })

test('a signed-in user continues with one click, but not when the client wants a fresh login', async ({
  browser,
  page,
  world,
}) => {
  const server = await startPlatformServer(world)
  await choosePassword(page, await server.addPerson(browser, 'ada@acme.example'), PASSWORD)
  const first = await startPlatformLogin(page, server)
  await fillPlatformLogin(page, 'ada@acme.example', PASSWORD)
  expect((await first.tokens()).status).toBe(200)
  const second = await startPlatformLogin(page, server)
  await page.getByRole('button', { name: 'Continue as ada@acme.example' }).click()
  expect((await second.tokens()).status).toBe(200)
  for (const fresh of [{ prompt: 'login' }, { max_age: '0' }] as const) {
    await startPlatformLogin(page, server, fresh)
    await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
    await expect(page.getByRole('button', { name: /Go on/ })).toHaveCount(0)
  }
})

test('a signed-in user cannot talk a client out of the fresh login that it wants', async ({
  browser,
  page,
  world,
}) => {
  const server = await startPlatformServer(world)
  await choosePassword(page, await server.addPerson(browser, 'ada@acme.example'), PASSWORD)
  const first = await startPlatformLogin(page, server)
  await fillPlatformLogin(page, 'ada@acme.example', PASSWORD)
  expect((await first.tokens()).status).toBe(200)
  await agePlatformSessions(world, server.slug, 600)
  const second = await startPlatformLogin(page, server, { prompt: 'login' })
  const address = new URL(page.url())
  address.searchParams.delete('prompt')
  await page.goto(address.href)
  await page.getByRole('button', { name: 'Continue as ada@acme.example' }).click()
  const ended = new URL(await second.back()).searchParams
  expect([ended.has('error'), ended.has('code')]).toEqual([true, false])
  const third = await startPlatformLogin(page, server, { prompt: 'login' })
  await fillPlatformLogin(page, 'ada@acme.example', PASSWORD)
  expect((await third.tokens()).status).toBe(200)
})

test('a link sets a password once, and another one none', async ({ browser, page, world }) => {
  const server = await startPlatformServer(world)
  const link = await server.addPerson(browser, 'ada@acme.example')
  await choosePassword(page, link, PASSWORD)
  await page.goto(link)
  await expect(page.getByRole('heading', { name: 'This link isn’t valid' })).toBeVisible()
  await page.goto(link.slice(0, -3))
  await expect(page.getByRole('heading', { name: 'This link isn’t valid' })).toBeVisible()
})

test('the same address in two organizations is two people, with a password each', async ({
  browser,
  page,
  world,
}) => {
  const [acme, globex] = [await startPlatformServer(world), await startPlatformServer(world)]
  await choosePassword(page, await acme.addPerson(browser, 'ada@shared.example'), PASSWORD)
  await choosePassword(page, await globex.addPerson(browser, 'ada@shared.example'), 'quite another password')
  const login = await startPlatformLogin(page, acme)
  await fillPlatformLogin(page, 'ada@shared.example', 'quite another password')
  await expect(page.getByRole('alert').filter({ hasText: 'Wrong email address or password' })).toBeVisible()
  await fillPlatformLogin(page, 'ada@shared.example', PASSWORD)
  expect((await login.tokens()).status).toBe(200)
  // Signed in at one, and not at the other.
  await startPlatformLogin(page, globex)
  await expect(page.getByRole('button', { name: /Go on/ })).toHaveCount(0)
})

test('a foreign page cannot log a browser in, and a code of another login opens nothing', async ({
  browser,
  page,
  world,
}) => {
  const server = await startPlatformServer(world)
  await choosePassword(page, await server.addPerson(browser, 'ada@acme.example'), PASSWORD)
  const post = (form: Record<string, string>, origin: string) =>
    fetch(`${world.app.url}/platform/${server.slug}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin },
      body: new URLSearchParams({ address: 'ada@acme.example', password: PASSWORD, state: 'x', ...form }),
    })
  const challenge = 'a'.repeat(43)
  expect((await post({ code_challenge: challenge }, 'https://evil.example')).status).toBe(400)
  expect((await post({}, world.app.url)).status).toBe(400)
  // A thief signs in with a challenge of their own and brings the code into the victim's login.
  const stolen = await post({ code_challenge: challenge }, world.app.url)
  const code = new URL(stolen.headers.get('location') ?? '').searchParams.get('code') ?? ''
  expect(code).toMatch(/^[A-Za-z0-9_-]{43}$/)
  const login = await startPlatformLogin(page, server)
  const state = new URL(page.url()).searchParams.get('state') ?? ''
  await page.goto(`${world.app.url}/oauth/callback/${server.slug}?${new URLSearchParams({ code, state })}`)
  // The login is over, and its client got no code.
  const ended = new URL(await login.back()).searchParams
  expect([ended.has('error'), ended.has('code')]).toEqual([true, false])
})

test('a member without the permission cannot add users, and other organizations see none', async ({
  page,
  world,
}) => {
  const server = await startPlatformServer(world)
  const people = `${world.app.url}/console/${server.slug}/connections/people/people`
  await enterConsole(page, world, await newOperator(world, server.slug, 'support'))
  expect(await visited(page, people)).toBe(200)
  await expect(page.getByRole('button', { name: 'Add person' })).toHaveCount(0)
  await page.context().clearCookies()
  await enterConsole(page, world, await newOperator(world, 'acme', 'owner'))
  expect(await visited(page, people)).toBe(404)
})
