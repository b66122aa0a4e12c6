import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { upstreamHttp } from '@/lib/upstream/upstream-http'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { keptFetch } from './kept-fetch'

let server: LoopbackServer
let sockets = new Set<unknown>()
let answer: RequestListener = (_, response) => response.end('{}')

beforeAll(async () => {
  server = await listenOnLoopback(0, () => (request, response) => {
    sockets.add(request.socket)
    answer(request, response)
  })
})
afterAll(() => server.close())
beforeEach(() => {
  sockets = new Set()
  answer = (_, response) => response.end('{}')
})

const ask = (timeout = 5_000) => {
  const http = upstreamHttp({ allowLoopback: true, timeout, way: { fetch: keptFetch, reach: 'anywhere' } })
  return (init = {}) => http.request('token endpoint', server.origin, init)
}

it('goes on with the connection of the request before', async () => {
  for (let i = 0; i < 3; i++) expect(await (await ask()()).json()).toEqual({})
  expect(sockets.size).toBe(1)
})

it('sends a form, and reads what comes back compressed', async () => {
  let sent = ''
  answer = async (request, response) => {
    for await (const chunk of request) sent += chunk
    sent += ` ${request.method} ${request.headers['user-agent']} ${request.headers['content-length']}`
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"name":"Zoë"}'))
  }
  const body = new URLSearchParams({ code: 'a b' })
  expect(await (await ask()({ method: 'POST', body })).json()).toEqual({ name: 'Zoë' })
  expect(sent).toBe('code=a+b POST vestibule 8')
})

it('gives status and headers, and follows no redirect', async () => {
  answer = (_, response) =>
    response.writeHead(302, { location: 'http://10.0.0.1/', 'set-cookie': ['a=1', 'b=2'] }).end()
  const { status, ok, headers } = await ask()()
  expect([status, ok, headers.get('Location'), headers.get('date') === null]).toEqual([
    302,
    false,
    'http://10.0.0.1/',
    false,
  ])
  expect([headers.get('set-cookie'), headers.get('etag')]).toEqual(['a=1, b=2', null])
})

it.each([
  ['before an answer', () => {}],
  ['in the middle of one', (_, response) => void response.write('{')],
] as [string, RequestListener][])(
  'gives up in time on a provider that falls silent %s',
  async (_, silence) => {
    answer = silence
    await expect(ask(300)()).rejects.toMatchObject({
      reason: 'upstream_unreachable',
      detail: expect.stringContaining('did not answer'),
    })
  },
)

it('reads no more than a megabyte', async () => {
  answer = (_, response) => void response.end('x'.repeat(1024 * 1024 + 1))
  await expect(ask()()).rejects.toMatchObject({ reason: 'upstream_response_invalid' })
})

it('fails where a connection is cut or refused, and asks again on a new one', async () => {
  answer = (request) => request.socket.destroy()
  await expect(ask()()).rejects.toMatchObject({ detail: expect.stringContaining('the connection was cut') })
  answer = (request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('{')
    setImmediate(() => request.socket.destroy())
  }
  await expect(ask()()).rejects.toMatchObject({ reason: 'upstream_unreachable' })
  answer = (_, response) => response.end('{}')
  expect((await ask()()).status).toBe(200)
  const refused = keptFetch(new URL('http://127.0.0.1:1/'), {})
  await expect(refused).rejects.toMatchObject({ code: 'ECONNREFUSED' })
})
