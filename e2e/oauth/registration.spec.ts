import { expect, test } from '../support/test'
import type { World } from '../support/world'

const REDIRECT = 'http://127.0.0.1:7777/callback'

async function send(world: World, body: unknown, endpoint = '/oauth/register') {
  const response = await fetch(world.issuers.root + endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://inspector.example' },
    body: JSON.stringify(body),
  })
  return { response, status: response.status, body: await response.json() }
}

test('every registered value comes back, in a response that is not stored (RFC 7591 §3.2.1) [AS-6 AS-21 RFC-37]', async ({
  world,
}) => {
  const asked = {
    redirect_uris: [REDIRECT, 'https://app.example/cb?tenant=1', 'com.example.app:/callback'],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    client_name: 'Notes – “für alle”',
    client_uri: 'https://app.example/about',
    logo_uri: 'https://app.example/logo.png',
    policy_uri: 'https://app.example/policy',
    tos_uri: 'https://app.example/terms',
    scope: 'profile:read notes:write',
    contacts: ['dev@app.example'],
    software_id: '4d51529c-17f6-4ae3-8a55-8c3c5d5c8b6e',
    software_version: '1.2.3',
  }
  const before = Math.floor(Date.now() / 1000)
  const { response, status, body } = await send(world, asked)
  expect(status).toBe(201)
  expect(response.headers.get('cache-control')).toContain('no-store')
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  const { client_id, client_id_issued_at, ...rest } = body
  const { registration_access_token, registration_client_uri, ...echoed } = rest
  expect(echoed).toEqual(asked)
  expect(registration_access_token).toMatch(/^vst_rat_[A-Za-z0-9_-]{43}$/)
  expect(registration_client_uri).toBe(`${world.issuers.root}/oauth/register/${client_id}`)
  expect(client_id).toMatch(/^[A-Za-z0-9_-]{16,}$/)
  expect(client_id_issued_at).toBeGreaterThanOrEqual(before - 5)
  expect(client_id_issued_at).toBeLessThanOrEqual(before + 60)
})

test('what a client leaves out is filled in, and the answer says how [AS-38 RFC-37 CL-2 CL-3]', async ({
  world,
}) => {
  const { status, body } = await send(world, { redirect_uris: [REDIRECT] })
  expect(status).toBe(201)
  expect(body).toEqual({
    client_id: expect.any(String),
    client_id_issued_at: expect.any(Number),
    client_secret: expect.stringMatching(/^vst_cs_[A-Za-z0-9_-]{43,}$/),
    client_secret_expires_at: 0,
    registration_access_token: expect.any(String),
    registration_client_uri: expect.any(String),
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'client_secret_basic',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  })
})

for (const [method, hasSecret] of [
  ['none', false],
  ['client_secret_basic', true],
  ['client_secret_post', true],
] as const)
  test(`a client that authenticates by ${method} gets ${hasSecret ? 'a' : 'no'} secret`, async ({
    world,
  }) => {
    const { status, body } = await send(world, {
      redirect_uris: [REDIRECT],
      token_endpoint_auth_method: method,
    })
    expect(status).toBe(201)
    expect(body.token_endpoint_auth_method).toBe(method)
    expect('client_secret' in body).toBe(hasSecret)
    expect('client_secret_expires_at' in body).toBe(hasSecret)
  })

test('null and empty members count as absent, and none comes back [RFC-37 CL-3]', async ({ world }) => {
  const { status, body } = await send(world, {
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'none',
    client_name: null,
    client_uri: '',
    scope: '',
    contacts: null,
    logo_uri: null,
    jwks: null,
  })
  expect(status).toBe(201)
  expect(Object.values(body)).not.toContain(null)
  for (const absent of ['client_name', 'client_uri', 'scope', 'contacts', 'logo_uri', 'jwks'])
    expect(body).not.toHaveProperty(absent)
})

test('unknown members are ignored, and grant types that are not offered dropped [AS-38]', async ({
  world,
}) => {
  const { status, body } = await send(world, {
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
    application_type: 'native',
    client_id: 'of-my-own-choice',
    client_secret: 'mine',
    'x-vendor': { nested: true },
    __proto__: { polluted: true },
  })
  expect(status).toBe(201)
  expect(body.grant_types).toEqual(['authorization_code', 'refresh_token'])
  expect(body.client_id).not.toBe('of-my-own-choice')
  expect(body).not.toHaveProperty('client_secret')
  expect(body).not.toHaveProperty('x-vendor')
})

const bad = {
  script: 'javascript:alert(1)',
  data: 'data:text/html,hello',
  'a file': 'file:///etc/passwd',
  'plain http elsewhere': 'http://app.example/callback',
  'a host that only begins like loopback': 'http://localhost.evil.example/callback',
  'a user name in front of the host': 'http://127.0.0.1@evil.example/callback',
  'a fragment': 'https://app.example/callback#token',
  'no scheme': '/callback',
  'a wildcard': 'https://*.app.example/callback',
  'a control character': 'https://app.example/call\tback',
  'a code of its own': 'https://app.example/callback?code=mine',
}

for (const [what, uri] of Object.entries(bad))
  test(`one redirect URI with ${what} fails the whole registration [AS-27 RFC-38]`, async ({ world }) => {
    const { response, status, body } = await send(world, {
      redirect_uris: [REDIRECT, uri],
      token_endpoint_auth_method: 'none',
    })
    expect(status).toBe(400)
    expect(body).toEqual({ error: 'invalid_redirect_uri', error_description: expect.any(String) })
    expect(response.headers.get('cache-control')).toContain('no-store')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

test('a body that is not JSON, or too much of it, is refused', async ({ world }) => {
  const url = `${world.issuers.root}/oauth/register`
  const headers = { 'content-type': 'application/json' }
  const broken = await fetch(url, { method: 'POST', headers, body: '{"redirect_uris":' })
  expect(broken.status).toBe(400)
  const form = await fetch(url, { method: 'POST', body: new URLSearchParams({ redirect_uris: REDIRECT }) })
  expect(form.status).toBe(400)
  const huge = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ x: 'y'.repeat(1 << 20) }) })
  expect(huge.status).toBe(413)
})

test('two registrations with the same body are two clients', async ({ world }) => {
  const asked = { redirect_uris: [REDIRECT], client_name: 'Twin', token_endpoint_auth_method: 'none' }
  const [one, two] = await Promise.all([send(world, asked), send(world, asked)])
  expect([one.status, two.status]).toEqual([201, 201])
  expect(one.body.client_id).not.toBe(two.body.client_id)
})
