import { createHmac } from 'node:crypto'
import { exportJWK, exportSPKI, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { fetchListener } from './fetch-listener'
import { listenOnLoopback } from './loopback-server'
import { type RunningMcpServer, startMcpServer } from './mcp-server'
import { keys, RESOURCE, startIssuer, type TokenOptions } from './test-support/issuer'

const METADATA_URL = 'http://localhost:3002/.well-known/oauth-protected-resource/mcp'
const BASE_CHALLENGE = { scope: 'profile:read', resource_metadata: METADATA_URL }

const strangersKeys = await generateKeyPair('ES256')

let as: Awaited<ReturnType<typeof startIssuer>>
let server: RunningMcpServer

beforeAll(async () => {
  as = await startIssuer()
  server = await startMcpServer({ port: 0, resource: RESOURCE, issuer: as.issuer })
})
afterAll(async () => {
  await server.close()
  await as.close()
})

const accessToken = (options?: TokenOptions) => as.accessToken(options)

const LIST_TOOLS = { jsonrpc: '2.0', id: 1, method: 'tools/list' }
const ADD_NOTE = {
  jsonrpc: '2.0',
  id: 2,
  method: 'tools/call',
  params: { name: 'add_note', arguments: { text: 'forged' } },
}

function post(
  token: string | null,
  message: unknown = LIST_TOOLS,
  headers: Record<string, string> = {},
  to = server,
) {
  return fetch(to.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: typeof message === 'string' ? message : JSON.stringify(message),
  })
}

/** The parameters of the one Bearer challenge. */
function challengeOf(response: Response): Record<string, string> {
  const header = response.headers.get('www-authenticate') ?? ''
  expect(header).toMatch(/^Bearer /)
  return Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
}

describe('resource metadata', () => {
  it.each(['/.well-known/oauth-protected-resource/mcp', '/.well-known/oauth-protected-resource'])(
    'is served at %s, to any page [RS-2 RS-4 RS-6 RS-10 H-56]',
    async (path) => {
      const response = await fetch(new URL(path, server.url), {
        headers: { origin: 'https://client.example' },
      })
      expect(response.headers.get('access-control-allow-origin')).toBe('*')
      expect(await response.json()).toMatchObject({
        resource: RESOURCE,
        authorization_servers: [as.issuer],
        scopes_supported: ['profile:read', 'notes:write'],
        bearer_methods_supported: ['header'],
      })
    },
  )
})

