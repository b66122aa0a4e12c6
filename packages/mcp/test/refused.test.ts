import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import express from 'express'
import { CompactSign, exportJWK, generateKeyPair } from 'jose'
import { describe, expect, it } from 'vitest'
import { createVerifier, protect, protectExpress, protectNode } from '../src/index'
import { playedIssuer } from './played-issuer'
import { outcome, RESOURCE, signingIssuer } from './signing-issuer'
import { vectors } from './vectors'

const GOOD = vectors.tokens[0]?.token ?? ''
const CALL = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'delete_file', arguments: {} } }

async function serving<T>(listener: RequestListener, use: (port: number) => Promise<T>): Promise<T> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    return await use((server.address() as AddressInfo).port)
  } finally {
    server.close()
  }
}

/** Signs what no honest issuer does. */
async function strangeIssuer() {
  const [issuer, resource, start] = ['https://i.example', 'https://m.example/mcp', 1_800_000_000]
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'k' }]
  const metadata = { issuer, jwks_uri: `${issuer}/k`, revocations_uri: `${issuer}/r` }
  const clock = { now: start }
  const state = { feed: '' }
  const sign = (typ: string, claims: object | string, header = {}) =>
    new CompactSign(new TextEncoder().encode(typeof claims === 'string' ? claims : JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'ES256', typ, kid: 'k', ...header })
      .sign(privateKey)
  const claims = { iss: issuer, aud: resource, sub: 'u', client_id: 'c', gid: 'g', jti: 'j', iat: start }
  return {
    ...{ clock, state, sign, start },
    claims: { ...claims, exp: start + 7_200 },
    feed: (more: object) =>
      sign('revocations+jwt', { iss: issuer, sub: `${issuer}/r`, iat: start, to: '1', revoked: {}, ...more }),
    verifier: (revocations: 'accept' | 'refuse' | 'ignore') =>
      createVerifier({
        ...{ issuer, resource, revocations },
        now: () => clock.now * 1_000,
        fetch: async (url) => {
          if (url.includes('well-known')) return Response.json(metadata)
          return url.endsWith('/k') ? Response.json({ keys }) : new Response(state.feed)
        },
      }),
  }
}

describe('node:http', () => {
  it('lives on when a client goes away in the middle of a message', async () => {
    const { verifier } = playedIssuer()
    const handle = protectNode(verifier(), (_request, response) => response.end('served'))
    const ended = new Promise((resolve) => {
      const listener: RequestListener = (request, response) =>
        void handle(request, response).then(() => resolve('answered'), resolve)
      void serving(listener, async (port) => {
        const client = connect(port, '127.0.0.1')
        const head = `POST /mcp HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${GOOD}\r\nContent-Length: 99\r\n\r\n`
        client.write(`${head}{"a":`)
        setTimeout(() => client.destroy(), 100)
        await once(client, 'close')
      })
    })
    expect(await ended).toBe('answered')
  })

  it('answers the scope that a listener misses', async () => {
    const { verifier } = playedIssuer()
    const made = verifier()
    const handle = protectNode(made, ({ auth }) => made.requireScope(made.userOf(auth), 'files:share'))
    const answer = await serving(
      (request, response) => void handle(request, response),
      (port) => fetch(`http://127.0.0.1:${port}/mcp`, { headers: { authorization: `Bearer ${GOOD}` } }),
    )
    expect(answer.status).toBe(403)
    expect(answer.headers.get('www-authenticate')).toContain('scope="files:read files:share"')
  })
})

it.each(['text', 'raw'] as const)('a message that express.%s has read is looked into', async (parser) => {
  const { verifier } = playedIssuer()
  const app = express()
  app.use(express[parser]({ type: '*/*' }))
  app.use(protectExpress(verifier()))
  app.post('/mcp', (_request, response) => void response.end('served'))
  const headers = { authorization: `Bearer ${GOOD}`, 'content-type': 'application/json' }
  const call = (body: string) =>
    serving(app, (port) => fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body }))
  expect((await call(JSON.stringify(CALL))).status).toBe(403)
  expect((await call('{')).status).toBe(400)
  expect((await call('{}')).status).toBe(200)
})

it('a message that a parser has left unread is looked into', async () => {
  const { verifier } = playedIssuer()
  const app = express()
  // As `express.json` of Express 4 does where the type of the content is not its own.
  app.use((request, _response, next) => {
    request.body = {}
    next()
  })
  app.use(protectExpress(verifier()))
  app.post('/mcp', (request, response) => void response.json(request.body))
  const headers = { authorization: `Bearer ${GOOD}`, 'content-type': 'text/plain' }
  const call = (message: object) =>
    serving(app, (port) =>
      fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST', headers, body: JSON.stringify(message) }),
    )
  expect((await call(CALL)).status).toBe(403)
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
  expect(await (await call(list)).json()).toEqual(list)
})

it('a token of a new key is not thrown away while keys cannot be fetched', async () => {
  const issuer = await signingIssuer()
  const verifier = issuer.verifier({ revocations: 'ignore' })
  await verifier.verify(await issuer.accessToken())
  await issuer.addKey('k2')
  issuer.down.add('/keys')
  issuer.clock.now += 60_000
  expect(await outcome(verifier.verify(await issuer.accessToken({}, 'k2')))).toMatch('Unavailable')
  expect(await outcome(verifier.verify(await issuer.accessToken()))).toBe('good')
})

