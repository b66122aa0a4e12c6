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

beforeEach(async () => {
  seen = []
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
    return (request, response) => void handle(request, response)
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
  it.each([
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example\r\n\r\n', 400],
    ['two hosts, spelled differently', 'GET / HTTP/1.1\r\nHost: a.example\r\nHOST: a.example\r\n\r\n', 400],
    ['a target that is neither path nor address', 'GET evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an address of another kind', 'GET ftp://evil.example/ HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['an asterisk without OPTIONS', 'GET * HTTP/1.1\r\nHost: a\r\n\r\n', 400],
    ['TRACE', 'TRACE /oauth/token HTTP/1.1\r\nHost: a\r\n\r\n', 405],
    ['a path that is no UTF-8', 'GET /%ff HTTP/1.1\r\nHost: a\r\n\r\n', 400],
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

it('an address as the target leads to its path at its host, and nowhere else (RFC 9112 §3.2.2)', async () => {
  await status('GET http://evil.example//x?y=1 HTTP/1.1\r\nHost: auth.example.com\r\n\r\n')
  await status('GET http://auth.example.com:8443 HTTP/1.1\r\nHost: evil.example\r\n\r\n')
  expect(seen).toMatchObject([
    { url: '//x?y=1', host: 'evil.example' },
    { url: '/', host: 'auth.example.com:8443' },
  ])
})

const post = (path: string, headers: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const OURS = `Origin: ${PUBLIC_URL}\r\n`
const MULTIPART = 'Content-Type: multipart/form-data; boundary=x\r\n'
const FORM = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\ngrüße\r\n--x--\r\n'

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

  it('is not what a program posts, which Next answers', async () => {
    expect(await status(post('/nowhere/mcp', 'Content-Type: application/json\r\n', '{}'))).toBe(200)
    expect(seen).toMatchObject([{ url: '/nowhere/mcp' }])
  })

  it('comes through where the browser keeps its origin to itself and says that the page is of this host', async () => {
    const headers = 'Origin: null\r\nSec-Fetch-Site: same-origin\r\n'
    const sent = post('/console', headers + MULTIPART, FORM)
    expect(await status(sent)).toBe(403)
    expect(await status(sent.replace('Host: a', 'Host: auth.example.com'))).toBe(200)
  })

  it.each([
    ['without a boundary', 'Content-Type: multipart/form-data\r\n', FORM],
    ['without its end', MULTIPART, FORM.slice(0, -8)],
    ['with parts of no name', MULTIPART, '--x\r\n\r\n1\r\n--x--\r\n'],
    ['that is none', MULTIPART, 'a=1'],
    ['that is empty', MULTIPART, ''],
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

it('endpoints see what was sent: they judge by themselves', async () => {
  for (const path of ['/oauth/token', '/s/acme/oauth/token', '/api/v1/servers', '/oauth/consent/decision'])
    expect(await status(post(path, 'Origin: https://client.example\r\n', 'a=1'))).toBe(200)
})
