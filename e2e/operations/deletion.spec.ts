import type { Page } from '@playwright/test'
import { startMisbehavingProvider } from '@/lib/upstream/test-support/misbehaving-provider'
import { decide, type Login, locationOf, openConsent, REDIRECT, redirectQuery } from '../support/attack-login'
import { addServer, type ExtraServer } from '../support/attack-server'
import { obtainTokens, postForm, redeem, refresh } from '../support/attack-tokens'
import { newVisitor } from '../support/attack-visitor'
import { enterAsOwner } from '../support/console'
import { lookAt } from '../support/look'
import { authorizeUrl, expect, makePkce, test } from '../support/test'
import type { World } from '../support/world'

/** A login up to our callback, which is not visited yet. */
async function approach(world: World, { issuer }: ExtraServer) {
  const visitor = newVisitor()
  const pkce = makePkce()
  const request = { client_id: 'cli', redirect_uri: REDIRECT, code_challenge: pkce.challenge }
  const consent = await openConsent(visitor, authorizeUrl(issuer, request))
  const allowed = await decide(world, visitor, consent)
  const callback = locationOf(await visitor.go(locationOf(allowed)))
  return { visitor, callback, pkce, reference: consent.reference }
}

async function logIn(world: World, server: ExtraServer): Promise<Login> {
  const { visitor, callback, pkce, reference } = await approach(world, server)
  const code = redirectQuery(await visitor.go(callback)).get('code') ?? ''
  return { code, verifier: pkce.verifier, clientId: 'cli', redirectUri: REDIRECT, reference }
}

/** Types the short name and presses the button. */
async function confirm(page: Page, slug: string, button: string) {
  await page.getByLabel('Short name').fill(slug)
  await page.getByRole('button', { name: button }).click()
}

test('a server that is deleted refuses its tokens, codes and logins at once, and its connection goes after it', async ({
  page,
  world,
}, testInfo) => {
  const provider = await startMisbehavingProvider()
  const server = await addServer(world, provider)
  const { issuer, slug } = server
  const tokens = await obtainTokens(issuer, await logIn(world, server))
  const code = await logIn(world, server)
  const underWay = await approach(world, server)
  const secret = { authorization: `Bearer ${server.resourceSecret}` }
  const about = (token: string) => postForm(issuer, '/oauth/introspect', { token }, secret)
  expect(await (await about(tokens.access_token)).json()).toMatchObject({ active: true })

  await enterAsOwner(page, world)
  const at = `${world.app.url}/console/${slug}`
  await page.goto(`${at}/connections/main/delete`)
  await expect(page.getByText('This connection is in use')).toBeVisible()
  await lookAt(page, testInfo, 'connection-in-use')
  await page.goto(`${at}/servers/${slug}/settings`)
  await page.getByRole('link', { name: 'Delete server' }).click()
  await expect(page.getByRole('definition').first()).toHaveText(/^[12]$/)
  await lookAt(page, testInfo, 'server-delete')
  await confirm(page, 'another', 'Delete server permanently')
  await expect(page.getByText('Enter the short name exactly')).toBeVisible()
  await confirm(page, slug, 'Delete server permanently')
  await page.waitForURL(`${at}/servers`)

  expect((await refresh(issuer, tokens.refresh_token)).status).toBe(404)
  expect((await redeem(issuer, code)).status).toBe(404)
  expect((await about(tokens.access_token)).status).toBe(404)
  for (const path of ['/oauth/jwks', '/oauth/authorize'])
    expect((await fetch(issuer + path)).status, path).toBe(404)
  const { origin, pathname } = new URL(issuer)
  const metadata = `${origin}/.well-known/oauth-authorization-server${pathname}`
  expect((await fetch(metadata)).status).toBe(404)
  const answer = await underWay.visitor.go(underWay.callback)
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(locationOf(answer)).not.toContain('code=')

  const { stdout } = await world.app.cli(['timeline', code.reference])
  expect(stdout).toContain(code.reference)
  await page.goto(`${at}/audit`)
  await expect(page.getByText('deleted the server')).toBeVisible()

  await page.goto(`${at}/connections/main`)
  await page.getByRole('link', { name: 'Delete connection' }).click()
  await page.waitForURL('**/delete')
  await lookAt(page, testInfo, 'connection-delete')
  await confirm(page, 'main', 'Delete connection permanently')
  await page.waitForURL(`${at}/connections`)
  await expect(page.getByText('No connections yet')).toBeVisible()
  expect((await page.goto(`${at}/connections/main`))?.status()).toBe(404)
  await provider.stop()
})
