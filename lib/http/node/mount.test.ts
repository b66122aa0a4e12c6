import { once } from 'node:events'
import { request as send } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { readForm } from '../body'
import { httpHandler } from '../http-handler'
import { type Endpoint, mount } from './mount'

let server: LoopbackServer
let failures: unknown[]

const echo = async (request: Request) =>
  Response.json({
    path: new URL(request.url).pathname,
    host: request.headers.get('host'),
    form: [...(await readForm(request))],
  })
const cookies = () => {
  const headers = new Headers({ location: 'https://client.example/?a=b' })
  for (const cookie of ['a=1', 'b=2']) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}
const fail = () => {
  throw new Error('broken')
}

const withoutStore = async () => {
  throw new StoreUnavailable('postgres')
}

const ENDPOINTS: readonly Endpoint[] = [
  [
    '/echo',
    { POST: echo, GET: httpHandler(async () => ({ status: 200, headers: { etag: 'x' }, text: 'grüße' })) },
  ],
  ['/s/[slug]/echo', { POST: echo }],
  [
    '/tree/[[...rest]]',
    { GET: () => new Response('tree', { headers: { 'x-frame-options': 'SAMEORIGIN' } }) },
  ],
  ['/some/[...rest]', { GET: () => new Response('some') }],
  ['/style.css', { GET: cookies, OPTIONS: () => new Response(null, { status: 204 }) }],
  ['/broken', { GET: fail }],
  ['/unavailable', { GET: httpHandler(withoutStore), POST: withoutStore }],
]

beforeEach(async () => {
  failures = []
  server = await listenOnLoopback(0, () => {
    const handle = mount(
      ENDPOINTS,
      async (_request, response) => void response.writeHead(418).end('next'),
      (error) => failures.push(error),
    )
    return (request, response) => void handle(request, response)
  })
})
afterEach(() => server.close())

/** Without the client's own ideas of paths. */
async function ask(path: string, method = 'GET', headers = {}, body = '') {
  const { hostname, port } = new URL(server.origin)
  const request = send({ hostname, port, path, method, headers })
  request.end(body)
  const [response] = await once(request, 'response')
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, headers: response.headers, text }
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

it('gives an endpoint what was sent, and sends what it answers', async () => {
  const { status, text, headers } = await ask(
    '/echo?q=1',
    'POST',
    { ...FORM, host: 'a.example' },
    'a=1&b=%20',
  )
  expect(status).toBe(200)
  expect(JSON.parse(text)).toEqual({
    path: '/echo',
    host: 'a.example',
    form: [
      ['a', '1'],
      ['b', ' '],
    ],
  })
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(text)),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
})

it('sends texts in UTF-8, several cookies, and answers without a body', async () => {
  expect(await ask('/echo')).toMatchObject({ text: 'grüße', headers: { etag: 'x', 'content-length': '7' } })
  const redirect = await ask('/style.css')
  expect(redirect).toMatchObject({
    status: 303,
    headers: { 'set-cookie': ['a=1', 'b=2'], 'content-length': '0' },
  })
  expect((await ask('/style.css', 'OPTIONS')).headers).not.toHaveProperty('content-length')
})

it('adds no security header that the endpoint has set', async () => {
  expect((await ask('/tree')).headers).toMatchObject({ 'x-frame-options': 'SAMEORIGIN' })
})

it.each([
  ['/s/acme/echo', 'POST'],
  ['/tree', 'GET'],
  ['/tree/a/b', 'GET'],
  ['/some/a', 'GET'],
])('serves %s', async (path, method) => {
  expect((await ask(path, method, FORM)).status).toBe(200)
})

it.each([
  ['/echo/', 'POST'],
  ['//echo', 'POST'],
  ['/%65cho', 'POST'],
  ['/Echo', 'POST'],
  ['/s//echo', 'POST'],
  ['/s/a/b/echo', 'POST'],
  ['/tree/', 'GET'],
  ['/some', 'GET'],
  ['/styleXcss', 'GET'],
  ['/echo', 'HEAD'],
  ['/echo', 'DELETE'],
  ['/echo', 'PROPFIND'],
  ['/elsewhere', 'GET'],
  ['http://localhost/echo', 'POST'],
])('leaves %s with %s to the router behind it', async (path, method) => {
  expect((await ask(path, method, FORM)).status).toBe(418)
})

it('answers 500 and tells when an endpoint fails', async () => {
  expect(await ask('/broken')).toMatchObject({ status: 500, text: '' })
  expect(failures).toMatchObject([{ message: 'broken' }])
})

it.each(['GET', 'POST'])('says when to try again, by %s, where a store could not be had', async (method) => {
  expect(await ask('/unavailable', method)).toMatchObject({
    status: 503,
    headers: { 'retry-after': '5', 'cache-control': 'no-store' },
  })
  expect(failures).toEqual([])
})

it('refuses a long body, and goes on with the next request of the connection', async () => {
  const { port } = new URL(server.origin)
  const socket = connect(Number(port), '127.0.0.1').setEncoding('utf8')
  const head = (length: number) =>
    `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM['content-type']}\r\nContent-Length: ${length}\r\n\r\n`
  socket.write(`${head(100_000) + 'a'.repeat(100_000) + head(3)}a=1`)
  let received = ''
  for await (const chunk of socket) {
    received += chunk
    if (received.includes('"form":[["a","1"]]')) break
  }
  expect(failures).toMatchObject([{ code: 'invalid_request', status: 413 }])
})

it('fails when the client leaves within the body', async () => {
  const { port } = new URL(server.origin)
  const socket = connect(Number(port), '127.0.0.1')
  socket.write(
    `POST /echo HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM['content-type']}\r\nContent-Length: 9\r\n\r\na=1`,
  )
  await new Promise((resolve) => setTimeout(resolve, 50))
  socket.destroy()
  await expect.poll(() => failures).toHaveLength(1)
})
