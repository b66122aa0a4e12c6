import { once } from 'node:events'
import type { RequestListener } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { untrustedNames } from './host-names'
import { safeFetch } from './safe-fetch'
import { FetchProblem, type SafeFetchPolicy } from './safe-request'

const resolve = untrustedNames()
const DEVELOPMENT: SafeFetchPolicy = { allowLoopback: true, timeout: 1_000, resolve }
const PRODUCTION: SafeFetchPolicy = { allowLoopback: false, timeout: 1_000, resolve }
const LIMIT = 5_120

let server: LoopbackServer
let asked: { readonly host: string | undefined; readonly path: string | undefined }[] = []
const answers = new Map<string, RequestListener>()

beforeAll(async () => {
  server = await listenOnLoopback(0, () => (request, response) => {
    asked.push({ host: request.headers.host, path: request.url })
    const answer = answers.get(request.url ?? '')
    if (answer) answer(request, response)
    else response.writeHead(404).end()
  })
})
afterAll(() => server.close())

const JSON_TYPE = { 'content-type': 'application/json' }

/** The address of an answer that only this test knows. */
function at(answer: RequestListener): string {
  const path = `/${answers.size}`
  answers.set(path, answer)
  return server.origin + path
}
const json = (text: string, headers: Record<string, string> = {}) =>
  at((_, response) => response.writeHead(200, { ...JSON_TYPE, ...headers }).end(text))

const problem = (url: string, policy = DEVELOPMENT) =>
  safeFetch(url, LIMIT, policy).then(
    () => ({ message: 'none', detail: 'none' }),
    (error) => {
      expect(error).toBeInstanceOf(FetchProblem)
      return { message: error.message as string, detail: error.detail as string }
    },
  )

describe('reading a document', () => {
  it('returns it with its freshness', async () => {
    expect(await safeFetch(json('{"a":1}', { 'cache-control': 'max-age=900' }), LIMIT, DEVELOPMENT)).toEqual({
      body: { a: 1 },
      freshFor: 900,
    })
  })

  it.each(['application/json; charset=utf-8', 'Application/JSON', 'application/jwk-set+json'])(
    'accepts %s',
    async (type) => {
      expect((await problem(json('{}', { 'content-type': type }))).message).toBe('none')
    },
  )

  it('reads exactly as much as it may', async () => {
    expect((await problem(json(JSON.stringify('x'.repeat(LIMIT - 2))))).message).toBe('none')
    expect((await problem(json(JSON.stringify('x'.repeat(LIMIT - 1))))).message).toBe(
      'it is larger than 5120 bytes',
    )
  })

  it('does not wait for the rest of what is too large [AS-18]', async () => {
    const url = at((_, response) => {
      response.writeHead(200, JSON_TYPE)
      const timer = setInterval(() => response.write('x'.repeat(1_000)), 1)
      response.on('close', () => clearInterval(timer))
    })
    expect((await problem(url)).message).toBe('it is larger than 5120 bytes')
  })

  it.each([301, 302, 303, 307, 308])('does not follow a %i [AS-18 PX-18 H-21]', async (status) => {
    const target = json('{}')
    const url = at((_, response) => response.writeHead(status, { location: target }).end())
    asked = []
    expect((await problem(url)).message).toContain('redirects are not followed')
    expect(asked).toHaveLength(1)
  })

  it.each([201, 204, 206, 404, 410, 500])('takes no %i for a document [AS-18]', async (status) => {
    const url = at((_, response) => response.writeHead(status, JSON_TYPE).end(status === 204 ? '' : '{}'))
    expect((await problem(url)).message).toBe(`its address answered ${status}`)
  })

  it.each(['text/html', 'text/plain', 'text/json', 'application/jsonp', 'application/json5', ''])(
    'takes no %j for JSON',
    async (type) => {
      expect((await problem(json('{}', { 'content-type': type }))).message).toContain('content type')
    },
  )

  it.each(['', '<html>', '{"a":1', 'undefined'])('refuses %j as JSON', async (text) => {
    expect((await problem(json(text))).message).toBe('it is not JSON')
  })

  it('refuses JSON that nests without end', async () => {
    expect((await problem(json(`{"keys":${'['.repeat(300)}${']'.repeat(300)}}`))).message).toBe(
      'it is nested too deeply',
    )
  })

  it('refuses what is not UTF-8, what is compressed, and what breaks off', async () => {
    const binary = at((_, response) =>
      response.writeHead(200, JSON_TYPE).end(Buffer.from([0x22, 0xff, 0x22])),
    )
    expect((await problem(binary)).message).toBe('it is not JSON')
    expect((await problem(json('{}', { 'content-encoding': 'gzip' }))).message).toContain('compressed')
    const cut = at((_, response) => {
      response.writeHead(200, { ...JSON_TYPE, 'content-length': '100' })
      response.write('{}')
      setTimeout(() => response.destroy(), 20)
    })
    expect((await problem(cut)).message).toBe('its host cannot be reached')
  })

  it('gives up on a host that answers slowly, at any point [AS-18]', async () => {
    const silent = at(() => {})
    const dripping = at((_, response) => {
      response.writeHead(200, JSON_TYPE)
      const timer = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(timer))
    })
    const policy = { ...DEVELOPMENT, timeout: 300 }
    const late = 'it did not arrive within 0.3 seconds'
    expect((await problem(silent, policy)).message).toBe(late)
    expect((await problem(dripping, policy)).message).toBe(late)
    const lost = { ...policy, resolve: () => new Promise<never>(() => {}) }
    expect((await problem('https://client.example/', lost)).message).toBe(late)
  })
})

