import { rm } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { freePort } from '@/test/free-port'
import { startPostgres } from '@/test/postgres'
import { type App, newDataDir, startApp } from '../support/app'
import { embeddedPort } from '../support/embedded-port'
import { hostFetch } from '../support/host-fetch'
import { catchLastRedirect } from '../support/last-redirect'
import { isListening } from '../support/run-to-end'
import { SMALL_CONFIGURATION } from '../support/small-configuration'
import { authorizeUrl, expect, fillLogin, makePkce, post, register, test } from '../support/test'
import { startWorld } from '../support/world'

const REDIRECT = 'http://127.0.0.1:9877/callback'

const endings = [
  { how: 'stopped', end: (app: App) => app.stop() },
  { how: 'killed in the middle of it', end: (app: App) => app.kill() },
]

for (const { how, end } of endings)
  test(`a login under way survives that the server is ${how}, as do clients, keys and tokens [AS-39]`, async ({
    page,
  }) => {
    const dataDir = await newDataDir()
    const world = await startWorld({ DATA_DIR: dataDir })
    const issuer = world.issuers.root
    const keys = await jwks(issuer)
    const { client_id = '' } = await register(issuer, {
      client_name: 'Survivor',
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: 'none',
    })
    const login = await arriveAtConsent(page, issuer, client_id)

    await end(world.app)
    const restart = () => startApp({ DATA_DIR: dataDir, PORT: new URL(issuer).port })
    const second = await restart()

    const tokens = await login.finish()
    expect(await jwks(issuer)).toEqual(keys)
    const successor = await refresh(issuer, client_id, tokens.refresh_token)
    await end(second)
    const third = await restart()
    const last = await refresh(issuer, client_id, successor)
    expect(new Set([tokens.refresh_token, successor, last]).size).toBe(3)

    await third.stop()
    await world.stop()
    await rm(dataDir, { recursive: true })
  })

test('two instances start together on an empty database, and both know what one was told', async () => {
  const { url, close } = await startPostgres()
  const [one, other] = [await freePort(), await freePort()]
  const common = {
    PUBLIC_URL: `http://localhost:${one}`,
    DATABASE_URL: url,
    VESTIBULE_KEYS: `k1:${Buffer.alloc(32, 1).toString('base64')}`,
    UPSTREAM_SECRET: 'secret-of-the-upstream',
  }
  const apps = await Promise.all([one, other].map((port) => startApp({ ...common, PORT: String(port) })))
  expect(await apps[1]?.cli(['apply', '-f', '-'], SMALL_CONFIGURATION)).toMatchObject({ code: 0 })

  const { client_id } = await register(common.PUBLIC_URL, {
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'none',
  })
  const asked = authorizeUrl(`http://localhost:${other}`, {
    client_id,
    redirect_uri: REDIRECT,
    code_challenge: makePkce().challenge,
  })
  const answer = await hostFetch(asked, { host: `localhost:${one}` })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toContain(`${common.PUBLIC_URL}/oauth/consent/open?request=`)

  const both = [one, other].map((port) =>
    hostFetch(`http://localhost:${port}/oauth/jwks`, { host: `localhost:${one}` }).then((r) => r.json()),
  )
  const [first, second] = await Promise.all(both)
  expect(first.keys).toHaveLength(1)
  expect(second).toEqual(first)
  await Promise.all(apps.map((app) => app.stop()))
  await close()
})

test('two servers share a data directory, and the last one turns off the light', async () => {
  const dataDir = await newDataDir()
  const [one, other] = await Promise.all([
    startApp({ DATA_DIR: dataDir }),
    startApp({ DATA_DIR: dataDir }),
  ] as const)
  const port = embeddedPort(dataDir)
  await one.stop()
  expect((await fetch(`${other.url}/readyz`)).status).toBe(200)
  await other.stop()
  expect(await isListening(port)).toBe(false)
  await rm(dataDir, { recursive: true })
})

/** Goes to the consent page, and only later on from there to the tokens. */
async function arriveAtConsent(page: Page, issuer: string, clientId: string) {
  const { verifier, challenge } = makePkce()
  const asked = { client_id: clientId, redirect_uri: REDIRECT, code_challenge: challenge }
  const url = authorizeUrl(issuer, asked)
  const back = await catchLastRedirect(page, REDIRECT)
  await page.goto(url)
  await expect(page.getByText('Survivor').first()).toBeVisible()
  return {
    async finish(): Promise<{ readonly refresh_token: string }> {
      await page.getByRole('button', { name: 'Allow' }).click()
      await fillLogin(page)
      const code = new URL(await back()).searchParams.get('code') ?? ''
      const response = await post(`${issuer}/oauth/token`, {
        grant_type: 'authorization_code',
        client_id: clientId,
        redirect_uri: REDIRECT,
        code,
        code_verifier: verifier,
      })
      expect(response.status).toBe(200)
      return response.json()
    },
  }
}

/** Exchanges a refresh token for its successor. */
async function refresh(issuer: string, clientId: string, token: string): Promise<string> {
  const form = { grant_type: 'refresh_token', client_id: clientId, refresh_token: token }
  const response = await post(`${issuer}/oauth/token`, form)
  expect(response.status).toBe(200)
  return (await response.json()).refresh_token
}

async function jwks(issuer: string): Promise<unknown> {
  return (await fetch(`${issuer}/oauth/jwks`)).json()
}
