import { hostFetch } from '../support/host-fetch'
import { expect, test } from '../support/test'

test('the authorization endpoint is for browsers to visit, not for pages to read (RFC 9700 §2.6) [RFC-16]', async ({
  world,
}) => {
  for (const path of ['/oauth/authorize', '/authorize'])
    for (const method of ['GET', 'OPTIONS']) {
      const headers = { origin: 'https://inspector.example', 'access-control-request-method': 'GET' }
      const response = await hostFetch(world.issuers.root + path, { method, headers })
      expect(response.headers.get('access-control-allow-origin'), `${method} ${path}`).toBeNull()
    }
})

test.describe('the paths that clients of MCP 2025-03-26 take for granted', () => {
  for (const kind of ['root', 'host'] as const)
    test(`exist at the ${kind} issuer [AS-3 CL-6]`, async ({ world }) => {
      const issuer = world.issuers[kind]
      const registered = await hostFetch(`${issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          redirect_uris: ['http://127.0.0.1/callback'],
          token_endpoint_auth_method: 'none',
        }),
      })
      expect(registered.status).toBe(201)
      const { client_id } = await registered.json()
      const query = new URLSearchParams({
        response_type: 'code',
        client_id,
        redirect_uri: 'http://127.0.0.1:7000/callback',
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      })
      const authorized = await hostFetch(`${issuer}/authorize?${query}`)
      expect(authorized.status).toBe(303)
      expect(authorized.headers.get('location')).toContain(`${world.app.url}/oauth/consent/open?request=`)
      const token = await hostFetch(`${issuer}/token`, {
        method: 'POST',
        body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'none', client_id }),
      })
      expect(token.status).toBe(400)
      expect(await token.json()).toMatchObject({ error: 'invalid_grant' })
      const preflight = await hostFetch(`${issuer}/token`, { method: 'OPTIONS' })
      expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    })
})
