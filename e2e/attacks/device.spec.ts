import { decide, locationOf, logInUpstream, openConsentLink } from '../support/attack-login'
import { introspect, outcome, postForm } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { answerDevice, beginDevice, pollDevice, startDeviceServer, typeCode } from '../support/device'
import type { OwnServer } from '../support/own-server'
import { expect, test } from '../support/test'

let server: OwnServer
let neighbour: OwnServer
test.beforeAll(async ({ world }) => {
  server = await startDeviceServer(world)
  neighbour = await startDeviceServer(world)
})
test.afterAll(() => Promise.all([server.close(), neighbour.close()]))

test('tokens twice from one code: fifty devices ask at once, one has them', async ({ world }) => {
  const codes = await beginDevice(server.issuer)
  await answerDevice(world, codes.user_code)
  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => pollDevice(server.issuer, codes.device_code)),
  )
  const good = answers.filter(({ status }) => status === 200)
  expect(good).toHaveLength(1)
  for (const answer of answers.filter(({ status }) => status !== 200))
    expect(await outcome(answer)).toMatch(/^400 (slow_down|invalid_grant)$/)
  const [tokens] = await Promise.all(good.map((answer) => answer.json()))
  expect(await server.introspect(tokens.access_token)).toMatchObject({ active: true })
})

test('the tokens of a device whose code was overheard', async ({ world }) => {
  const codes = await beginDevice(server.issuer)
  await answerDevice(world, codes.user_code)
  const as = (client_id: string) => pollDevice(server.issuer, codes.device_code, { client_id })
  expect(await outcome(await as('other-tv'))).toBe('400 invalid_grant')
  expect(await outcome(await as('cli'))).toBe('400 unauthorized_client')
  expect(await outcome(await pollDevice(neighbour.issuer, codes.device_code))).toBe('400 invalid_grant')
  for (const guess of [codes.user_code, `${codes.device_code}A`, codes.device_code.slice(0, -1)])
    expect(await outcome(await pollDevice(server.issuer, guess))).toBe('400 invalid_grant')
  expect(await outcome(await pollDevice(server.issuer, codes.device_code))).toBe('200 ok')
})

test('an answer by hammering: a device that polls too often has to wait longer', async ({ world }) => {
  const codes = await beginDevice(server.issuer)
  const poll = async () => outcome(await pollDevice(server.issuer, codes.device_code))
  expect(await poll()).toBe('400 authorization_pending')
  const together = await Promise.all(Array.from({ length: 20 }, poll))
  expect(together).toEqual(Array(20).fill('400 slow_down'))
  await answerDevice(world, codes.user_code)
  expect(await poll()).toBe('400 slow_down')
})

test('a user code by guessing: a browser has five tries', async ({ world }) => {
  const codes = await beginDevice(server.issuer)
  const visitor = newVisitor()
  const refusal = async (code: string) =>
    new URL(await typeCode(world, visitor, code)).searchParams.get('refused')
  for (const letter of 'BCDFG') expect(await refusal(`BBBB-BBB${letter}`)).toBe('wrong')
  expect(await refusal('BBBB-BBBH')).toBe('too_many')
  expect(await refusal(codes.user_code)).toBe('too_many')
  // What cannot be a code is no guess, and another browser is another person.
  expect(await refusal('0000-0000')).toBe('wrong')
  expect(await typeCode(world, newVisitor(), codes.user_code)).toContain('/oauth/consent/open?request=')
})

test('a user code by guessing at once: more than five get no answer', async ({ world }) => {
  const visitor = newVisitor()
  await typeCode(world, visitor, 'XXXX-XXXX')
  const guesses = await Promise.all(
    Array.from({ length: 20 }, (_, i) => typeCode(world, visitor, `XXXX-XX${'BCDFGHJKLMNPQRSTVWXZ'[i]}B`)),
  )
  const wrong = guesses.filter((url) => url.endsWith('refused=wrong'))
  expect(wrong.length).toBeLessThanOrEqual(4)
  expect(guesses.length - wrong.length).toBeGreaterThanOrEqual(16)
})