it('a server without keys says that it knows nothing, and not that the token is bad', async () => {
  const issuer = await signingIssuer()
  issuer.down.add('/keys')
  const handle = protect(issuer.verifier({ revocations: 'ignore' }), () => new Response('served'))
  const authorization = `Bearer ${await issuer.accessToken()}`
  const answer = await handle(new Request(RESOURCE, { headers: { authorization } }))
  expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([503, null])
})

it('an extension that jose knows is not known here', async () => {
  const { sign, claims, verifier } = await strangeIssuer()
  const token = await sign('at+jwt', claims, { crit: ['b64'], b64: true })
  expect(await outcome(verifier('ignore').verify(token))).toBe('AccessError: the token is malformed')
})

it('a token that expires at infinity does not live for ever', async () => {
  const { sign, claims, verifier } = await strangeIssuer()
  const token = await sign('at+jwt', JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400'))
  expect(await outcome(verifier('ignore').verify(token))).toMatch('AccessError')
})

it.each([
  ['begins at a string', { nbf: '9999999999' }],
  ['is for several other resources', { aud: ['https://a.example', `${vectors.resource}2`] }],
])('an opaque token that %s is refused', async (_name, more) => {
  const { verifier } = playedIssuer({ introspection: { ...vectors.introspection[0]?.answer, ...more } })
  const verified = verifier({ credentials: { secret: 'x' } }).verify('vst_at_1')
  expect(await outcome(verified)).toMatch('AccessError')
})

describe('a feed', () => {
  it('that a cache repeats for ever is not there', async () => {
    const { clock, state, sign, claims, feed, verifier } = await strangeIssuer()
    const [strict, lax] = [verifier('refuse'), verifier('accept')]
    const token = await sign('at+jwt', claims)
    state.feed = await feed({})
    expect(await outcome(strict.verify(token))).toBe('good')
    for (let passed = 0; passed < 200; passed += 2) {
      clock.now += 2
      await outcome(strict.verify(token))
    }
    expect(await outcome(strict.verify(token))).toMatch('Unavailable')
    expect(await outcome(lax.verify(token))).toBe('good')
  })

  it.each([
    ['refuse', 'Unavailable: the revocations cannot be fetched'],
    ['accept', 'good'],
  ] as const)(
    'whose answer begins and does not end is given up, and its connection: %s',
    async (word, said) => {
      const played = playedIssuer()
      let end = () => {}
      const closed = new Promise<void>((resolve) => (end = resolve))
      const drip: RequestListener = (_request, response) => {
        response.write('e')
        response.on('close', end)
      }
      await serving(drip, async (port) => {
        const elsewhere: typeof played.fetch = (url, init) =>
          url.includes('/revocations') ? fetch(`http://127.0.0.1:${port}`, init) : played.fetch(url, init)
        const verifier = played.verifier({ revocations: word, fetch: elsewhere })
        expect(await outcome(verifier.verify(GOOD))).toBe(said)
        await closed
      })
    },
  )

  it.each([
    ['ahead by a minute and the leeway', 90, 'AccessError: the token was revoked'],
    ['ahead by more', 91, 'good'],
  ])('of a clock that is %s', async (_, off, said) => {
    const { state, sign, claims, feed, start, verifier } = await strangeIssuer()
    state.feed = await feed({ iat: start + off, revoked: { '*': [start, start + 9_000] } })
    expect(await outcome(verifier('accept').verify(await sign('at+jwt', claims)))).toBe(said)
  })

  it.each([
    ['a minute', 60, 'AccessError: the token was revoked'],
    ['more', 61, 'good'],
  ])('that is older than the last one by %s', async (_, off, said) => {
    const { clock, state, sign, claims, feed, start, verifier } = await strangeIssuer()
    const [follower, token] = [verifier('accept'), await sign('at+jwt', claims)]
    state.feed = await feed({})
    expect(await outcome(follower.verify(token))).toBe('good')
    clock.now += 5
    state.feed = await feed({ iat: start - off, revoked: { '*': [start, start + 9_000] } })
    expect(await outcome(follower.verify(token))).toBe(said)
  })

  it.each([
    ['a minute and the leeway', 90, 'good'],
    ['more', 91, 'Unavailable: the revocations cannot be fetched'],
  ])('that is behind by %s, where it must be followed', async (_, off, said) => {
    const { state, sign, claims, feed, start, verifier } = await strangeIssuer()
    state.feed = await feed({ iat: start - off })
    expect(await outcome(verifier('refuse').verify(await sign('at+jwt', claims)))).toBe(said)
  })

  it('of an instance whose clock is ahead does not end it', async () => {
    const { clock, state, sign, claims, feed, start, verifier } = await strangeIssuer()
    const follower = verifier('accept')
    const token = await sign('at+jwt', claims)
    state.feed = await feed({ iat: start + 3_600 })
    expect(await outcome(follower.verify(token))).toBe('good')
    clock.now += 5
    state.feed = await feed({ iat: start + 5, to: '2', revoked: { '*': [start, start + 9_000] } })
    await outcome(follower.verify(token))
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await outcome(follower.verify(token))).toMatch('revoked')
  })
})
