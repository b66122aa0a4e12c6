import { hostFetch } from './support/host-fetch'
import { expect, test } from './support/test'

test('an error is readable by the page that asked, and kept by nobody', async ({ world }) => {
  const { root } = world.issuers
  const json = { 'content-type': 'application/json' }
  const errors: [string, Promise<Response>, number, string][] = [
    [
      'no client',
      hostFetch(`${root}/oauth/token`, { method: 'POST', body: new URLSearchParams() }),
      401,
      'invalid_client',
    ],
    [
      'not a form',
      hostFetch(`${root}/oauth/token`, { method: 'POST', headers: json, body: '{}' }),
      400,
      'invalid_request',
    ],
    [
      'no such grant type',
      hostFetch(`${root}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: 'cli', grant_type: 'password' }),
      }),
      400,
      'unsupported_grant_type',
    ],
    [
      'no redirect URI',
      hostFetch(`${root}/oauth/register`, { method: 'POST', headers: json, body: '{}' }),
      400,
      'invalid_redirect_uri',
    ],
    [
      'not JSON',
      hostFetch(`${root}/oauth/register`, { method: 'POST', headers: json, body: '{' }),
      400,
      'invalid_request',
    ],
  ]
  for (const [what, answer, status, error] of errors) {
    const response = await answer
    expect(response.status, what).toBe(status)
    expect(response.headers.get('access-control-allow-origin'), what).toBe('*')
    expect(response.headers.get('cache-control'), what).toContain('no-store')
    const body = await response.json()
    expect(body, what).toEqual({
      error,
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/),
    })
  }
})

test('a method that an endpoint does not have is refused by name (RFC 9110 §15.5.6)', async ({ world }) => {
  const response = await hostFetch(`${world.issuers.root}/oauth/token`)
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toContain('POST')
})

test('the authorization endpoint is for browsers to visit, not for pages to read (RFC 9700 §2.6)', async ({
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
    test(`exist at the ${kind} issuer`, async ({ world }) => {
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
