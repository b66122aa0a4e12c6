import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import express from 'express'
import { afterAll, describe, expect, it } from 'vitest'
import { freePort } from '@/test/free-port'
import worker from '../examples/cloudflare-worker'
import { fastMcp } from '../examples/fastmcp'
import { fetchHandler as fastMcpEdge } from '../examples/fastmcp-edge'
import { fastMcpBehind, inFrontOf } from '../examples/fastmcp-step-up'
import { mcpRoute, metadataRoute } from '../examples/next-mcp-handler'
import { expressApp } from '../examples/sdk-v1-express'
import { nodeServer } from '../examples/sdk-v1-node'
import { fetchHandler } from '../examples/sdk-v2-fetch'
import { honoApp } from '../examples/sdk-v2-hono'
import { AccessError, protect, protectExpress, protectHono, type Verifier } from '../src/index'
import { RESOURCE, signingIssuer } from './signing-issuer'

type Ask = (path: string, init?: RequestInit) => Promise<Response>

const issuer = await signingIssuer()
const options = { scopes: ['files:read'], tools: { delete_file: ['files:write'] } }
const servers: Server[] = []
const fastMcps: ReturnType<typeof fastMcp>[] = []
afterAll(async () => {
  for (const server of servers) server.close()
  for (const server of fastMcps) await server.stop()
})

const inMemory =
  (handle: (request: Request) => Response | Promise<Response>): Ask =>
  async (path, init) =>
    handle(new Request(new URL(path, RESOURCE), init))

async function listening(server: Server): Promise<Ask> {
  servers.push(server.listen(0, '127.0.0.1'))
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init)
}

const afterBodyParser = (verifier: Verifier) => {
  const app = express()
  app.use(express.json(), expressApp(verifier))
  return app
}

const beforeBodyParser = (verifier: Verifier) => {
  const app = express()
  app.use(protectExpress(verifier), express.json(), expressApp(verifier))
  return app
}

const frameworks: Readonly<Record<string, (verifier: Verifier) => Promise<Ask>>> = {
  'SDK v1, Express': (verifier) => listening(createServer(listenerOf(expressApp(verifier)))),
  'SDK v1, Express, after a body parser': (verifier) =>
    listening(createServer(listenerOf(afterBodyParser(verifier)))),
  'SDK v1, Express, before a body parser': (verifier) =>
    listening(createServer(listenerOf(beforeBodyParser(verifier)))),
  'SDK v1, node:http': (verifier) => listening(nodeServer(verifier)),
  'SDK v2, Fetch': async (verifier) => inMemory(fetchHandler(verifier)),
  'SDK v2, Hono': async (verifier) => inMemory((request) => honoApp(verifier).fetch(request)),
  'Next.js, mcp-handler': async (verifier) => inMemory(mcpRoute(verifier)),
  'FastMCP, edge': async (verifier) => inMemory(fastMcpEdge(verifier)),
  'FastMCP, its own server': async (verifier) =>
    listening(inFrontOf(await startFastMcp(fastMcpBehind(verifier, QUIET)), verifier)),
}

const quiet = () => {}
const QUIET = { debug: quiet, error: quiet, info: quiet, log: quiet, warn: quiet }

/** @returns the port of FastMCP’s own HTTP server */
async function startFastMcp(server: ReturnType<typeof fastMcp>): Promise<number> {
  const port = await freePort()
  await server.start({
    transportType: 'httpStream',
    httpStream: { port, host: '127.0.0.1', stateless: true },
  })
  fastMcps.push(server)
  return port
}

function listenerOf(app: express.Express): RequestListener {
  return (request, response) => app(request, response)
}

const message = (method: string, params?: object) => ({ jsonrpc: '2.0', id: 1, method, params })
const INITIALIZE = message('initialize', {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'test', version: '1' },
})

const post = (ask: Ask, token: string | undefined, body: unknown) => send(ask, token, JSON.stringify(body))

