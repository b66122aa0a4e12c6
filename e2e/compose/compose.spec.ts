import { statSync } from 'node:fs'
import { expect, test } from '@playwright/test'
import { hasCaddy, startComposed } from '../support/compose'
import { authorizeUrl, logIn, makePkce } from '../support/test'

const REDIRECT = 'http://127.0.0.1:9876/callback'

/** Of the proxy, which is made for the test. */
test.use({ ignoreHTTPSErrors: true })

test('two instances behind TLS lead to the console, and let a client into the sandbox', async ({ page }) => {
  test.skip(!hasCaddy, 'caddy is not on the PATH')
  const composed = await startComposed()
  const { url, apps } = composed
  // The image's user is not the one that the proxy runs as.
  expect(statSync(composed.authority).mode & 0o004).toBe(0o004)
  const [, setup = ''] = /Open in a browser\s+(\S+)/.exec(apps[0]?.output() ?? '') ?? []
  expect(setup.startsWith(`${url}/console/setup`)).toBe(true)
  await page.goto(setup)
  await expect(page.getByRole('button')).toBeVisible()

  const registered = await page.request.post(`${url}/oauth/register`, {
    data: { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' },
  })
  const { client_id: clientId } = await registered.json()
  const { verifier, challenge } = makePkce()
  const parameters = { client_id: clientId, redirect_uri: REDIRECT, code_challenge: challenge }
  const back = await logIn(page, authorizeUrl(url, parameters))
  const redeemed = await page.request.post(`${url}/oauth/token`, {
    form: {
      grant_type: 'authorization_code',
      client_id: clientId,
      redirect_uri: REDIRECT,
      code: back.searchParams.get('code') ?? '',
      code_verifier: verifier,
    },
  })
  const { access_token: token } = await redeemed.json()

  // The sandbox's MCP server asks for our keys through the proxy.
  const call = (authorization: string) =>
    fetch(composed.mcpUrl, {
      method: 'POST',
      headers: {
        authorization,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: {
          protocolVersion: '2025-06-18',
          capabilities: {},
          clientInfo: { name: 'test', version: '1' },
        },
      }),
    })
  expect((await call(`Bearer ${token}`)).status).toBe(200)
  expect((await call('Bearer made-up')).status).toBe(401)
  for (const count of await composed.served()) expect(count).toBeGreaterThan(2)
  await composed.close()
})
