import type { BrowserContext, Page } from '@playwright/test'
import { enterConsole, newOperator } from '../support/console'
import { connectProvider, openConnections, openTest } from '../support/console-connections'
import { visited } from '../support/said-status'
import { expect, fillLogin, test } from '../support/test'
import type { World } from '../support/world'

/** A test that is over but for its answer, which is caught on its way to us. */
async function heldAnswer(page: Page, world: World) {
  const connections = await openConnections(page, world)
  const { idp } = await connectProvider(page, connections)
  const tab = await openTest(page)
  const answer = holdCallback(tab)
  await fillLogin(tab)
  return { connections, idp, tab, answer: await answer }
}

/** The address of the next request to our callback, which gets no further. */
async function holdCallback(tab: Page): Promise<string> {
  const cdp = await tab.context().newCDPSession(tab)
  const held = new Promise<string>((resolve, reject) => {
    cdp.on('Fetch.requestPaused', ({ requestId, request }) => {
      const shown = cdp.send('Fetch.fulfillRequest', { requestId, responseCode: 200, body: '' })
      shown.then(() => cdp.detach()).then(() => resolve(request.url), reject)
    })
  })
  await cdp.send('Fetch.enable', {
    patterns: [{ urlPattern: '*/oauth/callback/*', requestStage: 'Request' }],
  })
  return held
}

const outcome = (page: Page) => page.getByRole('table', { name: 'Recent tests' })

const refusal = (page: Page) => page.getByText('This sign-in can’t be completed here')

const clone = async (from: BrowserContext, to: BrowserContext, wanted: RegExp) =>
  to.addCookies((await from.cookies()).filter(({ name }) => wanted.test(name)))

test('the answer of a test counts in the browser and for the operator that began it, and once', async ({
  page,
  browser,
  world,
}) => {
  const { connections, idp, tab, answer } = await heldAnswer(page, world)
  const organization = new URL(connections).pathname.split('/')[2]
  const [stranger, colleague, signedOut] = await Promise.all([1, 2, 3].map(() => browser.newContext()))
  if (!stranger || !colleague || !signedOut) throw new Error('no browser')

  const other = await stranger.newPage()
  await other.goto(answer)
  await expect(refusal(other)).toBeVisible()

  // Of the same organization, with the cookie of the test.
  const theirs = await colleague.newPage()
  await enterConsole(theirs, world, await newOperator(world, organization, 'owner'))
  await clone(page.context(), colleague, /vst_test_/)
  await theirs.goto(answer)
  await expect(refusal(theirs)).toBeVisible()

  await clone(page.context(), signedOut, /vst_test_/)
  const nobody = await signedOut.newPage()
  await nobody.goto(answer)
  await expect(refusal(nobody)).toBeVisible()

  await page.reload()
  await expect(outcome(page)).toContainText('Waiting for you to sign in')
  await tab.goto(answer)
  await expect(tab.getByText('Test passed')).toBeVisible()
  await tab.goto(answer)
  await expect(refusal(tab)).toBeVisible()
  await Promise.all([stranger.close(), colleague.close(), signedOut.close(), idp.close()])
})

test('the answer of a test does not become the session of a user, nor anything of one', async ({
  page,
  world,
}) => {
  const { idp, tab, answer } = await heldAnswer(page, world)
  await tab.goto(answer)
  await expect(tab.getByText('Test passed')).toBeVisible()
  const names = (await tab.context().cookies()).map(({ name }) => name)
  expect(names.filter((name) => /vst_(session|state|consent|test)/.test(name))).toEqual([])
  await idp.close()
})

test('a test starts only by the form of the console, with the permission to configure', async ({
  page,
  browser,
  world,
}) => {
  const connections = await openConnections(page, world)
  const { idp } = await connectProvider(page, connections)
  const organization = new URL(connections).pathname.split('/')[2]
  const begin = async (context: BrowserContext, origin: string, path = `${connections}/acme-login/test`) => {
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
    const sent = await fetch(path, { method: 'POST', headers: { cookie, origin }, redirect: 'manual' })
    return { status: sent.status, location: sent.headers.get('location') ?? '' }
  }
  const context = await browser.newContext()
  const signedIn = async (...who: Parameters<typeof newOperator>) => {
    await context.clearCookies()
    const other = await context.newPage()
    await enterConsole(other, world, await newOperator(...who))
    await other.close()
    return context
  }
  const { url } = world.app
  expect(await begin(page.context(), 'https://evil.example')).toMatchObject({ status: 403 })
  expect(await begin(page.context(), 'null')).toMatchObject({ status: 403 })
  expect(await begin(context, url)).toMatchObject({ status: 303, location: `${url}/console/sign-in` })
  expect(await begin(await signedIn(world, organization, 'support'), url)).toMatchObject({ status: 403 })
  expect(await begin(await signedIn(world, 'globex', 'owner'), url)).toMatchObject({ status: 404 })
  const none = `${connections}/no-such-connection/test`
  expect(await begin(page.context(), url, none)).toMatchObject({ status: 404 })
  expect(await begin(page.context(), url, `${connections}/%E0%A4%A/test`)).not.toMatchObject({ status: 500 })
  await page.goto(`${connections}/acme-login`)
  await expect(outcome(page)).toHaveCount(0)
  expect((await begin(page.context(), url)).location).toContain(idp.issuer)
  await Promise.all([context.close(), idp.close()])
})

test('neither connections nor their tests are there for members of other organizations', async ({
  page,
  browser,
  world,
}) => {
  const { connections, idp, tab, answer } = await heldAnswer(page, world)
  await tab.goto(answer)
  await expect(tab.getByText('Test passed')).toBeVisible()
  const stranger = await (await browser.newContext()).newPage()
  await enterConsole(stranger, world, await newOperator(world, 'globex', 'owner'))
  const theirs = connections.replace(/console\/[^/]+/, 'console/globex')
  const report = new URL(tab.url()).pathname.split('/').at(-1)
  for (const address of [
    connections,
    `${connections}/new`,
    `${connections}/acme-login`,
    tab.url(),
    `${theirs}/acme-login`,
    `${theirs}/main/test/${report}`,
  ])
    expect(await visited(stranger, address), address).toBe(404)
  await stranger.context().close()
  await idp.close()
})
