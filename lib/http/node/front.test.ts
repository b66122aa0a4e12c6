import { once } from 'node:events'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { front } from './front'

const isPage = (path: string) => !/^\/(api|s)\/|^\/oauth\/(token|consent\/decision)$/.test(path)
const PUBLIC_URL = 'https://auth.example.com'

let server: LoopbackServer
/** What came through, as the next one sees it. */
let seen: { url: string | undefined; host: string | undefined; body: string; fields?: [string, unknown][] }[]

/** How many requests came, and how many the front is done with. */
let [requests, ended] = [0, 0]

beforeEach(async () => {
  seen = []
  ;[requests, ended] = [0, 0]
  server = await listenOnLoopback(0, () => {
    const handle = front(
      async (request, response) => {
        const chunks: Buffer[] = []
        for await (const chunk of request) chunks.push(chunk)
        const body = Buffer.concat(chunks)
        seen.push({ url: request.url, host: request.headers.host, body: body.toString() })
        response.end('through')
      },
      { publicUrl: PUBLIC_URL, isPage },
    )
    return (request, response) => {
      requests++
      void handle(request, response).finally(() => ended++)
    }
  })
})
afterEach(() => server.close())

/** Sends it as it is, and returns the answer's head. */
async function raw(text: string): Promise<string> {
  const socket = connect(Number(new URL(server.origin).port), '127.0.0.1').setEncoding('utf8')
  socket.write(text)
  let received = ''
  socket.on('data', (chunk) => {
    received += chunk
    if (received.includes('\r\n\r\n')) socket.destroy()
  })
  await once(socket, 'close')
  return received
}

const status = async (text: string) => Number((await raw(text)).split(' ')[1])

