import { once } from 'node:events'
import { createServer, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  AccessError,
  authenticateFastMcp,
  protect,
  protectExpress,
  protectHono,
  protectNode,
} from '../src/index'
import { networkFails, playedIssuer } from './played-issuer'
import { vectors } from './vectors'

type Ask = (init?: RequestInit, path?: string) => Promise<Response>

const GOOD = vectors.tokens[0]?.token ?? ''
const authorization = `Bearer ${GOOD}`
const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete_file', arguments: {} } }
const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const METADATA = '/.well-known/oauth-protected-resource'

async function withNode(listener: Parameters<typeof createServer>[1], use: (ask: Ask) => Promise<void>) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await use((init, path = '/mcp') => fetch(`http://127.0.0.1:${port}${path}`, init))
  server.close()
}

/** Each adapter around a handler that says whom it served; `served` counts how often it was reached. */
const adapters: Readonly<
  Record<string, (use: (ask: Ask, served: () => number) => Promise<void>) => Promise<void>>
> = {
  async protect(use) {
    let served = 0
    const handle = protect(playedIssuer().verifier(), (_request, { user }) => {
      served++
      return new Response(user.sub)
    })
    await use(
      (init, path = '/mcp') => handle(new Request(new URL(path, vectors.resource), init)),
      () => served,
    )
  },
  async protectHono(use) {
    let served = 0
    const middleware = protectHono(playedIssuer().verifier())
    const ask: Ask = async (init, path = '/mcp') => {
      const context = new Map<string, unknown>()
      const raw = new Request(new URL(path, vectors.resource), init)
      const set = (name: string, value: unknown) => void context.set(name, value)
      const next = async () => void served++
      const answer = await middleware({ req: { raw }, set }, next)
      if (answer) return answer
      expect([...context.keys()].sort()).toEqual(['auth', 'user'])
      expect(context.get('auth')).toMatchObject({ token: GOOD })
      return new Response((context.get('user') as { sub: string }).sub)
    }
    await use(ask, () => served)
  },
  async protectNode(use) {
    let served = 0
    const verifier = playedIssuer().verifier()
    const handle = protectNode(verifier, ({ auth }, response) => {
      served++
      response.end(verifier.userOf(auth).sub)
    })
    await withNode(
      (request, response) => void handle(request, response),
      (ask) => use(ask, () => served),
    )
  },
  async protectExpress(use) {
    let served = 0
    const verifier = playedIssuer().verifier()
    const middleware = protectExpress(verifier)
    await withNode(
      (request, response) =>
        middleware(request, response, (error) => {
          served++
          response.end(error ? String(error) : verifier.userOfRequest(request).sub)
        }),
      (ask) => use(ask, () => served),
    )
  },
}

describe.each(Object.entries(adapters))('%s', (_, start) => {
  it('lets a good token in, with its user, and nothing else', () =>
    start(async (ask, served) => {
      expect(await (await ask({ headers: { authorization } })).text()).toBe('user-1')
      const post = { method: 'POST', headers: { authorization } }
      expect(await (await ask({ ...post, body: JSON.stringify(LIST) })).text()).toBe('user-1')
      expect(served()).toBe(2)
      for (const [body, status] of [
        [JSON.stringify(CALL), 403],
        [JSON.stringify([LIST, CALL]), 403],
        ['{', 400],
        ['x'.repeat(4 * 1024 * 1024 + 1), 413],
      ] as const) {
        const refused = await ask({ ...post, body })
        expect([refused.status, await refused.text()]).toEqual([status, ''])
      }
      for (const headers of [{}, { authorization: `${authorization}x` }, { authorization: 'Basic eDp5' }])
        expect((await ask({ headers })).status).toBe(401)
      expect(served()).toBe(2)
    }))

  it('takes a token from the header alone, as it is spelled there', () =>
    start(async (ask, served) => {
      const elsewhere: readonly (readonly [RequestInit, string?])[] = [
        [{}, `/mcp?access_token=${GOOD}`],
        [{ headers: { cookie: `access_token=${GOOD}` } }],
        [{ headers: { 'x-access-token': GOOD, 'proxy-authorization': authorization } }],
        [{ method: 'POST', body: new URLSearchParams({ access_token: GOOD }) }],
      ]
      for (const [init, path] of elsewhere) expect((await ask(init, path)).status).toBe(401)
      for (const spelled of [
        `Bearer\t${GOOD}`,
        `Bearer\u00a0${GOOD}`,
        `Bearer Bearer ${GOOD}`,
        `Bearer "${GOOD}"`,
        `Bearer=${GOOD}`,
        `Bearer token=${GOOD}`,
        `Bearer ${GOOD}, Bearer x`,
        `Bearer x, Bearer ${GOOD}`,
        `Basic x, Bearer ${GOOD}`,
        `DPoP ${GOOD}`,
        `Token ${GOOD}`,
        GOOD,
      ])
        expect((await ask({ headers: { authorization: spelled } })).status, spelled).toBe(401)
      expect(served()).toBe(0)
      for (const spelled of [`bearer ${GOOD}`, `BEARER   ${GOOD}`, `Bearer ${GOOD}  `])
        expect((await ask({ headers: { authorization: spelled } })).status, spelled).toBe(200)
    }))

  it('serves the metadata at two addresses, and protects every other', () =>
    start(async (ask, served) => {
      for (const path of [`${METADATA}/mcp`, METADATA, `${METADATA}?x=1`]) {
        const metadata = await ask({}, path)
        expect(metadata.headers.get('access-control-allow-origin')).toBe('*')
        expect(metadata.headers.get('content-type')).toMatch(/^application\/json/)
        expect(await metadata.json()).toEqual(vectors.metadata[0]?.document)
      }
      for (const path of [`${METADATA}/`, `${METADATA}/other`, `/x${METADATA}`, `/mcp?x=${METADATA}`, '/'])
        expect((await ask({}, path)).status, path).toBe(401)
      expect(served()).toBe(0)
    }))
})

