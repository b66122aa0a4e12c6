import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { hasRedis, startRedis } from '@/test/redis-server'
import { type App, newDataDir, startApp } from '../support/app'
import { enterConsole, newOperator } from '../support/console'
import { hostFetch } from '../support/host-fetch'
import { startOwnServer } from '../support/own-server'
import { SMALL_CONFIGURATION } from '../support/small-configuration'
import { expect, test } from '../support/test'
import { startSibling } from '../support/world'

const JSON_HEADERS = { 'content-type': 'application/json' }
const REGISTRATION = JSON.stringify({
  redirect_uris: ['http://127.0.0.1/callback'],
  token_endpoint_auth_method: 'none',
})

/** As many requests as it takes to be refused, some at a time; the first refusal. */
async function exhaust(attempt: () => Promise<Response>, most: number): Promise<Response> {
  for (let sent = 0; sent < most; sent += 50) {
    const answers = await Promise.all(Array.from({ length: 50 }, attempt))
    const refused = answers.find(({ status }) => status === 429)
    if (refused) return refused
  }
  throw new Error(`not refused after ${most} attempts`)
}

async function expectSlowDown(response: Response): Promise<void> {
  expect(response.status).toBe(429)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('access-control-expose-headers')).toContain('Retry-After')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(await response.json()).toEqual({
    error: 'temporarily_unavailable',
    error_description: expect.any(String),
  })
}

