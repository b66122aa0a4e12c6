import { alert, answerFor, connect, fresh, go, operator, signedOut, USE } from '../support/provider-sign-in'
import { expect, test } from '../support/test'

test('an attacker’s response signs no operator in, and links nothing (login and linking CSRF)', async ({
  browser,
  page,
  world,
}) => {
  const mallory = await (await browser.newContext()).newPage()
  await operator(mallory, world)
  await connect(mallory, world, 'fred')
  await fresh(mallory)
  await mallory.goto(`${world.app.url}/console/sign-in`)
  const session = await answerFor(mallory, USE, 'fred')
  await page.goto(session)
  await expect(alert(page, 'was started in another browser')).toBeVisible()
  await signedOut(page, world)

  const attacker = await (await browser.newContext()).newPage()
  await operator(attacker, world)
  await attacker.goto(`${world.app.url}/console/account`)
  const link = await answerFor(attacker, 'Link Globex', 'gina')
  await operator(page, world)
  await page.goto(link)
  await expect(alert(page, 'was started in another browser')).toBeVisible()
  await page.goto(`${world.app.url}/console/account`)
  await expect(page.getByText('Not linked')).toBeVisible()

  // The attacker's own browser, in which the victim signs in before the answer comes.
  await attacker.context().clearCookies({ name: /operator\.session/ })
  await operator(attacker, world)
  await attacker.goto(link)
  await expect(alert(attacker, 'as someone else')).toBeVisible()
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
  const answer = await answerFor(page, USE, 'hugo')
  await page.goto(answer)
  await expect(page).toHaveURL(/\/console\/globex$/)
  await page.context().clearCookies({ name: /operator\.session/ })
  await page.goto(answer)
  await expect(alert(page, 'was started in another browser')).toBeVisible()
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
    [({ searchParams }) => searchParams.set('state', `${searchParams.get('state')}x`), 'started in another'],
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
    const answer = new URL(await answerFor(page, USE, 'jon'))
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
