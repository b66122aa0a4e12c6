import { createHash, randomBytes } from 'node:crypto'
import { test as base, type Page } from '@playwright/test'
import { hasRedis } from '@/test/redis-server'
import { catchLastRedirect } from './last-redirect'
import { type StoresName, startStores } from './stores'
import { startWorld, type World } from './world'

/** What a project of `playwright.config.ts` chooses. */
export type Options = { readonly stores: StoresName }

/** All tests of a worker share one installation: tests register clients of their own and affect no other test. */
export const test = base.extend<{ needed: undefined }, Options & { world: World }>({
  stores: ['postgres', { option: true, scope: 'worker' }],
  needed: [
    async ({ stores }, use) => {
      base.skip(stores !== 'postgres' && !hasRedis, 'redis-server is not on the PATH')
      await use(undefined)
    },
    { auto: true },
  ],
  world: [
    async ({ stores }, use) => {
      const { environment, close } = await startStores(stores)
      const world = await startWorld(environment)
      await use(world)
      await world.stop()
      await close()
    },
    { scope: 'worker', timeout: 300_000 },
  ],
})

export { expect } from '@playwright/test'

export type Pkce = { readonly verifier: string; readonly challenge: string }

export function makePkce(): Pkce {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** Registers a client (RFC 7591) and returns the response's body. */
export async function register(issuer: string, metadata: object): Promise<Record<string, string>> {
  const response = await fetch(`${issuer}/oauth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(metadata),
  })
  if (response.status !== 201)
    throw new Error(`registration answered ${response.status}: ${await response.text()}`)
  return response.json()
}

/** An authorization URL with sound defaults; an `undefined` parameter is left out. */
export function authorizeUrl(issuer: string, parameters: Record<string, string | undefined>): string {
  const all: Record<string, string | undefined> = {
    response_type: 'code',
    code_challenge_method: 'S256',
    state: randomBytes(8).toString('hex'),
    ...parameters,
  }
  const given = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return `${issuer}/oauth/authorize?${new URLSearchParams(given)}`
}

/**
 * Goes to an authorization URL as a person does: allows, logs in, and is sent back to the client.
 *
 * @returns the URL that the client is called with; nothing needs to listen there
 */
export async function logIn(
  page: Page,
  url: string,
  user = 'alice',
  signIn: (page: Page) => Promise<void> = (shown) => fillLogin(shown, user),
): Promise<URL> {
  const back = await catchLastRedirect(page, new URL(url).searchParams.get('redirect_uri') ?? '')
  await page.goto(url)
  await page.getByRole('button', { name: 'Allow' }).click()
  await signIn(page)
  return new URL(await back())
}

/** Fills in the identity provider's form, unless its session already knows the user. */
export async function fillLogin(page: Page, user = 'alice'): Promise<void> {
  const username = page.getByLabel('Username')
  if (!(await username.isVisible().catch(() => false))) return
  await username.fill(user)
  await page.getByLabel('Password').fill('sandbox')
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Posts a form to an endpoint. */
export function post(url: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  return fetch(url, { method: 'POST', body: new URLSearchParams(form), headers })
}
