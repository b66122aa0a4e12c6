import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { documentEndpoint } from './document-endpoint'

let made: number
let endpoint: (request: Request) => Promise<Response>

beforeEach(() => {
  vi.useFakeTimers()
  made = 0
  const findByIssuer: Ports['servers']['findByIssuer'] = async (issuer) =>
    issuer.includes('unknown') ? null : ({ id: 's1', issuer } as Server)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const context = async () => ({
    publicUrl: 'https://auth.example',
    ports: { servers: { findByIssuer } } as Ports,
    log,
  })
  endpoint = documentEndpoint(context, async ({ server }) => {
    made++
    return { body: { issuer: server.issuer, version: Math.floor(performance.now() / 10_000) }, maxAge: 300 }
  })
})
afterEach(() => {
  vi.useRealTimers()
})

const get = (host: string, headers: Record<string, string> = {}, path = '/oauth/jwks') =>
  endpoint(new Request(`http://localhost${path}`, { headers: { host, ...headers } }))

it('is made once a second for each host and path', async () => {
  const first = await get('a.example')
  expect(await first.json()).toMatchObject({ issuer: 'https://a.example' })
  expect(first.headers.get('cache-control')).toBe('public, max-age=300')
  expect(await (await get('a.example')).json()).toMatchObject({ issuer: 'https://a.example' })
  expect(made).toBe(1)
  expect(await (await get('b.example')).json()).toMatchObject({ issuer: 'https://b.example' })
  expect(await (await get('a.example', {}, '/s/c/oauth/jwks')).json()).toMatchObject({
    issuer: 'https://a.example/s/c',
  })
  expect(made).toBe(3)
  vi.advanceTimersByTime(1_001)
  await get('a.example')
  expect(made).toBe(4)
})

it('is not sent to those who have it', async () => {
  const etag = (await get('a.example')).headers.get('etag') ?? ''
  for (const tag of [etag, `W/${etag}`, `"other", ${etag}`]) {
    const answer = await get('a.example', { 'if-none-match': tag })
    expect([answer.status, await answer.text()]).toEqual([304, ''])
    expect(answer.headers.get('etag')).toBe(etag)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  }
  expect((await get('a.example', { 'if-none-match': '"other"' })).status).toBe(200)
  vi.advanceTimersByTime(20_000)
  expect((await get('a.example', { 'if-none-match': etag })).status).toBe(200)
})

it('is not kept where there is none', async () => {
  for (let i = 0; i < 2; i++) expect((await get('unknown.example')).status).toBe(404)
})

it('is kept with others up to a number of bytes, whatever an attacker asks for', async () => {
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const servers = { findByIssuer: async (issuer: string) => ({ id: 's1', issuer }) as Server }
  const ports = { servers, clock: () => new Date() } as Ports
  const context = async () => ({ publicUrl: 'https://auth.example', ports, log })
  let large = 0
  const feed = documentEndpoint(
    context,
    async () => {
      large++
      return { jwt: 'x'.repeat(1024 * 1024) }
    },
    { part: (query) => query.toString(), known: () => undefined, longest: 0 },
  )
  const ask = (after: number) =>
    feed(new Request(`http://localhost/oauth/revocations?after=${after}`, { headers: { host: 'a.example' } }))
  for (let i = 0; i < 40; i++) await ask(i)
  await ask(39)
  expect(large, 'the last is there').toBe(40)
  await ask(23)
  expect(large, 'sixteen are').toBe(41)
})