/** Asks for tokens as a client that does not exist. */
const fail = (issuer: string, client_id: string, headers: Readonly<Record<string, string>> = {}) =>
  hostFetch(`${issuer}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'none', client_id }),
    headers,
  })

for (const endpoint of ['par', 'device_authorization'])
  test(`an attacker cannot begin logins without end at /oauth/${endpoint}, without any browser`, async ({
    world,
  }) => {
    const server = await startOwnServer(world, ['device_grant: true'])
    const body = () => new URLSearchParams({ client_id: 'cli' })
    const begin = () => fetch(`${server.issuer}/oauth/${endpoint}`, { method: 'POST', body: body() })
    await expectSlowDown(await exhaust(begin, 1_000))
    await server.close()
  })

test('a forged X-Forwarded-For from anywhere but a trusted proxy gives an attacker no new attempts [H-54]', async ({
  world,
}) => {
  const { root } = world.issuers
  const client = `made-up-${randomBytes(6).toString('hex')}`
  let sent = 0
  const forged = () => {
    const address = `198.51.100.${sent++ % 250}`
    return fail(root, client, {
      'x-forwarded-for': address,
      forwarded: `for=${address}`,
      'x-vestibule-client-address': address,
      'x-real-ip': address,
    })
  }
  await expectSlowDown(await exhaust(forged, 400))
  // Another client at the same address is not affected.
  expect((await fail(root, `${client}-other`)).status).toBe(401)
})

test('an operator who sends form after form has to wait, and others need not', async ({ page, world }) => {
  const address = `${world.app.url}/console/globex/audit/retention`
  /** Saves what is there, again and again. */
  const newSender = async () => {
    await enterConsole(page, world, await newOperator(world, 'globex', 'owner'))
    await page.goto(address)
    const multipart = await page.getByRole('button', { name: 'Save' }).evaluate((button) => {
      const { form } = button as HTMLButtonElement
      const fields = [...new FormData(form ?? undefined)]
      return Object.fromEntries(fields.map(([name, value]) => [name, String(value)]))
    })
    const headers = { origin: world.app.url }
    return () => page.request.post(address, { multipart, headers, maxRedirects: 0 })
  }
  const send = await newSender()
  const attempt = async () => {
    const answer = await send()
    const text = await answer.text()
    return new Response(null, { status: text.includes('That was too much at once') ? 429 : answer.status() })
  }
  expect((await attempt()).status).toBe(303)
  await exhaust(attempt, 1_000)
  const other = await newSender()
  expect((await other()).status()).toBe(303)
})

test.describe('behind a trusted proxy', () => {
  let app: App
  let dataDir: string
  const environment = () => ({
    DATA_DIR: dataDir,
    TRUSTED_PROXIES: '127.0.0.0/8,::1,10.0.0.0/8',
    UPSTREAM_SECRET: 'upstream-client-secret-of-the-tests',
  })
  test.beforeAll(async () => {
    dataDir = await newDataDir()
    app = await startApp(environment())
    const applied = await app.cli(['apply', '-f', '-'], SMALL_CONFIGURATION)
    if (applied.code !== 0) throw new Error(`apply failed: ${applied.stderr}`)
  })
  test.afterAll(async () => {
    await app?.stop()
    await rm(dataDir, { recursive: true, force: true })
  })

  /** One more instance. */
  const startBeside = async (more: Readonly<Record<string, string>>) => {
    const sibling = await startSibling(app.url, { ...environment(), ...more })
    const post = (path: string, body: string | URLSearchParams, headers = {}) =>
      sibling.fetch(path, { method: 'POST', headers, body })
    return { post, stop: sibling.stop }
  }

  const from = (address: string) => ({ 'x-forwarded-for': address })
  const register = (address: string, body = REGISTRATION) =>
    hostFetch(`${app.url}/oauth/register`, {
      method: 'POST',
      headers: { ...JSON_HEADERS, ...from(address) },
      body,
    })
  const authorize = (address: string) =>
    hostFetch(`${app.url}/oauth/authorize?client_id=claude`, { headers: from(address) })

  test('an attacker who uses up his registrations leaves those of others, whatever he writes in front of his address [H-52 H-54]', async () => {
    let sent = 0
    const forged = () => register(`198.51.100.${sent++ % 250}, 203.0.113.66, 10.1.2.3`, '{}')
    await expectSlowDown(await exhaust(forged, 1_000))
    // By himself he is refused at once, but for the little that has come back meanwhile.
    await expectSlowDown(await exhaust(() => register('203.0.113.66', '{}'), 300))
    expect((await register('160.79.104.10')).status).toBe(201)
    for (const path of ['/.well-known/oauth-authorization-server', '/oauth/jwks'])
      expect((await hostFetch(app.url + path, { headers: from('203.0.113.66') })).status).toBe(200)
  })

  test('a flood of logins gets a page with 429, and others log in', async () => {
    const refused = await exhaust(() => authorize('203.0.113.66'), 2_000)
    expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
    expect(refused.headers.get('content-type')).toContain('text/html')
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    expect(await refused.text()).toContain('Too many sign-ins')
    // Not a registered client, so a page of another kind.
    expect((await authorize('160.79.104.10')).status).toBe(400)
  })

  test('an attacker cannot exhaust a client’s limit for others, nor from its own address for itself [H-54]', async () => {
    const { client_id, client_secret } = await (
      await register('160.79.104.10', JSON.stringify({ redirect_uris: ['http://127.0.0.1/callback'] }))
    ).json()
    const ask = (address: string, secret: string) => {
      const authorization = `Basic ${Buffer.from(`${client_id}:${secret}`).toString('base64')}`
      return hostFetch(`${app.url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'none' }),
        headers: { ...from(address), authorization },
      })
    }
    for (const address of ['203.0.113.66', '160.79.104.10'])
      await expectSlowDown(await exhaust(() => ask(address, 'guess'), 400))
    expect((await ask('198.51.100.1', 'guess')).status).toBe(401)
    const right = await ask('160.79.104.10', client_secret)
    expect([right.status, (await right.json()).error]).toEqual([400, 'invalid_grant'])
  })

  test('a guesser of a resource server’s credential is slowed down', async () => {
    const guess = () => {
      const authorization = `Basic ${Buffer.from(`acme:${randomBytes(8).toString('hex')}`).toString('base64')}`
      return hostFetch(`${app.url}/oauth/introspect`, {
        method: 'POST',
        body: new URLSearchParams({ token: 'x' }),
        headers: { ...from('203.0.113.69'), authorization },
      })
    }
    await expectSlowDown(await exhaust(guess, 400))
  })

  test('instances with one Redis give an attacker together what one would', async () => {
    test.skip(!hasRedis, 'redis-server is not on the PATH')
    const redis = await startRedis()
    const environment = { REDIS_URL: redis.url }
    const [first, second] = [await startBeside(environment), await startBeside(environment)]
    const registerAt = ({ post }: typeof first, address: string) =>
      post('/oauth/register', '{}', { ...JSON_HEADERS, ...from(address) })
    await expectSlowDown(await exhaust(() => registerAt(first, '203.0.113.70'), 1_000))
    // As at one of them: refused at once, but for the little that has come back meanwhile.
    await expectSlowDown(await exhaust(() => registerAt(second, '203.0.113.70'), 300))
    expect((await registerAt(second, '160.79.104.11')).status).toBe(400)
    await Promise.all([first.stop(), second.stop()])
    await redis.close()
  })

  test('a server’s quota of unused clients holds for all addresses together [H-52]', async () => {
    const small = SMALL_CONFIGURATION.replace(
      'connection: login',
      'connection: login\n        registration: { quota: 1 }',
    )
    expect((await register('198.51.100.1')).status).toBe(201)
    expect((await app.cli(['apply', '-f', '-'], small)).code).toBe(0)
    const response = await register('198.51.100.2')
    expect(response.status).toBe(429)
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(60)
    expect((await response.json()).error).toBe('temporarily_unavailable')
  })

  test('where registration is off, no client is invited and none let in', async () => {
    const off = SMALL_CONFIGURATION.replace(
      'connection: login',
      'connection: login\n        registration: off',
    )
    expect((await app.cli(['apply', '-f', '-'], off)).code).toBe(0)
    const metadata = await (await hostFetch(`${app.url}/.well-known/oauth-authorization-server`)).json()
    expect(metadata).not.toHaveProperty('registration_endpoint')
    const response = await register('198.51.100.3')
    expect(response.status).toBe(403)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toEqual({
      error: 'access_denied',
      error_description: expect.stringContaining('cannot register'),
    })
    expect((await app.cli(['export'])).stdout).toContain('registration: off')
  })

  test('an operator who limits elsewhere can switch limits off', async () => {
    const second = await startBeside({ RATE_LIMITS: '0' })
    const guess = () => second.post('/oauth/token', new URLSearchParams({ client_id: 'made-up' }))
    try {
      const answers = await Promise.all(Array.from({ length: 150 }, guess))
      expect(answers.map(({ status }) => status)).toEqual(Array(150).fill(401))
    } finally {
      await second.stop()
    }
  })
})
