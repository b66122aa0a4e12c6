import { once } from 'node:events'
import { Agent, createServer, get, type Server as HttpServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { ADDRESS_HEADER } from '../client-address'
import { documentEndpoint } from '../document-endpoint'
import { admitted } from '../node/admission'
import { mount } from '../node/mount'
import { endHeldRequests, HELD, heldRequests, preferredWait } from './held-requests'

const FEED = '/oauth/revocations'

/** An instance whose documents have the version that the test says, and which says when a request is held. */
function instance(longest: number) {
  const state = { version: 'v1', made: 0 }
  const findByIssuer: Ports['servers']['findByIssuer'] = async (issuer) => ({ id: issuer, issuer }) as Server
  const ports = { servers: { findByIssuer }, clock: () => new Date() } as Ports
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const documents = documentEndpoint(
    async () => ({ publicUrl: 'https://auth.example', ports, log }),
    async () => {
      state.made += 1
      // As long as a database takes at least.
      await new Promise((resolve) => setImmediate(resolve))
      return { jwt: `document of ${state.version}`, version: state.version, maxAge: 1 }
    },
    { part: () => '', known: (query) => query.get('version') ?? undefined, longest },
  )
  return { state, documents }
}

const PATIENT = { timeout: 30_000, interval: 5 }
const heldAre = (count: number) => vi.waitFor(() => expect(heldRequests()).toBe(count), PATIENT)

let server: HttpServer
let one: ReturnType<typeof instance>
const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
const sockets: Socket[] = []

async function listen(longest = 1, most = 256) {
  one = instance(longest)
  const otherwise = async () => {}
  const handle = mount([[FEED, { GET: one.documents }]], otherwise, (error) => {
    throw error
  })
  server = createServer(admitted(handle, undefined, { token: most, login: 1, management: 1 })).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
}
beforeEach(() => listen())
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

const port = () => (server.address() as AddressInfo).port

type Asked = {
  readonly from?: string
  readonly host?: string
  readonly wait?: string
  readonly version?: string
}

/** What a follower asks that knows the version `v1`, and what comes of it. */
const ask = ({ from = '192.0.2.1', host = 'a.example', wait = '1', version = 'v1' }: Asked = {}) =>
  new Promise<{ status: number; text: string; headers: IncomingMessage['headers'] }>((resolve, reject) => {
    const headers = { host, prefer: `wait=${wait}`, [ADDRESS_HEADER]: from }
    const path = `${FEED}?version=${version}`
    const request = get({ host: '127.0.0.1', port: port(), path, headers, agent }, async (response) => {
      let text = ''
      for await (const chunk of response) text += chunk
      resolve({ status: response.statusCode ?? 0, text, headers: response.headers })
    })
    request.on('error', reject)
  })

const many = (count: number, asked: Asked = {}) =>
  Promise.all(Array.from({ length: count }, () => ask(asked)))
const heldOf = (answers: Awaited<ReturnType<typeof many>>) =>
  answers.filter(({ headers }) => headers['preference-applied'] !== undefined).length

describe('a follower that is willing to wait', () => {
  it('is answered as soon as there is another version, with a document that caches may keep [RFC-46]', async () => {
    server.close()
    await listen(600)
    const waiting = ask({ wait: '600' })
    await heldAre(1)
    one.state.version = 'v2'
    const { status, text, headers } = await waiting
    expect([status, text]).toEqual([200, 'document of v2'])
    expect(headers).toMatchObject({
      'cache-control': 'public, max-age=1',
      'preference-applied': 'wait=600',
      vary: 'Prefer',
    })
  })

  it('is answered at once where it knows an older version, or does not say how long', async () => {
    for (const asked of [{ version: 'v0' }, { wait: '0' }, { wait: 'x' }]) {
      const { text, headers } = await ask(asked)
      expect(text).toBe('document of v1')
      // RFC 7240 §2: wherever it might make a difference.
      expect([headers.vary, headers['preference-applied']]).toEqual(['Prefer', undefined])
    }
    expect(heldRequests()).toBe(0)
  })

  it('gets the document when its time is up, as new as any', async () => {
    const { text, headers } = await ask()
    expect([text, headers['preference-applied']]).toEqual(['document of v1', 'wait=1'])
    expect(one.state.made).toBeGreaterThan(1)
  })

  it('is not held where its request costs more than a connection, as in Next’s router', async () => {
    const headers = { host: 'a.example', prefer: 'wait=1' }
    const answer = await one.documents(new Request(`http://localhost${FEED}?version=v1`, { headers }))
    expect([await answer.text(), answer.headers.get('preference-applied')]).toEqual(['document of v1', null])
  })
})

describe('a stranger who has requests held', () => {
  // They wait until the test has a new version told.
  const LONG = '600'
  beforeEach(async () => {
    server.close()
    await listen(Number(LONG))
  })
  const letGo = () => {
    one.state.version = 'v2'
  }

  it('takes no place among the requests that are worked on', async () => {
    server.close()
    await listen(Number(LONG), 1)
    const waiting: ReturnType<typeof ask>[] = []
    for (let i = 0; i < 20; i++) {
      waiting.push(ask({ wait: LONG }))
      await heldAre(i + 1)
    }
    expect((await ask({ version: 'v0' })).status).toBe(200)
    letGo()
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual(Array(20).fill(200))
  })

  it('has one document made a second, however many wait', async () => {
    const waiting = many(HELD.address, { wait: LONG })
    await heldAre(HELD.address)
    const before = one.state.made
    await vi.waitFor(() => expect(one.state.made).toBeGreaterThan(before + 1), PATIENT)
    letGo()
    await waiting
    expect(one.state.made - before).toBeLessThan(HELD.address / 2)
  })

  it('has few of an address, few of a network, and its share of a server; the others are answered at once', async () => {
    const waiting = many(200, { wait: LONG })
    await heldAre(HELD.address)
    const neighbours = ['192.0.2.2', '192.0.2.3'].map((from) => many(HELD.address, { from, wait: LONG }))
    await heldAre(2 * HELD.address)
    const others = Array.from({ length: 8 }, (_, i) =>
      many(HELD.address, { from: `198.51.${i}.1`, wait: LONG }),
    )
    await heldAre(HELD.server)
    const elsewhere = ask({ host: 'b.example', from: '203.0.113.1', wait: LONG })
    await heldAre(HELD.server + 1)
    letGo()
    expect(heldOf([await elsewhere])).toBe(1)
    expect(heldOf(await waiting)).toBe(HELD.address)
    expect(heldOf((await Promise.all(neighbours)).flat())).toBe(HELD.address)
    const rest = (await Promise.all(others)).flat()
    expect(heldOf(rest)).toBe(HELD.server - 2 * HELD.address)
    expect(new Set(rest.map(({ status }) => status))).toEqual(new Set([200]))
  })

  it('has no more than a number in all, however many servers and networks there are', async () => {
    const asked = Array.from({ length: HELD.all + 40 }, (_, i) => ({
      ...{ host: `s${i % 16}.example`, from: `10.${i >> 4}.${i & 15}.1`, wait: LONG },
    }))
    const waiting = Promise.all(asked.map((one) => ask(one)))
    await heldAre(HELD.all)
    letGo()
    expect(heldOf(await waiting)).toBe(HELD.all)
  })

  it('leaves its places when it is gone, and when it does not read', async () => {
    const open = () => {
      const socket = connect(port(), '127.0.0.1')
      sockets.push(socket)
      const head = `host: a.example\r\nprefer: wait=${LONG}\r\n${ADDRESS_HEADER}: 192.0.2.1\r\n\r\n`
      // All on one connection, without waiting for an answer.
      socket.pause().write(`GET ${FEED}?version=v1 HTTP/1.1\r\n${head}`.repeat(HELD.address))
      return socket
    }
    const gone = open()
    await heldAre(HELD.address)
    expect(heldOf([await ask({ wait: LONG })])).toBe(0)
    gone.destroy()
    await heldAre(0)
    const silent = open()
    await heldAre(HELD.address)
    letGo()
    await heldAre(0)
    expect(silent.destroyed).toBe(false)
    const next = ask({ version: 'v2', wait: LONG })
    await heldAre(1)
    one.state.version = 'v3'
    expect(heldOf([await next])).toBe(1)
  })

  it('waits no longer than is allowed', () => {
    const seconds = (prefer: string) =>
      preferredWait({ method: 'GET', url: '', headers: new Headers({ prefer }) }, 5)
    const good = [
      'wait=3',
      'respond-async, Wait = "4"; x',
      'wait=9',
      'wait=99999999999999999999',
      'a, wait=2, wait=4',
    ]
    expect(good.map(seconds)).toEqual([3, 4, 5, 5, 2])
    const bad = ['', 'wait', 'wait=-1', 'wait=1e3', 'wait=0x5', 'nowait=3', 'x="wait=3', 'wait=5.5']
    expect(bad.map(seconds)).toEqual(bad.map(() => 0))
  })
})

it('a stop answers all that wait at once, and holds no more', async () => {
  server.close()
  await listen(600)
  const waiting = many(10, { wait: '600' })
  await heldAre(10)
  endHeldRequests()
  // That it ended is the proof.
  expect((await waiting).every(({ text }) => text === 'document of v1')).toBe(true)
  expect(heldOf([await ask({ wait: '600' })])).toBe(0)
})
