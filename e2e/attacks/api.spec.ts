import { hostFetch } from '../support/host-fetch'
import { expect, test } from '../support/test'

test('the API is on PUBLIC_URL alone, and accepts no cookie', async ({ world }) => {
  for (const path of ['organizations', 'openapi.json', 'problems/forbidden'])
    expect((await hostFetch(`${world.issuers.host}/api/v1/${path}`)).status).toBe(404)
  const at = (headers: Record<string, string>) => fetch(`${world.app.url}/api/v1/organizations`, { headers })
  const refused = await at({ cookie: 'vst_operator.session_token=x', origin: world.app.url })
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="vestibule"')
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(refused.headers.get('cache-control')).toBe('no-store')
  expect(refused.headers.get('access-control-allow-origin')).toBeNull()
})

test('a client’s token, secret or code is no API key', async ({ world }) => {
  for (const token of [
    'vst_rs_the-resource-server-of-the-end-to-end-tests',
    `vst_at_${'a'.repeat(43)}`,
    '',
  ]) {
    const headers = { authorization: `Bearer ${token}` }
    expect((await fetch(`${world.app.url}/api/v1/organizations/acme`, { headers })).status).toBe(401)
  }
})

test('a key of one organization sees nothing of another, whatever the address', async ({ world }) => {
  const first = await world.app.cli(['api-keys', 'create', '--installation', '--name', 'attacks'])
  const call = (key: string, method: string, path: string, body?: object) =>
    fetch(`${world.app.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    })
  const root = first.stdout.trim()
  const made = await call(root, 'POST', '/organizations/globex/keys', { name: 'x', role: 'owner' })
  const { key } = await made.json()
  expect((await call(key, 'GET', '/organizations/globex/servers')).status).toBe(200)
  for (const path of [
    '/organizations/acme',
    '/organizations/acme/servers/first',
    '/organizations/globex/servers/first',
    '/organizations/globex/../acme/servers',
    '/organizations/globex%2F..%2Facme/servers',
    '/organizations/ACME',
    '/organizations/%00',
  ]) {
    const { status } = await call(key, 'GET', path)
    expect([path, status]).toEqual([path, 404])
  }
  const entry = { name: 'Stolen', resource: 'https://x.example/mcp', connection: 'main' }
  expect((await call(key, 'PUT', '/organizations/globex/servers/first', entry)).status).toBe(422)
  expect((await call(key, 'GET', '/organizations')).status).toBe(403)
  expect(world.app.output()).not.toContain('vst_key_')
})