describe('where it goes', () => {
  const REFUSED = 'its host is, or resolves to, an address that is not a public one'
  const resolvesTo = (...addresses: string[]) => ({ ...PRODUCTION, resolve: async () => addresses })

  it.each([
    'localhost',
    '127.0.0.1',
    '127.1',
    '0177.0.0.1',
    '0x7f.1',
    '2130706433',
    '0x7f000001',
    '017700000001',
    '127.0.0.1.',
    '１２７.０.０.１',
    '%31%32%37.0.0.1',
    '0',
    '0.0.0.0',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[64:ff9b::127.0.0.1]',
  ])('does not connect to this machine, spelled https://%s/ [PX-18]', async (host) => {
    let connections = 0
    const listener = createServer((socket) => {
      connections++
      socket.destroy()
    })
    await once(listener.listen(0, '127.0.0.1'), 'listening')
    const { port } = listener.address() as AddressInfo
    expect((await problem(`https://${host}:${port}/`, PRODUCTION)).detail).toBe(REFUSED)
    expect(connections).toBe(0)
    listener.close()
  })

  it.each(['169.254.169.254', '10.0.0.1', '100.100.100.200', '[fd00:ec2::254]', '[fe80::1]'])(
    'does not go to %s',
    async (host) => {
      expect((await problem(`https://${host}/`, PRODUCTION)).detail).toBe(REFUSED)
    },
  )

  it('refuses a name when any one of its addresses is special [PX-18]', async () => {
    for (const addresses of [['127.0.0.1'], ['8.8.8.8', '10.0.0.1'], ['2606:4700::1111', '::ffff:127.0.0.1']])
      expect((await problem('https://client.example/', resolvesTo(...addresses))).detail).toBe(REFUSED)
  })

  it('reveals nothing of what a name resolves to', async () => {
    const special = await problem('https://client.example/', resolvesTo('10.0.0.1'))
    const unknown = await problem('https://client.example/', resolvesTo())
    expect(special.message).toBe('its host cannot be reached')
    expect(unknown.message).toBe(special.message)
    expect(unknown.detail).not.toBe(special.detail)
  })

  it('asks for a name once, and connects to what was checked under that name [PX-18 H-21]', async () => {
    let lookups = 0
    const resolve = async () => {
      lookups++
      return lookups === 1 ? ['127.0.0.1'] : ['192.0.2.1']
    }
    const url = new URL(json('{}'))
    url.hostname = 'documents.localhost'
    asked = []
    await safeFetch(url.href, LIMIT, { ...DEVELOPMENT, resolve })
    expect(asked).toEqual([{ host: url.host, path: url.pathname }])
    expect(lookups).toBe(1)
  })

  it('uses plain http only on this machine, and only in development', async () => {
    const http = 'its address must use https'
    expect((await problem(json('{}'), PRODUCTION)).message).toBe(http)
    expect((await problem('http://client.example/')).message).toBe(http)
    expect((await problem('ftp://localhost/')).message).toBe(http)
    expect((await problem('file:///etc/passwd')).message).toBe(http)
  })

  it('goes to this machine in development by name, not because a name resolves to it', async () => {
    const policy = { ...DEVELOPMENT, resolve: async () => ['127.0.0.1'] }
    expect((await problem('https://client.example/', policy)).detail).toBe(REFUSED)
    const elsewhere = { ...DEVELOPMENT, resolve: async () => ['10.0.0.1'] }
    expect((await problem('https://documents.localhost/', elsewhere)).detail).toBe(REFUSED)
  })

  it.each(['https://user@localhost/', 'https://user:password@localhost/', 'nonsense', ''])(
    'refuses %j',
    async (url) => {
      expect((await problem(url)).message).toBe('its address is not usable')
    },
  )
})
