import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, type Locator, type Page } from '@playwright/test'
import { build } from 'esbuild'
import { logIn, makePkce, post, register } from './test'
import type { World } from './world'

/** Goes to something as people without a mouse do. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    if (await target.evaluate((element) => element === document.activeElement)) return
  }
  throw new Error('the keyboard does not lead there')
}

/** Creates a server of Acme's, as a signed-in operator. Returns its slug. */
export async function protect(
  page: Page,
  world: World,
  server: { readonly name: string; readonly resource: string },
): Promise<string> {
  await page.goto(`${world.app.url}/console/acme/servers/new`)
  await page.getByLabel('Name').fill(server.name)
  await page.getByLabel('MCP URL').fill(server.resource)
  await page.getByLabel('Connection').selectOption('main')
  await page.getByRole('button', { name: 'Add server' }).click()
  await expect(page.getByRole('heading', { level: 1, name: server.name })).toBeVisible()
  return /servers\/([^/]+)\//.exec(page.url())?.[1] ?? ''
}

/** An access token of Alice's for the server with this issuer. */
export async function accessToken(page: Page, issuer: string): Promise<string> {
  const redirect_uri = 'http://127.0.0.1:43119/callback'
  const metadata = { redirect_uris: [redirect_uri], token_endpoint_auth_method: 'none' }
  const { client_id = '' } = await register(issuer, metadata)
  const { verifier, challenge } = makePkce()
  const query = { response_type: 'code', client_id, redirect_uri, code_challenge: challenge }
  const asked = new URLSearchParams({ ...query, code_challenge_method: 'S256', state: 'x' })
  const back = await logIn(page, `${issuer}/oauth/authorize?${asked}`)
  const code = back.searchParams.get('code') ?? ''
  const form = { grant_type: 'authorization_code', client_id, redirect_uri, code, code_verifier: verifier }
  const answer = await post(`${issuer}/oauth/token`, form)
  expect(answer.status).toBe(200)
  return (await answer.json()).access_token
}

/** Runs code that a page shows, as it stands there; it finds our package, and those of this project. */
export async function runCode<Exports>(name: string, code: string): Promise<Exports> {
  const folder = path.resolve('test-results', 'snippets')
  await mkdir(folder, { recursive: true })
  const file = path.join(folder, `${name}-${process.pid}-${Date.now()}.mjs`)
  await build({
    stdin: { contents: code, resolveDir: folder },
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    alias: { '@vestibule/mcp': path.resolve('packages/mcp/src/index.ts') },
    logLevel: 'warning',
  })
  try {
    return (await import(pathToFileURL(file).href)) as Exports
  } finally {
    await rm(file, { force: true })
  }
}