describe('access tokens', () => {
  it('challenges a request without credentials, without an error code [AS-33 RS-1 RS-3 RS-5 RS-10 RFC-41 H-56]', async () => {
    const response = await post(null)
    expect(response.status).toBe(401)
    expect(challengeOf(response)).toEqual(BASE_CHALLENGE)
  })

  it('accepts a good token', async () => {
    expect((await post(await accessToken())).status).toBe(200)
  })

  const minuteAgo = Math.floor(Date.now() / 1000) - 60
  const refused: Record<string, () => string | Promise<string>> = {
    'of another issuer': () => accessToken({ claims: { iss: `${as.origin}/s/other` } }),
    'whose issuer has a trailing slash': () => accessToken({ claims: { iss: `${as.issuer}/` } }),
    'for another resource': () => accessToken({ claims: { aud: 'https://mcp.other.example/mcp' } }),
    'for a resource that only begins alike': () => accessToken({ claims: { aud: `${RESOURCE}/admin` } }),
    'without an audience': () => accessToken({ claims: { aud: undefined } }),
    'that has expired': () => accessToken({ claims: { exp: minuteAgo } }),
    'that never expires': () => accessToken({ claims: { exp: undefined } }),
    'that is an ID token': () => accessToken({ header: { typ: 'JWT' } }),
    'without a type': () => accessToken({ header: { typ: undefined } }),
    'without a subject': () => accessToken({ claims: { sub: undefined } }),
    'without a client': () => accessToken({ claims: { client_id: undefined } }),
    'signed with a stranger’s key': () => accessToken({ key: strangersKeys.privateKey }),
    'naming an unknown key': () => accessToken({ header: { kid: 'k2' } }),
    'with changed claims': async () => {
      const [header, , signature] = (await accessToken()).split('.')
      const [, payload] = (await accessToken({ claims: { sub: 'admin' } })).split('.')
      return `${header}.${payload}.${signature}`
    },
    'with alg none': async () => {
      const [, payload] = (await accessToken()).split('.')
      return `${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`
    },
    'signed HS256 with the public key as the secret': async () => {
      const [, payload] = (await accessToken()).split('.')
      const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'k1' })}.${payload}`
      const signature = createHmac('sha256', await exportSPKI(keys.publicKey)).update(input)
      return `${input}.${signature.digest('base64url')}`
    },
    'that is no token at all': () => 'opaque',
  }
  it.each(Object.entries(refused))(
    'refuses a token %s [RS-1 RS-11 RS-12 PX-17 RFC-41 H-34]',
    async (_, make) => {
      const response = await post(await make(), ADD_NOTE)
      expect(response.status).toBe(401)
      expect(challengeOf(response)).toMatchObject({ ...BASE_CHALLENGE, error: 'invalid_token' })
    },
  )

  it('refuses a token in the query, and another scheme [RS-11]', async () => {
    const token = await accessToken()
    const query = await fetch(`${server.url}?access_token=${token}`, { method: 'POST' })
    expect(query.status).toBe(401)
    expect((await post(null, LIST_TOOLS, { authorization: `Basic ${token}` })).status).toBe(401)
  })
})

it('does not take a session id for authentication [RS-15 H-46]', async () => {
  const opened = await post(await accessToken())
  const session = opened.headers.get('mcp-session-id') ?? 'user-1:a-session'
  const response = await post(null, LIST_TOOLS, { 'mcp-session-id': session })
  expect(response.status).toBe(401)
})

describe('scopes', () => {
  it('needs profile:read for anything [AS-33 RS-6 RFC-41]', async () => {
    const response = await post(await accessToken({ claims: { scope: 'notes:write' } }))
    expect(response.status).toBe(403)
    // With what the token has, so that the next one does not lose it.
    expect(challengeOf(response)).toMatchObject({
      ...BASE_CHALLENGE,
      error: 'insufficient_scope',
      scope: 'profile:read notes:write',
    })
  })

  it.each([
    ['alone', ADD_NOTE],
    ['hidden in a batch', [LIST_TOOLS, ADD_NOTE]],
  ])('needs notes:write for add_note, %s, and names all scopes of the call [RS-8]', async (_, message) => {
    const token = await accessToken({ claims: { scope: 'profile:read', sub: 'reader' } })
    const response = await post(token, message)
    expect(response.status).toBe(403)
    expect(challengeOf(response)).toMatchObject({
      error: 'insufficient_scope',
      scope: 'profile:read notes:write',
      resource_metadata: METADATA_URL,
    })
    const whole = await accessToken({ claims: { sub: 'reader' } })
    const call = { ...ADD_NOTE, params: { name: 'add_note', arguments: { text: 'first' } } }
    expect(await (await post(whole, call)).text()).not.toContain('forged')
  })

  it('does not take one scope for another that contains it [RS-9]', async () => {
    const response = await post(await accessToken({ claims: { scope: 'profile:read:all xprofile:read' } }))
    expect(response.status).toBe(403)
  })
})

describe('an authorization server out of reach', () => {
  it('is 503 and not 401, and is asked again by the next request', async () => {
    const away = await startIssuer()
    const port = Number(new URL(away.origin).port)
    await away.close()
    const waiting = await startMcpServer({ port: 0, resource: RESOURCE, issuer: away.issuer })
    const token = await accessToken({ claims: { iss: away.issuer } })
    try {
      const unavailable = await post(token, LIST_TOOLS, {}, waiting)
      expect(unavailable.status).toBe(503)
      expect(unavailable.headers.get('retry-after')).toBe('5')
      expect(unavailable.headers.has('www-authenticate')).toBe(false)

      const back = await listenOnLoopback(port, (origin) =>
        fetchListener(
          async (request) =>
            request.url.endsWith('/keys')
              ? Response.json({ keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'k1' }] })
              : Response.json({ issuer: away.issuer, jwks_uri: `${origin}/keys` }),
          { origin, bodyLimit: 0 },
        ),
      )
      await vi.waitFor(async () => {
        expect((await post(token, LIST_TOOLS, {}, waiting)).status).toBe(200)
      }, 5_000)

      // From here on tokens are verified offline.
      await back.close()
      expect((await post(token, LIST_TOOLS, {}, waiting)).status).toBe(200)
    } finally {
      await waiting.close()
    }
  })

  it('is not replaced by one whose metadata names another issuer', async () => {
    const issuer = `${as.origin}/s/liar`
    const misled = await startMcpServer({ port: 0, resource: RESOURCE, issuer })
    try {
      const response = await post(await accessToken({ claims: { iss: issuer } }), LIST_TOOLS, {}, misled)
      expect(response.status).toBe(503)
    } finally {
      await misled.close()
    }
  })

  it('is not asked about tokens that cannot be good', async () => {
    const calm = await startMcpServer({ port: 0, resource: RESOURCE, issuer: as.issuer })
    try {
      const before = as.fetched()
      await post('opaque', LIST_TOOLS, {}, calm)
      await post(`${encode({ alg: 'none' })}.${encode({})}.`, LIST_TOOLS, {}, calm)
      await post(null, LIST_TOOLS, {}, calm)
      expect(as.fetched()).toBe(before)
    } finally {
      await calm.close()
    }
  })
})

describe('browsers', () => {
  it.each(['https://attacker.example', 'http://localhost.attacker.example', 'null'])(
    'refuses a page of %s, even with a good token [RS-14]',
    async (origin) => {
      const response = await post(await accessToken(), LIST_TOOLS, { origin })
      expect(response.status).toBe(403)
      expect(response.headers.has('access-control-allow-origin')).toBe(false)
    },
  )

  it('lets MCP Inspector ask first and read the challenge [RFC-34]', async () => {
    const origin = 'http://localhost:6274'
    const preflight = await fetch(server.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('authorization')

    const challenge = await post(null, LIST_TOOLS, { origin })
    expect(challenge.status).toBe(401)
    expect(challenge.headers.get('access-control-allow-origin')).toBe(origin)
    expect(challenge.headers.get('access-control-expose-headers')).toMatch(/WWW-Authenticate.*Mcp-Session-Id/)
  })
})

describe('bad requests', () => {
  it('answers 413 to a body over the limit, declared or not', async () => {
    const large = 'x'.repeat(300_000)
    expect((await post(await accessToken(), large)).status).toBe(413)
    const streamed = await fetch(server.url, {
      method: 'POST',
      headers: { authorization: `Bearer ${await accessToken()}`, 'content-type': 'application/json' },
      body: new Blob([large]).stream(),
      duplex: 'half',
    } as RequestInit)
    expect(streamed.status).toBe(413)
  })

  it('answers 400 to what is not JSON and 404 elsewhere', async () => {
    expect((await post(await accessToken(), '{')).status).toBe(400)
    expect((await fetch(new URL('/elsewhere', server.url))).status).toBe(404)
  })
})

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