it.each([
  ['the first of which is bad', 'Bearer x', authorization],
  ['the first of which is of another scheme', 'Basic eDp5', authorization],
])('two headers, %s, let nothing in', async (_, ...values) => {
  const handle = protectNode(playedIssuer().verifier(), (_request, response) => response.end('served'))
  await withNode(
    (request, response) => void handle(request, response),
    async (ask) => {
      const { port } = new URL((await ask({ headers: { authorization: 'Bearer x' } })).url)
      const status = await new Promise((resolve, reject) => {
        const headers = ['host', 'x', ...values.flatMap((value) => ['authorization', value])]
        const asked = send({ port, host: '127.0.0.1', path: '/mcp', headers }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
        asked.on('error', reject).end()
      })
      expect(status).toBe(401)
    },
  )
})

describe('a listener of node:http', () => {
  const share = (verifier: ReturnType<ReturnType<typeof playedIssuer>['verifier']>) =>
    verifier.requireScope({ ...FULL, scopes: [] }, 'files:share')
  const FULL = { sub: 'u', clientId: 'c', expiresAt: 0, claims: {}, token: GOOD, scopes: [] as string[] }

  it('is answered for when it misses a scope, and only before it has answered itself', async () => {
    const verifier = playedIssuer().verifier()
    const thrown: unknown[] = []
    const listener = (isLate: boolean) =>
      protectNode(verifier, (_request, response) => {
        if (isLate) response.writeHead(200)
        share(verifier)
      })
    for (const isLate of [false, true])
      await withNode(
        (request, response) =>
          void listener(isLate)(request, response).catch((error: unknown) => {
            thrown.push(error)
            response.end()
          }),
        async (ask) => {
          const answer = await ask({ headers: { authorization } })
          expect(answer.status).toBe(isLate ? 200 : 403)
        },
      )
    expect(thrown).toEqual([expect.any(AccessError)])
  })

  it('is answered for when what it needs is away, as at a token exchange, and the process goes on', async () => {
    const verifier = playedIssuer({ token: networkFails }).verifier({ credentials: { secret: 'secret' } })
    const handle = protectNode(verifier, async (request, response) => {
      await verifier.exchangeToken(verifier.userOf(request.auth))
      response.end('served')
    })
    await withNode(
      (request, response) => void handle(request, response),
      async (ask) => {
        const answer = await ask({ headers: { authorization } })
        expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
      },
    )
  })

  it('does not get a call for `{}`, from whatever framework the request is', async () => {
    const verifier = playedIssuer().verifier()
    const statuses: number[] = []
    const response = { writeHead: (status: number) => statuses.push(status), end: () => {} }
    const isReached = await new Promise((resolve) => {
      const request = {
        ...{ headers: { authorization }, method: 'POST', url: '/mcp', body: {} },
        async *[Symbol.asyncIterator]() {
          yield new TextEncoder().encode(JSON.stringify(CALL))
        },
      }
      void protectNode(verifier, () => resolve(true))(request, response).then(() => resolve(false))
    })
    expect([isReached, statuses]).toEqual([false, [403]])
  })
})

describe('FastMCP', () => {
  it('gets no session for a stream that would outlive its token', async () => {
    const authenticate = authenticateFastMcp(playedIssuer().verifier())
    const ask = (method: string, url: string) =>
      authenticate({ method, url, headers: { authorization } }).then(
        ({ sub }) => sub,
        (error: unknown) => error instanceof Response && error.status,
      )
    expect(await ask('GET', '/sse')).toBe(404)
    expect(await ask('GET', '/x/../sse?y')).toBe(404)
    for (const [method, url] of [
      ['POST', '/sse'],
      ['GET', '/mcp'],
      ['GET', '/mcp/sse'],
    ] as const)
      expect(await ask(method, url), `${method} ${url}`).toBe('user-1')
  })

  it('gets the user as its session, and the refusal as a response', async () => {
    const authenticate = authenticateFastMcp(playedIssuer().verifier())
    expect(await authenticate({ headers: { authorization } })).toMatchObject({ sub: 'user-1', token: GOOD })
    for (const request of [undefined, { headers: {} }, { headers: { authorization: 'Bearer x' } }]) {
      const refused = await authenticate(request).then(
        () => undefined,
        (error: unknown) => error,
      )
      expect(refused).toMatchObject({ status: 401 })
      expect(refused instanceof Response && refused.headers.get('www-authenticate')).toContain(
        'resource_metadata=',
      )
    }
  })
})