test('a code that another site types for the user', async ({ page, world }) => {
  const codes = await beginDevice(server.issuer)
  await page.goto(codes.verification_uri)
  const [cookie] = await page.context().cookies()
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' })
  await page.route('https://evil.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: `<form method="post" action="${world.app.url}/oauth/device/code">
        <input name="request" value="device"><input name="token" value="${cookie?.value}">
        <input name="user_code" value="${codes.user_code}"><button>Win</button></form>`,
    }),
  )
  await page.goto('https://evil.example/')
  await page.getByRole('button').click()
  await expect(page.getByRole('main')).toContainText('Your answer couldn’t be verified')
  const visitor = newVisitor()
  const forged = { request: 'device', token: 'x'.repeat(43), user_code: codes.user_code }
  const answer = await visitor.submit(`${world.app.url}/oauth/device/code`, forged, world.app.url)
  expect(answer.status).toBe(403)
})

test('a consent that was never given: a link alone connects nothing', async ({ page }) => {
  const codes = await beginDevice(server.issuer)
  await page.goto(codes.verification_uri_complete)
  const posted = await page.request.get(`${codes.verification_uri}/code?user_code=${codes.user_code}`)
  expect(posted.status()).toBe(405)
  await page.goto(`${codes.verification_uri}/done`)
  expect(await outcome(await pollDevice(server.issuer, codes.device_code))).toBe('400 authorization_pending')
})

test('a second device on one consent: a code is answered once, and never after Deny', async ({ world }) => {
  const codes = await beginDevice(server.issuer)
  const [alice, mallory] = [newVisitor(), newVisitor()]
  const late = await openConsentLink(mallory, await typeCode(world, mallory, codes.user_code))
  const allowed = await decide(world, mallory, late)
  const callback = await logInUpstream(world, mallory, locationOf(allowed), 'bob')
  expect(await answerDevice(world, codes.user_code, 'allow', alice)).toContain('/oauth/device/done?iss=')
  const tooLate = locationOf(await mallory.go(callback))
  expect(tooLate).toContain('/oauth/device/done?error=access_denied')
  const tokens = await (await pollDevice(server.issuer, codes.device_code)).json()
  expect(await server.introspect(tokens.access_token)).toMatchObject({ email: 'alice@example.com' })
  expect(await typeCode(world, newVisitor(), codes.user_code)).toContain('refused=wrong')

  const denied = await beginDevice(server.issuer)
  const open = await openConsentLink(mallory, await typeCode(world, mallory, denied.user_code))
  await answerDevice(world, denied.user_code, 'deny', alice)
  const after = await logInUpstream(world, mallory, locationOf(await decide(world, mallory, open)), 'bob')
  expect(locationOf(await mallory.go(after))).toContain('error=access_denied')
  expect(await outcome(await pollDevice(server.issuer, denied.device_code))).toBe('400 access_denied')
})

test('more than was asked for: what one device was given does not widen the next one', async ({ world }) => {
  const visitor = newVisitor()
  const connect = async (scope: string) => {
    const codes = await beginDevice(server.issuer, { scope })
    const consent = await openConsentLink(visitor, await typeCode(world, visitor, codes.user_code))
    const allowed = await decide(world, visitor, consent)
    await visitor.go(await logInUpstream(world, visitor, locationOf(allowed)))
    const tokens = await (await pollDevice(server.issuer, codes.device_code)).json()
    return { page: consent.html, scope: tokens.scope }
  }
  expect((await connect('profile:read notes:write')).scope).toBe('profile:read notes:write')
  const second = await connect('profile:read')
  expect(second.scope).toBe('profile:read')
  expect(second.page).toContain('See your name')
  expect(second.page).not.toContain('Add notes for you')
})

test('a login that another browser finishes: the callback wants the browser that began', async ({
  world,
}) => {
  const codes = await beginDevice(server.issuer)
  const visitor = newVisitor()
  const consent = await openConsentLink(visitor, await typeCode(world, visitor, codes.user_code))
  const callback = await logInUpstream(world, visitor, locationOf(await decide(world, visitor, consent)))
  const stranger = await newVisitor().go(callback)
  expect(stranger.status).toBe(400)
  expect(await outcome(await pollDevice(server.issuer, codes.device_code))).toBe('400 authorization_pending')
})

test('a way out of the server: a code is no token, and its tokens are for one resource', async ({
  world,
}) => {
  const codes = await beginDevice(server.issuer)
  await answerDevice(world, codes.user_code)
  const tokens = await (await pollDevice(server.issuer, codes.device_code)).json()
  expect(await introspect(world, tokens.access_token)).toEqual({ active: false })
  for (const form of [
    { grant_type: 'authorization_code', code: codes.device_code, code_verifier: 'a'.repeat(43) },
    { grant_type: 'refresh_token', refresh_token: codes.device_code },
  ])
    expect((await postForm(server.issuer, '/oauth/token', { client_id: 'cli', ...form })).status).toBe(400)
  expect(await server.introspect(codes.device_code)).toEqual({ active: false })
  expect(await outcome(await pollDevice(server.issuer, codes.device_code))).toMatch(/slow_down|invalid_grant/)
})
