import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { startMcpServer } from '@/sandbox/mcp-server'
import { examineMcpServer } from './mcp-server'
import { type SaidFinding, sayFindings } from './said-finding'
import { stepsIn } from './steps'
import { serverFor } from './test-support/server'
import { limitedWeb } from './web'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let mcp: LoopbackServer
let routes: Record<string, Handler>
let asked: string[]

beforeAll(async () => {
  mcp = await listenOnLoopback(0, () => (request, response) => {
    asked.push(`${request.method} ${request.url}`)
    const route = routes[request.url ?? '']
    if (route) route(request, response)
    else response.writeHead(404).end()
  })
})
afterAll(() => mcp.close())

const WELL_KNOWN = '/.well-known/oauth-protected-resource/mcp'
const ISSUER = 'https://auth.example.com'
const resource = () => `${mcp.origin}/mcp`

/** A correct MCP server, except for the given faults. */
function healthy(): Record<string, Handler> {
  return {
    '/mcp': answer(401, { 'www-authenticate': `Bearer resource_metadata="${mcp.origin}${WELL_KNOWN}"` }),
    [WELL_KNOWN]: document({}),
  }
}
const answer =
  (status: number, headers: Record<string, string> = {}, body = ''): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(body)
const document = (changes: object): Handler =>
  answer(
    200,
    { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
    JSON.stringify({ resource: resource(), authorization_servers: [ISSUER], ...changes }),
  )

beforeEach(() => {
  asked = []
  routes = healthy()
})

async function examine(changes: Parameters<typeof serverFor>[1] = {}, at = resource(), allowLoopback = true) {
  const web = limitedWeb({ allowLoopback }, AbortSignal.timeout(20_000))
  return sayFindings(await examineMcpServer(serverFor(at, changes), web, new Date()), 'en')
}
/** What is wrong. */
const complaints = (findings: readonly SaidFinding[]) => findings.filter(({ verdict }) => verdict !== 'ok')

describe('an MCP server', () => {
  it('that is in order gets no complaint', async () => {
    const findings = await examine()
    expect(complaints(findings)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual([
      'refusal',
      'challenge',
      'token',
      'resource',
      'authorization_servers',
    ])
  })

  it('that takes a made-up token lets everyone in; its steps are not done', async () => {
    const challenge = routes['/mcp']
    const steps = async () => {
      const web = limitedWeb({ allowLoopback: true }, AbortSignal.timeout(20_000))
      return stepsIn(await examineMcpServer(serverFor(resource()), web, new Date()))
    }
    expect(await steps()).toEqual({ metadata: true, verify: true })
    routes['/mcp'] = (request, response) =>
      request.headers.authorization ? response.end('{}') : challenge?.(request, response)
    expect(complaints(await examine()).map(({ check }) => check)).toEqual(['token'])
    expect(await steps()).toEqual({ metadata: true, verify: false })
    routes['/mcp'] = answer(200)
    expect(await steps()).toEqual({ metadata: false, verify: false })
  })

  it('of the sandbox is in order', async () => {
    const issuer = 'http://localhost:1'
    const port = Number(new URL(mcp.origin).port)
    const sandbox = await startMcpServer({ port: 0, issuer, resource: `http://localhost:${port}/mcp` })
    await sandbox.close()
    // Its resource has to be its own address, so a second one takes the port of the first.
    const { port: own } = new URL(sandbox.url)
    const again = await startMcpServer({ port: Number(own), issuer, resource: sandbox.url })
    try {
      const scopes = ['profile:read', 'notes:write'].map((name) => ({
        name,
        description: name,
        upstreamScopes: [],
      }))
      expect(complaints(await examine({ issuer, scopes }, sandbox.url))).toEqual([])
    } finally {
      await again.close()
    }
  })

  it.each<[string, Handler, RegExp]>([
    ['lets everyone in', answer(200, {}, '{"jsonrpc":"2.0"}'), /answered 200: it lets everyone in/],
    ['forbids instead', answer(403), /answered 403\. Clients begin to sign in at a 401/],
    ['wants a session first', answer(400), /answered 400\. Clients/],
    ['is elsewhere', answer(404), /answered 404: no MCP server is there/],
    ['redirects', answer(308, { location: '/mcp/' }), /sends clients to “\/mcp\/”/],
    ['is broken', answer(502), /is down, or broken/],
  ])('that %s is named', async (_case, handler, words) => {
    routes['/mcp'] = handler
    const [refusal, ...others] = complaints(await examine())
    expect(refusal).toMatchObject({
      check: 'refusal',
      verdict: 'problem',
      remedy: expect.stringMatching(/\w/),
    })
    expect(refusal?.what).toMatch(words)
    expect(others).toEqual([])
  })

  it('that is down is named', async () => {
    const gone = await listenOnLoopback(0, () => () => {})
    await gone.close()
    const [finding, ...others] = await examine({}, `${gone.origin}/mcp`)
    expect(finding).toMatchObject({ check: 'reachable', verdict: 'problem' })
    expect(finding?.what).toContain('refused')
    expect(others).toEqual([])
  })

  it('without WWW-Authenticate leaves older clients without a way, and all clients where nothing is well-known', async () => {
    routes['/mcp'] = answer(401)
    expect(complaints(await examine())).toMatchObject([{ check: 'challenge', verdict: 'warning' }])
    delete routes[WELL_KNOWN]
    expect(complaints(await examine())).toMatchObject([
      { check: 'challenge', verdict: 'problem' },
      { check: 'metadata', verdict: 'problem' },
    ])
  })

  it.each([
    ['Basic realm="x"', /no WWW-Authenticate: Bearer/],
    ['Bearer realm="x"', /has no resource_metadata/],
    ['Bearer resource_metadata="/relative"', /no address but “\/relative”/],
  ])('whose challenge is %s is named', async (challenge, words) => {
    routes['/mcp'] = answer(401, { 'www-authenticate': challenge })
    const [finding] = complaints(await examine())
    expect(finding?.check).toBe('challenge')
    expect(finding?.what).toMatch(words)
  })

  it('whose challenge leads nowhere is named, though the well-known address has it', async () => {
    routes['/mcp'] = answer(401, {
      'www-authenticate': `Bearer resource_metadata="${mcp.origin}/nowhere"`,
    })
    expect(complaints(await examine())).toMatchObject([
      { check: 'metadata', verdict: 'problem', what: expect.stringContaining('answers 404') },
    ])
  })

  it('with another clock is named', async () => {
    routes['/mcp'] = (request, response) => {
      response.setHeader('date', new Date(Date.now() - 600_000).toUTCString())
      healthy()['/mcp']?.(request, response)
    }
    expect(complaints(await examine())).toMatchObject([
      { check: 'clock', verdict: 'problem', what: expect.stringContaining('10 minutes behind') },
    ])
  })
})

describe('its metadata', () => {
  const other = () => resource().replace('/mcp', '/other')
  it.each<[string, () => object, string, RegExp]>([
    ['names another resource', () => ({ resource: other() }), 'resource', /the path is another/],
    ['names nothing', () => ({ resource: undefined }), 'resource', /has no resource/],
    [
      'has a slash too much',
      () => ({ resource: `${resource()}/` }),
      'resource',
      /a slash at the end too much/,
    ],
    [
      'says https where http is meant',
      () => ({ resource: resource().replace('http', 'https') }),
      'resource',
      /it says https where http is meant/,
    ],
    [
      'sends clients to somebody else',
      () => ({ authorization_servers: ['https://login.example.org'] }),
      'authorization_servers',
      /sends clients to “https:\/\/login\.example\.org” .*the host is another/,
    ],
    [
      'names us over http',
      () => ({ authorization_servers: ['http://auth.example.com'] }),
      'authorization_servers',
      /it says http where https is meant/,
    ],
    [
      'names us with a slash',
      () => ({ authorization_servers: [`${ISSUER}/`] }),
      'authorization_servers',
      /a slash at the end too much/,
    ],
    [
      'names nobody',
      () => ({ authorization_servers: [] }),
      'authorization_servers',
      /names no authorization server/,
    ],
  ])('that %s is named', async (_case, changes, check, words) => {
    routes[WELL_KNOWN] = document(changes())
    const [finding, ...others] = complaints(await examine())
    expect(finding).toMatchObject({ check, verdict: 'problem', remedy: expect.stringMatching(/\w/) })
    expect(finding?.what).toMatch(words)
    expect(others).toEqual([])
  })

  it.each<[string, object, object]>([
    ['an alias', { resource: 'https://alias.example/mcp' }, { check: 'resource' }],
    [
      'somebody else first',
      { authorization_servers: ['https://login.example.org', ISSUER] },
      { check: 'authorization_servers', clients: ['Claude'] },
    ],
    ['scopes that are not offered', { scopes_supported: ['notes:read', 'x'] }, { check: 'scopes' }],
    ['offline_access', { scopes_supported: ['offline_access'] }, { check: 'scopes' }],
  ])('with %s is worth a warning', async (_case, changes, expected) => {
    routes[WELL_KNOWN] = document(changes)
    const found = complaints(await examine({ aliases: ['https://alias.example/mcp'] }))
    expect(found).toMatchObject([{ ...expected, verdict: 'warning' }])
  })

  it('that no page can read is worth a warning for the one client that is a page', async () => {
    routes[WELL_KNOWN] = answer(
      200,
      {},
      JSON.stringify({ resource: resource(), authorization_servers: [ISSUER] }),
    )
    expect(complaints(await examine())).toMatchObject([
      { check: 'cors', verdict: 'warning', clients: ['MCP Inspector'] },
    ])
  })
})

describe('an organization that sends the doctor elsewhere', () => {
  it('has it read nothing of this machine, nor learn what runs there', async () => {
    const [finding, ...others] = await examine({}, resource(), false)
    expect(asked).toEqual([])
    expect(others).toEqual([])
    expect(finding?.what).toContain('must use https')
    const https = resource().replace('http:', 'https:')
    const [open] = await examine({}, https, false)
    const [closed] = await examine({}, 'https://localhost:1/mcp', false)
    const [metadata] = await examine({}, 'https://169.254.169.254/mcp', false)
    const [unknown] = await examine({}, 'https://there-is-no-such-host.invalid/mcp', false)
    const reasons = [open, closed, metadata, unknown].map((each) => each?.what.split('reached: ')[1])
    expect(new Set(reasons)).toEqual(new Set(['its host name does not resolve to a public address.']))
    expect(asked).toEqual([])
  })

  it('neither by its challenge', async () => {
    const secret = await listenOnLoopback(0, () => (_, response) => response.end('{"resource":"internal"}'))
    const port = new URL(secret.origin).port
    routes['/mcp'] = answer(401, {
      'www-authenticate': `Bearer resource_metadata="http://10.0.0.1:${port}/x"`,
    })
    const [finding] = complaints(await examine())
    expect(finding).toMatchObject({ check: 'metadata', verdict: 'problem' })
    expect(finding?.what).toContain('must use https')
    await secret.close()
  })

  it('is quoted in one short line, without control characters', async () => {
    const long = `\u001b[31m\nhttps://evil.example/${'x'.repeat(10_000)}`
    routes[WELL_KNOWN] = document({ resource: long, authorization_servers: [long], scopes_supported: [long] })
    for (const { what } of await examine()) {
      expect(what.length).toBeLessThan(400)
      expect(what).not.toMatch(/\p{Cc}/u)
    }
  })

  it('cannot keep it by a stream without end, or by much', async () => {
    routes['/mcp'] = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write('data: {}\n\n')
    }
    routes[WELL_KNOWN] = answer(200, { 'content-type': 'application/json' }, `{"a":"${'x'.repeat(10 ** 6)}"}`)
    expect(complaints(await examine())[0]?.what).toContain('lets everyone in')
  })
})
