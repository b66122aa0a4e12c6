import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { freePort } from '@/test/free-port'
import { startPostgres } from '@/test/postgres'
import { hasRedis, startRedis } from '@/test/redis-server'
import { startUpstashBridge } from '@/test/upstash-bridge'
import { surfaces } from '../fuzz/surfaces'
import { newDataDir } from '../support/app'
import { enterConsole, newOperator } from '../support/console'
import { catchLastRedirect } from '../support/last-redirect'
import { startRelay } from '../support/relay'
import { authorizeUrl, expect, fillLogin, makePkce, post, test } from '../support/test'
import { RESOURCE_SECRET, startWorld, type World } from '../support/world'

const REDIRECT = 'http://127.0.0.1:9878/callback'
const UPSTASH_TOKEN = 'token-of-the-upstash-bridge'

for (const protocol of ['TCP', 'the Upstash REST protocol'])
  test(`with Redis over ${protocol} down, no user is signed out, and logins wait [RFC-2 H-39]`, async ({
    page,
  }) => {
    test.skip(!hasRedis, 'redis-server is not on the PATH')
    const [postgres, port] = await Promise.all([startPostgres(), freePort()])
    const redis = await startRedis(port)
    const bridge = protocol === 'TCP' ? null : await startUpstashBridge(redis.url, UPSTASH_TOKEN)
    const world = await startWorld({
      DATABASE_URL: postgres.url,
      ...(bridge
        ? { UPSTASH_REDIS_REST_URL: bridge.url, UPSTASH_REDIS_REST_TOKEN: UPSTASH_TOKEN }
        : { REDIS_URL: redis.url }),
    })
    const issuer = world.issuers.root
    const tokens = await (await redeem(issuer, await login(page, issuer))).json()
    const unredeemed = await login(page, issuer)
    const undecided = await arriveAtConsent(page, issuer)

    await redis.close()
    await expect.poll(() => readiness(world)).toEqual({ status: 503, reasons: ['challenges unavailable'] })

    const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
    expect([metadata.status, (await fetch(`${issuer}/oauth/jwks`)).status]).toEqual([200, 200])
    expect(await (await introspect(issuer, tokens.access_token)).json()).toMatchObject({ active: true })
    expect((await refresh(issuer, tokens.refresh_token)).status).toBe(200)

    const url = authorizeUrl(issuer, { ...asked(makePkce().challenge), state: 'state-of-the-client' })
    const refused = await fetch(url, { redirect: 'manual' })
    expect(refused.status).toBe(303)
    const told = new URL(refused.headers.get('location') ?? '')
    expect(told.origin + told.pathname).toBe(REDIRECT)
    expect(Object.fromEntries(told.searchParams)).toMatchObject({
      error: 'temporarily_unavailable',
      state: 'state-of-the-client',
      iss: issuer,
    })
    await expectUnavailable(await redeem(issuer, unredeemed))
    expect((await undecided.allow()).searchParams.get('error')).toBe('temporarily_unavailable')
    if (protocol === 'TCP') await expectLittleUnavailable(page, world)

    const again = await startRedis(port)
    await expect.poll(() => readiness(world)).toEqual({ status: 200, reasons: [] })
    expect((await redeem(issuer, await login(page, issuer))).status).toBe(200)

    await world.stop()
    await bridge?.close()
    await Promise.all([again.close(), postgres.close()])
  })

