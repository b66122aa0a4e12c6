import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Endpoint } from '@/lib/http/node/mount'
import { openStore } from '@/lib/store/test-support/open-store'
import { NOW, newGrant, newRequest } from '@/lib/store/test-support/store-under-test'
import { endpointLabels, meteredHttp } from './metered-http'
import { meteredPorts } from './metered-ports'
import { metrics } from './metrics'

const ENDPOINTS: readonly Endpoint[] = [
  ['/oauth/token', {}],
  ['/oauth/jwks', {}],
  ['/oauth/register', {}],
  ['/oauth/register/[clientId]', {}],
  ['/oauth/callback/[connection]', {}],
  ['/s/[slug]/oauth/token', {}],
  ['/.well-known/oauth-authorization-server/[[...issuer]]', {}],
  ['/.well-known/[...path]', {}],
  ['/authorize', {}],
]

describe('labels of endpoints', () => {
  const label = endpointLabels(ENDPOINTS)

  it.each([
    ['/oauth/token', '/oauth/token'],
    ['/s/acme/oauth/token', '/oauth/token'],
    ['/oauth/register/vst_secret', '/oauth/register'],
    ['/oauth/callback/okta', '/oauth/callback'],
    ['/.well-known/oauth-authorization-server/s/acme', '/.well-known/oauth-authorization-server'],
    ['/authorize', '/authorize'],
    ['/console/acme/logins', '/console'],
    ['/setup/connection/secret', '/setup'],
    ['/', 'other'],
    ['/anything', 'other'],
    ['/oauth/made-up-by-a-client', 'other'],
    ['/s/acme', 'other'],
  ])('%s is %s', (path, expected) => {
    expect(label(path)).toBe(expected)
  })

  it('are few, whatever clients ask for', () => {
    const random = () => Math.random().toString(36).slice(2)
    const paths = ENDPOINTS.map(([path]) => path.replaceAll(/\[\[?(\.\.\.)?[^\]]+\]\]?/g, random))
    const made = Array.from({ length: 2_000 }, () => `/${random()}/${random()}`)
    const seen = new Set([...paths, ...paths.map((path) => path + random()), ...made].map(label))
    expect(seen.size).toBeLessThan(12)
  })
})

it('counts what was answered, and tells no secret of it', async () => {
  const all = metrics()
  all.requests.reset()
  const handle = meteredHttp(
    ENDPOINTS,
    async (request, response) => void response.writeHead(request.method === 'POST' ? 400 : 200).end(),
    all,
  )
  const server = createServer(handle).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const headers = { authorization: 'Bearer vst_at_secret', connection: 'close' }
  for (let i = 0; i < 3; i++)
    await fetch(`${base}/oauth/token?code=vst_code_secret`, { method: 'POST', headers, body: 'secret' })
  await fetch(`${base}/s/vst_slug_secret/oauth/jwks`, { headers })
  const text = () => all.registry.metrics()
  await expect.poll(text).toContain('{endpoint="/oauth/jwks",method="GET",status="200"} 1')
  expect(await text()).toContain('{endpoint="/oauth/token",method="POST",status="400"} 3')
  expect(await text()).not.toMatch(/secret/)
})

it('adds up to what was done', async () => {
  const plain = await openStore()
  onTestFinished(() => plain.close())
  const { logins, completedLogins, ...all } = metrics()
  for (const counter of [logins, completedLogins, all.securityEvents]) counter.reset()
  const store = meteredPorts(plain, metrics())
  await store.setClock(NOW)
  const made = await Promise.all(Array.from({ length: 5 }, () => newGrant(store)))
  const { request } = await newRequest(store)
  const event = { at: NOW, step: 'consent', outcome: 'failed', reason: 'denied_by_user' } as const
  // The second finds it over, and is not counted.
  for (const _ of [1, 2]) await store.requests.deny(request.id, event)
  await store.requests.fail((await newRequest(store)).request.id, { ...event, reason: 'upstream_denied' })
  const values = async (counter: typeof logins | typeof completedLogins) =>
    (await counter.get()).values.map(({ labels, value }) => ({ ...labels, value }))
  expect(await values(logins)).toEqual(
    expect.arrayContaining([
      { outcome: 'completed', reason: 'ok', value: 5 },
      { outcome: 'denied', reason: 'denied_by_user', value: 1 },
      { outcome: 'failed', reason: 'upstream_denied', value: 1 },
    ]),
  )
  expect(await values(completedLogins)).toEqual(
    expect.arrayContaining(made.map(({ server }) => ({ connection: server.connectionId, value: 1 }))),
  )
})