describe('a request with more than one meaning is refused', () => {
  it.each<[string, string, number]>([
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n', 400],
    ['two hosts, spelled differently', 'GET / HTTP/1.1\r\nHost: a.example\r\nHOST: a.example\r\n\r\n', 400],
    ['a target that is neither path nor address', 'GET evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an address of another kind', 'GET ftp://evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an asterisk without OPTIONS', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['TRACE', 'TRACE /oauth/token HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['a path that is no UTF-8', 'GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ...[
      '/api/../console/sign-in',
      '/console/sign-in/with/..',
      '/console/sign-in/with/.',
      '/console/sign-in/with/%2E%2e?x=y',
      '/_next/static/.%2e/../console/sign-in',
      '/api\\..\\console/sign-in',
    ].map((path): [string, string, number] => [
      `dots: ${path}`,
      `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`,
      400,
    ]),
    ['a name with NUL', 'GET /platform/%00/sign-in HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ])('%s', async (_, text, expected) => {
    expect(await status(text)).toBe(expected)
    expect(seen).toEqual([])
  })

  it('OPTIONS * says what is understood', async () => {
    const answer = await raw('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1.1 204 /)
    expect(answer).toMatch(/\r\nallow: GET, /i)
  })
})

it.each(['/.well-known/openid-configuration', '/a..b/...', '/console?next=/../x'])(
  'dots in a name, or in what is asked, lead nowhere else: %s',
  async (path) => {
    await status(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
    expect(seen).toMatchObject([{ url: path }])
  },
)

it('an address as the target leads to its path at its host, and nowhere else (RFC 9112 §3.2.2)', async () => {
  await status('GET http://evil.example//x?y=1 HTTP/1.1\r\nHost: auth.example.com\r\n\r\n')
  await status('GET http://auth.example.com:8443 HTTP/1.1\r\nHost: evil.example\r\n\r\n')
  expect(seen).toMatchObject([
    { url: '//x?y=1', host: 'evil.example' },
    { url: '/', host: 'auth.example.com:8443' },
  ])
})

const post = (path: string, headers: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: auth.example.com\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const OURS = `Origin: ${PUBLIC_URL}\r\n`
const MULTIPART = 'Content-Type: multipart/form-data; boundary=x\r\n'
const FORM = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\ngrüße\r\n--x--\r\n'

it('pages that the framework keeps for errors are nowhere, however they are spelled', async () => {
  const own = [
    '/500',
    '/500/',
    '/404',
    '/%3500',
    '/_error',
    '/_global-error',
    '/%5Fglobal-error',
    '/_not-found',
  ]
  for (const path of [
    ...own,
    '/_next/image?url=/icon.svg&w=640&q=75',
    '/_next/data/x/500.json',
    '/_next/static',
  ])
    expect(await status(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`), path).toBe(404)
  expect(seen).toEqual([])
  for (const path of ['/_next/static/a.css', '/5000', '/account/500', '/%63onsole'])
    expect(await status(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`), path).toBe(200)
})

describe('a form for a page', () => {
  it('comes through whole, also after another on the same connection', async () => {
    expect(await status(post('/console/acme', OURS + MULTIPART, FORM))).toBe(200)
    expect(seen).toMatchObject([{ url: '/console/acme', body: FORM }])
  })

  it.each([
    ['without an origin', ''],
    ['with the origin of an attacker', 'Origin: https://evil.example\r\n'],
    ['with an origin that is none', 'Origin: null\r\n'],
    ['with an origin that only begins like ours', `Origin: ${PUBLIC_URL}.evil.example\r\n`],
  ])('%s is refused, and runs nothing', async (_, origin) => {
    const plain = 'Content-Type: application/x-www-form-urlencoded\r\n'
    for (const more of [MULTIPART, 'Next-Action: 00\r\nContent-Type: text/plain\r\n', plain])
      for (const path of ['/', '/console', '/console/acme/members', '/nowhere'])
        expect(await status(post(path, origin + more, FORM))).toBe(403)
    expect(seen).toEqual([])
  })

  it('that is refused is read to its end: its sender gets the answer, and the connection stays', async () => {
    const [head = '', body = ''] = post('/console', MULTIPART, 'x'.repeat(5_000_000)).split('\r\n\r\n')
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1').setEncoding('utf8')
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
    })
    socket.write(`${head}\r\n\r\n`)
    await vi.waitFor(() => expect(received).toMatch(/^HTTP\/1\.1 403 /))
    socket.write(`${body}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`)
    await vi.waitFor(() => expect(received).toContain('through'))
    socket.destroy()
    expect(seen).toMatchObject([{ url: '/next' }])
  })

  it('at a host that is not ours is nowhere', async () => {
    const sent = post('/console', OURS + MULTIPART, FORM)
    expect(await status(sent.replace('Host: auth.example.com', 'Host: evil.example'))).toBe(404)
    expect(seen).toEqual([])
  })

  it('whose sender goes away half-way fails nowhere', async () => {
    const rejections: unknown[] = []
    const note = (reason: unknown) => void rejections.push(reason)
    process.on('unhandledRejection', note)
    const socket = connect(Number(new URL(server.origin).port), '127.0.0.1')
    socket.write(post('/console', OURS + MULTIPART, FORM).slice(0, -20))
    await vi.waitFor(() => expect(requests).toBe(1))
    socket.destroy()
    await vi.waitFor(() => expect(ended).toBe(1))
    process.off('unhandledRejection', note)
    expect([rejections, seen]).toEqual([[], []])
  })

  it('is not what a program posts, which Next answers', async () => {
    expect(await status(post('/nowhere/mcp', 'Content-Type: application/json\r\n', '{}'))).toBe(200)
    expect(seen).toMatchObject([{ url: '/nowhere/mcp' }])
  })

  it('comes through where the browser keeps its origin to itself and says that the page is of this host', async () => {
    const headers = 'Origin: null\r\nSec-Fetch-Site: same-origin\r\n'
    const sent = post('/console', headers + MULTIPART, FORM)
    expect(await status(sent.replace('Host: auth.example.com', 'Host: a'))).toBe(403)
    expect(await status(sent)).toBe(200)
  })

  it.each([
    ['without a boundary', 'Content-Type: multipart/form-data\r\n', FORM],
    ['without its end', MULTIPART, FORM.slice(0, -8)],
    ['with parts of no name', MULTIPART, '--x\r\n\r\n1\r\n--x--\r\n'],
    ['that is none', MULTIPART, 'a=1'],
    ['that is empty', MULTIPART, ''],
    ['with NUL in a field', MULTIPART, FORM.replace('grüße', 'a\0b')],
    ['with another boundary', 'Content-Type: multipart/form-data; boundary=y\r\n', FORM],
    ['of another kind', 'Content-Type: multipart/mixed; boundary=x\r\n', FORM],
  ])('%s is a mistake of its sender', async (_, type, body) => {
    for (const path of ['/', '/console', '/oauth/consent', '/nowhere'])
      expect(await status(post(path, OURS + type, body))).toBe(400)
    expect(seen).toEqual([])
  })

  it('that is too long is not kept', async () => {
    const body = FORM.replace('grüße', 'x'.repeat(1024 * 1024))
    expect(await status(post('/console', OURS + MULTIPART, body))).toBe(400)
  })
})

describe('a call of an action', () => {
  const field = (name: string, value: string) =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  const called = (fields: string, headers = `Next-Action: 00\r\n${MULTIPART}`) =>
    status(post('/console', OURS + headers, `${fields}--x--\r\n`))

  it('comes through as React makes it', async () => {
    const state = '{"values":{"price":"$$5","none":"$undefined"},"count":1,"nothing":null}'
    expect(await called(field('1_name', 'Acme') + field('0', `[${state},"$K1"]`))).toBe(200)
    const withoutScript = field('$ACTION_REF_1', '') + field('$ACTION_1:0', '{"id":"00","bound":"$@1"}')
    expect(await called(withoutScript + field('$ACTION_1:1', '[null]'), MULTIPART)).toBe(200)
    expect(seen).toHaveLength(2)
  })

  it.each([
    ['without arguments', field('1_name', 'Acme')],
    ['with arguments that are no JSON', field('0', '[null,"$K1"')],
    ['with arguments that are no list', field('0', 'null')],
    ['with an argument that is an action', field('0', '["$F1"]')],
    ['with an argument that holds a stream', field('0', '[{"a":["$R1"]},"$K1"]')],
  ])('%s is a mistake of its sender', async (_, fields) => {
    expect(await called(fields)).toBe(400)
    expect(seen).toEqual([])
  })

  it('without JavaScript whose arguments cannot be read is one, too', async () => {
    expect(await called(field('$ACTION_REF_1', '') + field('$ACTION_1:0', '{"id":'), MULTIPART)).toBe(400)
    const missing = field('$ACTION_REF_1', '') + field('$ACTION_1:0', '{"id":"00","bound":"$@1"}')
    expect(await called(missing, MULTIPART)).toBe(400)
    for (const value of ['null', '1', '"$undefined"', '{"length":1}'])
      expect(await called(missing + field('$ACTION_1:1', value), MULTIPART)).toBe(400)
    for (const value of ['null', '[]', '"00"'])
      expect(await called(field('$ACTION_REF_1', '') + field('$ACTION_1:0', value), MULTIPART)).toBe(400)
  })

  it('that is no form is one, too', async () => {
    expect(await called('[]', 'Next-Action: 00\r\nContent-Type: text/plain\r\n')).toBe(400)
  })
})

it('endpoints see what was sent: they judge by themselves', async () => {
  for (const path of ['/oauth/token', '/s/acme/oauth/token', '/api/v1/servers', '/oauth/consent/decision'])
    expect(await status(post(path, 'Origin: https://client.example\r\n', 'a=1'))).toBe(200)
})