test('with Postgres away everything says so, and goes on when it is back [RFC-28]', async ({ page }) => {
  const directory = await newDataDir()
  const postgres = await openEmbeddedPostgres(directory)
  const relay = await startRelay(portOf(postgres.url))
  const throughRelay = new URL(postgres.url)
  throughRelay.port = String(relay.port)
  const world = await startWorld({ DATABASE_URL: throughRelay.href })
  const issuer = world.issuers.root
  const { refresh_token } = await (await redeem(issuer, await login(page, issuer))).json()
  const unredeemed = await login(page, issuer)
  const authorization = authorizeUrl(issuer, asked(makePkce().challenge))
  const tab = await page.context().newPage()
  const undecided = await arriveAtConsent(tab, issuer)
  await tab.goto(`${world.app.url}/account/open`)
  await enterConsole(tab, world, await newOperator(world, 'acme', 'owner'))

  await Promise.all([postgres.close(), relay.cut()])
  await expect
    .poll(() => readiness(world))
    .toEqual({ status: 503, reasons: expect.arrayContaining(['postgres unavailable']) })
  expect((await fetch(`${world.app.url}/healthz`)).status).toBe(200)

  const answers = await Promise.all([
    refresh(issuer, refresh_token),
    redeem(issuer, unredeemed),
    introspect(issuer, 'a-token'),
    fetch(`${issuer}/oauth/jwks`),
    fetch(`${issuer}/.well-known/oauth-authorization-server`),
    fetch(`${issuer}/oauth/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ redirect_uris: [REDIRECT] }),
    }),
  ])
  for (const answer of answers) await expectUnavailable(answer)

  const pages = [
    await fetch(authorization, { redirect: 'manual' }),
    await fetch(`${world.app.url}/oauth/consent/open?request=any`, { redirect: 'manual' }),
    await undecided.press(),
  ]
  for (const answer of pages) {
    expect(answer.status).toBe(503)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(await answer.text()).toContain('Try again in a minute')
  }
  const answered = await askEverything(tab, world)
  expect(answered.filter(({ status, saysWhen }) => (status > 500 ? !saysWhen : status === 500))).toEqual([])
  // What needs the database first is among them.
  const unavailable = answered.filter(({ status }) => status === 503).map(({ name }) => name)
  expect(unavailable).toEqual(
    expect.arrayContaining([
      'GET console/[organization]/page.tsx',
      'GET console/[organization]/audit/export/route.ts',
      'GET account/page.tsx',
      'GET listServers',
    ]),
  )

  const back = await openEmbeddedPostgres(directory)
  await relay.lead(portOf(back.url))
  await expect.poll(() => readiness(world)).toEqual({ status: 200, reasons: [] })
  expect((await refresh(issuer, refresh_token)).status).toBe(200)
  expect((await redeem(issuer, await login(page, issuer))).status).toBe(200)

  await world.stop()
  await Promise.all([back.close(), relay.cut()])
  await rm(directory, { recursive: true })
})

const portOf = (url: string) => Number(new URL(url).port)

const asked = (challenge: string) => ({
  client_id: 'cli',
  redirect_uri: REDIRECT,
  code_challenge: challenge,
})

type Code = { readonly code: string; readonly verifier: string }

/** Goes to the consent page, where a person has not decided yet. */
async function arriveAtConsent(page: Page, issuer: string) {
  const { verifier, challenge } = makePkce()
  const url = authorizeUrl(issuer, asked(challenge))
  const arrived = await catchLastRedirect(page, REDIRECT)
  const back = async () => new URL(await arrived())
  await page.goto(url)
  const allow = page.getByRole('button', { name: 'Allow' })
  await expect(allow).toBeVisible()
  const cookies = await page.context().cookies()
  const fields = await page
    .locator('form input[type=hidden]')
    .evaluateAll((inputs) => inputs.map((input) => [input.getAttribute('name'), input.getAttribute('value')]))
  return {
    verifier,
    /** Where the browser ends after Allow, without a login. */
    async allow(): Promise<URL> {
      await allow.click()
      return back()
    },
    /** What Allow is answered with. */
    press: () =>
      fetch(`${issuer}/oauth/consent/decision`, {
        method: 'POST',
        redirect: 'manual',
        headers: { origin: issuer, cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') },
        body: new URLSearchParams([...(fields as [string, string][]), ['decision', 'allow']]),
      }),
    /** Allows, logs in, and comes back with a code. */
    async finish(): Promise<Code> {
      await allow.click()
      await fillLogin(page)
      return { code: (await back()).searchParams.get('code') ?? '', verifier }
    },
  }
}

async function login(page: Page, issuer: string): Promise<Code> {
  return (await arriveAtConsent(page, issuer)).finish()
}

const redeem = (issuer: string, { code, verifier }: Code) =>
  post(`${issuer}/oauth/token`, {
    grant_type: 'authorization_code',
    client_id: 'cli',
    redirect_uri: REDIRECT,
    code,
    code_verifier: verifier,
  })

const refresh = (issuer: string, token: string) =>
  post(`${issuer}/oauth/token`, { grant_type: 'refresh_token', client_id: 'cli', refresh_token: token })

const introspect = (issuer: string, token: string) =>
  post(`${issuer}/oauth/introspect`, { token }, { authorization: `Bearer ${RESOURCE_SECRET}` })

async function readiness({ app }: World) {
  const response = await fetch(`${app.url}/readyz`)
  return { status: response.status, reasons: (await response.json()).reasons }
}

async function expectUnavailable(response: Response): Promise<void> {
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
  expect(response.headers.get('cache-control')).toContain('no-store')
  expect(await response.json()).toMatchObject({ error: 'temporarily_unavailable' })
}

/** Logins need Redis, and nothing else does. */
async function expectLittleUnavailable(page: Page, world: World): Promise<void> {
  const tab = await page.context().newPage()
  await enterConsole(tab, world, await newOperator(world, 'acme', 'owner'))
  const failed = (await askEverything(tab, world)).filter(({ status }) => status >= 500)
  expect(failed).toEqual([{ name: 'GET readyz/route.ts', status: 503, saysWhen: true }])
}

/** What everything there is answers to this browser, actions of pages included, and to a program with a key. */
async function askEverything(page: Page, { app }: World) {
  const cookies = await page.context().cookies()
  const headers: Record<string, string> = {
    origin: app.url,
    cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; '),
    authorization: `Bearer vst_key_${randomBytes(32).toString('base64url')}`,
  }
  const call = new FormData()
  call.set('0', '[null,"$K1"]')
  const requests = surfaces().flatMap((surface) => {
    const fill = (path: string) =>
      path.replace('[organization]', 'acme').replace(/\[+(\.\.\.)?\w+\]+/g, 'none')
    if (surface.kind === 'action') {
      const init = { method: 'POST', headers: { ...headers, 'next-action': surface.id }, body: call }
      return surface.paths.slice(0, 1).map((path) => ({ name: surface.name, path: fill(path), init }))
    }
    const path = fill(surface.path)
    const methods = surface.kind === 'operation' ? [surface.method] : ['GET', 'POST']
    return methods.map((method) => ({ name: `${method} ${surface.name}`, path, init: { method, headers } }))
  })
  const answered: { readonly name: string; readonly status: number; readonly saysWhen: boolean }[] = []
  const ask = async () => {
    for (let next = requests.pop(); next; next = requests.pop()) {
      const { name, path, init } = next
      const answer = await fetch(app.url + path, { ...init, redirect: 'manual' })
      await answer.body?.cancel()
      answered.push({ name, status: answer.status, saysWhen: answer.headers.has('retry-after') })
    }
  }
  await Promise.all(Array.from({ length: 8 }, ask))
  return answered
}
