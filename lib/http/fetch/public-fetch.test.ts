import type { RequestListener } from 'node:http'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { type PublicFetchPolicy, publicFetch } from './public-fetch'

let server: LoopbackServer
let asked: string[] = []
let sockets = new Set<unknown>()
let answer: RequestListener = (_, response) => response.end('{}')

beforeAll(async () => {
  server = await listenOnLoopback(0, () => (request, response) => {
    sockets.add(request.socket)
    asked.push(request.headers.host ?? '')
    answer(request, response)
  })
})
afterAll(() => server.close())
beforeEach(() => {
  asked = []
  sockets = new Set()
  answer = (_, response) => response.end('{}')
})

const PRODUCTION: PublicFetchPolicy = { allowLoopback: false, listed: [] }

const ask = (url: string, policy: Partial<PublicFetchPolicy>, init: RequestInit = {}) =>
  publicFetch({ ...PRODUCTION, ...policy })(new URL(url), init)

/** The server, under a name that leads wherever `resolve` says. */
const named = (host = 'login.corp.example') => `http://${host}:${new URL(server.origin).port}/`

describe('a connection to an internal host gets nothing', () => {
  it.each([
    'http://10.0.0.1/',
    'http://192.168.1.1:8443/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.100.100.200/',
    'http://0x0a000001/',
    'http://[::ffff:10.0.0.1]/',
    'http://[64:ff9b::a00:1]/',
    'http://[fd00::1]/',
    'http://[::1]/',
    'http://0.0.0.0/',
  ])('by its address: %s', async (url) => {
    await expect(ask(url, {})).rejects.toMatchObject({ code: 'ENOTPUBLIC' })
  })

  it.each([[['127.0.0.1']], [['198.41.0.4', '127.0.0.1']], [['2001:500:2::c', '::1']]])(
    'by a name that resolves to %j',
    async (addresses) => {
      await expect(ask(named(), { resolve: async () => addresses })).rejects.toMatchObject({
        code: 'ENOTPUBLIC',
      })
      expect(asked).toEqual([])
    },
  )

  it('by a name that means something else a moment later (DNS rebinding)', async () => {
    const meanings = [['127.0.0.1'], ['198.41.0.4']]
    let lookups = 0
    const resolve = async () => meanings[lookups++] ?? []
    const answered = await ask(named(), { listed: ['127.0.0.1'], resolve })
    expect(answered.status).toBe(200)
    expect(lookups, 'the address that was checked is the one that is connected to').toBe(1)
    await expect(
      ask(named(), { listed: ['198.41.0.4'], resolve: async () => ['127.0.0.1'] }),
    ).rejects.toMatchObject({ code: 'ENOTPUBLIC' })
    expect(asked).toHaveLength(1)
  })

  it('by a redirect: it is an answer, and not followed', async () => {
    answer = (_, response) => response.writeHead(302, { location: 'http://10.0.0.1/' }).end()
    const answered = await ask(named(), { listed: ['127.0.0.0/8'], resolve: async () => ['127.0.0.1'] })
    expect([answered.status, answered.headers.get('location')]).toEqual([302, 'http://10.0.0.1/'])
  })

  it('over a connection that another request opened', async () => {
    await ask(server.origin, { listed: ['127.0.0.1'] })
    await ask(server.origin, { listed: ['127.0.0.1'] })
    expect(sockets.size).toBe(2)
  })
})

describe('what the installation lists is reached', () => {
  it.each([[['127.0.0.0/8']], [['10.0.0.0/8', '127.0.0.1']], [['login.corp.example']]])(
    '%j',
    async (listed) => {
      const answered = await ask(named(), { listed, resolve: async () => ['127.0.0.1'] })
      expect(await answered.text()).toBe('{}')
      expect(asked).toEqual([new URL(named()).host])
    },
  )

  it('and nothing that only looks like it', async () => {
    const policy = { listed: ['login.corp.example'], resolve: async () => ['127.0.0.1'] }
    for (const host of ['evil.login.corp.example', 'corp.example', 'login.corp.example.evil.example'])
      await expect(ask(named(host), policy)).rejects.toMatchObject({ code: 'ENOTPUBLIC' })
  })

  it('this machine by its own name, where we are on loopback ourselves', async () => {
    expect((await ask(server.origin, { allowLoopback: true })).status).toBe(200)
    await expect(
      ask(named(), { allowLoopback: true, resolve: async () => ['127.0.0.1'] }),
      'another name that leads here',
    ).rejects.toMatchObject({ code: 'ENOTPUBLIC' })
  })
})

describe('it asks as fetch does', () => {
  const here = { listed: ['127.0.0.1'] }

  it('sends a form, and reads what comes back compressed', async () => {
    let sent = ''
    answer = async (request, response) => {
      for await (const chunk of request) sent += chunk
      sent += ` ${request.method} ${request.headers['content-type']}`
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'))
    }
    const body = new URLSearchParams({ code: 'a b' })
    expect(await (await ask(server.origin, here, { method: 'POST', body })).json()).toEqual({ a: 1 })
    expect(sent).toBe('code=a+b POST application/x-www-form-urlencoded;charset=UTF-8')
  })

  it('ends when it is aborted, also in the middle of an answer', async () => {
    answer = (_, response) => response.write('{')
    const answered = await ask(server.origin, here, { signal: AbortSignal.timeout(300) })
    await expect(answered.text()).rejects.toThrow()
    answer = () => {}
    await expect(ask(server.origin, here, { signal: AbortSignal.timeout(300) })).rejects.toThrow()
  })

  it('fails as the system does', async () => {
    await expect(ask('http://127.0.0.1:1/', here)).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })
})