const send = (ask: Ask, token: string | undefined, body: string) =>
  ask('/mcp', {
    method: 'POST',
    headers: {
      accept: 'application/json, text/event-stream',
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body,
  })

/** Calls of `delete_file` that are written as no client does it. */
const DISGUISED = [
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"__proto__":{"name":"delete_file"}}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","__proto__":{"params":{"name":"delete_file"}}}',
  '{"jsonrpc":"2.0","id":1,"__proto__":{"method":"tools/call","params":{"name":"delete_file"}}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","__proto__":{"name":"delete_file"}}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami","name":"delete_file"}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/list","method":"tools/call","params":{"name":"delete_file"}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"},"params":{"name":"delete_file"}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"\\u0064elete_file"}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":["delete_file"]}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file\\u0000"}}',
  '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":" delete_file"}}',
  '{"jsonrpc":"2.0","id":1,"method":"Tools/Call","params":{"name":"delete_file"}}',
  '[[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file"}}]]',
  '\uFEFF{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file"}}',
  '{"0":{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file"}},"length":1}',
]

/** The official client, with a token that it was given. */
async function connected(ask: Ask, token: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  const transport = new StreamableHTTPClientTransport(new URL(RESOURCE), {
    fetch: (url, init) => {
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${token}`)
      return ask(new URL(url).pathname, { ...init, headers })
    },
  })
  await client.connect(transport)
  return client
}

describe.each(Object.entries(frameworks))('%s', (_, start) => {
  it('says where to get a token, and serves the metadata to any page', async () => {
    const ask = await start(issuer.verifier(options))
    const refused = await post(ask, undefined, INITIALIZE)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer scope="files:read", resource_metadata="https://mcp.example/.well-known/oauth-protected-resource/mcp"',
    )
    expect(refused.headers.get('access-control-expose-headers')).toContain('WWW-Authenticate')
    for (const path of ['/mcp', '']) {
      const metadata = await ask(`/.well-known/oauth-protected-resource${path}`)
      expect(metadata.headers.get('access-control-allow-origin')).toBe('*')
      expect(await metadata.json()).toMatchObject({
        resource: RESOURCE,
        authorization_servers: [issuer.issuer],
        scopes_supported: ['files:read', 'files:write'],
      })
    }
  })

  it('serves the official client, and tells tools who the user is', async () => {
    const ask = await start(issuer.verifier(options))
    const client = await connected(ask, await issuer.accessToken({ scope: 'files:read files:write' }))
    for (const [name, text] of [
      ['whoami', 'user-1'],
      ['delete_file', 'deleted for user-1'],
    ] as const)
      expect(await client.callTool({ name })).toMatchObject({ content: [{ type: 'text', text }] })
    await client.close()
  })

  it('asks for more scope for a tool that needs it, also in a batch', async () => {
    const ask = await start(issuer.verifier(options))
    const token = await issuer.accessToken({ scope: 'files:read' })
    const call = message('tools/call', { name: 'delete_file', arguments: {} })
    for (const body of [call, [message('tools/list'), call]]) {
      const refused = await post(ask, token, body)
      expect(refused.status).toBe(403)
      expect(refused.headers.get('www-authenticate')).toMatch(
        /^Bearer error="insufficient_scope", .*scope="files:read files:write", resource_metadata="https:/,
      )
    }
  })

  it('serves no call of such a tool, however it is written', async () => {
    const ask = await start(issuer.verifier(options))
    const token = await issuer.accessToken({ scope: 'files:read' })
    for (const body of DISGUISED) {
      const answer = await send(ask, token, body)
      expect(await answer.text(), body).not.toContain('deleted for')
    }
  })

  it('answers 401 to a bad token, 503 without keys, 413 to a body that is too large', {
    timeout: 10_000,
  }, async () => {
    const verifier = issuer.verifier(options)
    const ask = await start(verifier)
    const bad = await post(ask, await issuer.accessToken({ aud: 'https://other.example' }), INITIALIZE)
    expect(bad.status).toBe(401)
    expect(bad.headers.get('www-authenticate')).toContain('error="invalid_token"')

    const alone = await start(issuer.verifier({ ...options, fetch: () => Promise.reject(new Error('away')) }))
    const unavailable = await post(alone, await issuer.accessToken(), INITIALIZE)
    expect([unavailable.status, unavailable.headers.get('retry-after')]).toEqual([503, '5'])
    expect(unavailable.headers.has('www-authenticate')).toBe(false)

    const large = await post(ask, await issuer.accessToken({ scope: 'files:read' }), 'x'.repeat(5_000_000))
    expect(large.status).toBe(413)
  })
})

it('the route of the metadata in Next.js serves them alone', async () => {
  const response = metadataRoute(issuer.verifier(options))()
  expect(await response.json()).toMatchObject({ resource: RESOURCE })
})

it('a Cloudflare Worker is made of its bindings', async () => {
  const env = { ISSUER: issuer.issuer, RESOURCE }
  const response = await worker.fetch(new Request(RESOURCE, { method: 'POST' }), env)
  expect(response.status).toBe(401)
})

describe('handlers of one’s own', () => {
  it('know the user of their request, and of none that has not passed', async () => {
    const verifier = issuer.verifier(options)
    const ask = await listening(createServer(listenerOf(expressApp(verifier))))
    const authorization = `Bearer ${await issuer.accessToken({ scope: 'files:read' })}`
    expect(await (await ask('/files', { headers: { authorization } })).json()).toEqual({ owner: 'user-1' })
    expect((await ask('/files')).status).toBe(401)
    expect(() => verifier.userOfRequest({})).toThrow('has not passed')
    expect(() => verifier.userOfRequest({ auth: { extra: { sub: 'user-1' } } })).toThrow('has not passed')
  })

  it('ask for a scope where they need it, in any framework of Request and Response', async () => {
    const verifier = issuer.verifier(options)
    const handle = protect(verifier, (_, { user }) => {
      verifier.requireScope(user, 'files:share')
      return new Response('shared')
    })
    const authorization = `Bearer ${await issuer.accessToken({ scope: 'files:read' })}`
    const refused = await handle(new Request(RESOURCE, { headers: { authorization } }))
    expect(refused.status).toBe(403)
    expect(refused.headers.get('www-authenticate')).toContain('scope="files:read files:share"')
  })

  it('hand on what else goes wrong', async () => {
    const verifier = issuer.verifier(options)
    const authorization = `Bearer ${await issuer.accessToken({ scope: 'files:read' })}`
    const handle = protect(verifier, () => {
      throw new Error('a fault of the tool')
    })
    await expect(handle(new Request(RESOURCE, { headers: { authorization } }))).rejects.toThrow('a fault')
    expect(() => verifier.userOf({ extra: {} })).toThrow('has not passed')
    expect(() => verifier.userOf(undefined)).toThrow('has not passed')
  })

  it('are not reached past the middleware by a path that only looks like the metadata’s', async () => {
    const verifier = issuer.verifier(options)
    const handle = protect(verifier, () => new Response('secret'))
    const paths = ['/.well-known/oauth-protected-resource/', '/.well-known/oauth-protected-resource/mcp/x']
    for (const path of [
      ...paths,
      '/mcp?x=/.well-known/oauth-protected-resource',
      '/%2ewell-known/oauth-protected-resource',
    ])
      expect((await handle(new Request(new URL(path, RESOURCE)))).status, path).toBe(401)
    const set = new Map<string, unknown>()
    const context = {
      req: { raw: new Request(RESOURCE) },
      set: (name: string, value: unknown) => set.set(name, value),
    }
    const response = await protectHono(verifier)(context, () => Promise.reject(new Error('reached')))
    expect(response?.status).toBe(401)
    expect(set.size).toBe(0)
  })
})

it('FastMCP gets the user for a session, and the challenge for everybody else', async () => {
  const verifier = issuer.verifier(options)
  const port = await startFastMcp(fastMcp(verifier, QUIET))
  const ask: Ask = (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init)
  const refused = await post(ask, undefined, INITIALIZE)
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('resource_metadata=')
  const client = await connected(ask, await issuer.accessToken({ scope: 'files:read' }))
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['whoami'])
  expect(await client.callTool({ name: 'whoami' })).toMatchObject({ content: [{ text: 'user-1' }] })
  await client.close()
})

it('errors say what they are', () => {
  expect(new AccessError('insufficient_scope', 'x')).toMatchObject({ status: 403, name: 'AccessError' })
})
