import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Endpoint } from '@/lib/http/node/mount'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { openStore } from '@/lib/store/test-support/open-store'
import { NOW, newGrant, newRequest } from '@/lib/store/test-support/store-under-test'
import { firstOf } from './bounded-label'
import { endpointLabels, meteredHttp } from './metered-http'
import { meteredLog } from './metered-log'
import { meteredPorts } from './metered-ports'
import { meteredUpstream } from './metered-upstream'
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
  const headers = { authorization: 'Bearer vst_at_hidden', connection: 'close' }
  for (let i = 0; i < 3; i++)
    await fetch(`${base}/oauth/token?code=vst_code_hidden`, { method: 'POST', headers, body: 'hidden' })
  await fetch(`${base}/s/vst_slug_hidden/oauth/jwks`, { headers })
  const text = () => all.registry.metrics()
  await expect.poll(text).toContain('{endpoint="/oauth/jwks",method="GET",status="200"} 1')
  expect(await text()).toContain('{endpoint="/oauth/token",method="POST",status="400"} 3')
  expect(await text()).not.toContain('hidden')
})

it('adds up to what was done', async () => {
  const plain = await openStore()
  onTestFinished(() => plain.close())
  const { logins, connectionLabel } = metrics()
  logins.reset()
  const store = meteredPorts(plain, metrics())
  await store.setClock(NOW)
  const made = await Promise.all(Array.from({ length: 5 }, () => newGrant(store)))
  const { request, server } = await newRequest(store)
  const event = { at: NOW, step: 'consent', outcome: 'failed', reason: 'denied_by_user' } as const
  // The second finds it over, and is not counted.
  for (const _ of [1, 2]) await store.requests.deny(request.id, event)
  const failed = await newRequest(store)
  for (const _ of [1, 2])
    await store.requests.fail(failed.request.id, { ...event, reason: 'upstream_denied' })
  const counted = (await logins.get()).values.map(({ labels, value }) => ({ ...labels, value }))
  const one = { value: 1 }
  expect(counted).toHaveLength(7)
  expect(counted).toEqual(
    expect.arrayContaining([
      ...made.map(({ server: { connectionId } }) => ({
        outcome: 'completed',
        reason: 'ok',
        connection: connectionLabel(connectionId),
        ...one,
      })),
      { outcome: 'denied', reason: 'denied_by_user', connection: server.connectionId, ...one },
      { outcome: 'failed', reason: 'upstream_denied', connection: failed.server.connectionId, ...one },
    ]),
  )
})

describe('what is asked of an identity provider', () => {
  const fails = () => Promise.reject(new UpstreamError('upstream_unreachable', 'It is down.'))
  const revoke = async () => ({ outcome: 'revoked' }) as const
  const refresh = async () => ({ outcome: 'unavailable', reason: 'upstream_error', detail: '' }) as const
  const notAsked = () => Promise.reject(new Error('not asked'))
  const plain = {
    begin: notAsked,
    complete: fails,
    refresh,
    revoke,
    verify: notAsked,
    verifySignal: notAsked,
    receive: notAsked,
  }

  it('is counted with how it went, and goes on as it did', async () => {
    const { providerCalls } = metrics()
    providerCalls.reset()
    const upstream = meteredUpstream(plain, metrics())
    const held = { accessToken: 'a', refreshToken: 'r', subject: 's', identitySource: 'i' }
    const expected = { state: '', nonce: '', codeVerifier: '' }
    await expect(upstream.complete('okta', new URLSearchParams(), expected)).rejects.toThrow(UpstreamError)
    await upstream.refresh('okta', held)
    await upstream.revoke('okta', held)
    const counted = (await providerCalls.get()).values.map(({ labels }) => [labels.operation, labels.reason])
    expect(counted).toEqual([
      ['complete', 'upstream_unreachable'],
      ['refresh', 'upstream_error'],
      ['revoke', 'revoked'],
    ])
  })
})

describe('labels that operators and attackers could multiply', () => {
  it('are told apart up to a number', () => {
    const label = firstOf(2)
    expect(['a', 'b', 'c', 'a', 'd'].map(label)).toEqual(['a', 'b', 'other', 'a', 'other'])
  })

  it('of refused requests are endpoint and reason, as the log has them, and no path', async () => {
    const all = metrics()
    all.refusals.reset()
    all.labels.endpoint = endpointLabels(ENDPOINTS)
    const none = () => {}
    const log = meteredLog({ info: none, warn: none, error: none }, all)
    log.info('request refused', { path: '/s/acme/oauth/token', error: 'invalid_grant', status: 400 })
    log.error('store unavailable', { path: '/oauth/register/vst_secret', store: 'postgres' })
    log.info('security event grant_revoked', { reason: 'code_replayed' })
    expect((await all.refusals.get()).values.map(({ labels }) => labels)).toEqual([
      { endpoint: '/oauth/token', reason: 'invalid_grant' },
      { endpoint: '/oauth/register', reason: 'store_unavailable' },
    ])
  })
})
