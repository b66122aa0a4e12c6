import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { serverMetadata } from '@/lib/oauth/protocol/server-metadata'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { examineAuthorizationServer } from './authorization-server'
import { examineClients } from './clients'
import { CLIENTS } from './finding'
import { type SaidFinding, sayFindings } from './said-finding'
import { serverFor } from './test-support/server'
import { limitedWeb } from './web'

type Handler = (request: IncomingMessage, response: ServerResponse) => void

let front: LoopbackServer
/** What stands where our issuer is: us, or something before us. */
let routes: Record<string, Handler>
let asked: string[]
/** Registrations that were deleted by our own way. */
let deleted: string[]

beforeAll(async () => {
  front = await listenOnLoopback(0, () => (request, response) => {
    const path = (request.url ?? '').replace(/(register)\/.+/, '$1/id')
    asked.push(`${request.method} ${path}`)
    const route = routes[`${request.method} ${path}`]
    if (route) route(request, response)
    else response.writeHead(404).end()
  })
})
afterAll(() => front.close())

const JSON_TYPE = { 'content-type': 'application/json', 'access-control-allow-origin': '*' }
const json =
  (status: number, body: () => object): Handler =>
  (_, response) =>
    response.writeHead(status, JSON_TYPE).end(JSON.stringify(body()))
const plain =
  (status: number, headers: Record<string, string> = {}, body = ''): Handler =>
  (_, response) =>
    response.writeHead(status, headers).end(body)

const server = (changes: Parameters<typeof serverFor>[1] = {}) =>
  serverFor('https://mcp.example.com/mcp', { issuer: front.origin, ...changes })

const METADATA = 'GET /.well-known/oauth-authorization-server'

beforeEach(() => {
  asked = []
  deleted = []
  const metadata = json(200, () => serverMetadata(server()))
  routes = {
    [METADATA]: metadata,
    'GET /.well-known/openid-configuration': metadata,
    'POST /oauth/token': json(401, () => ({ error: 'invalid_client' })),
    'GET /oauth/jwks': json(200, () => ({ keys: [{ kty: 'EC' }] })),
    'POST /oauth/register': register,
    'DELETE /oauth/register/id': plain(204),
  }
})

const register: Handler = async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { redirect_uris } = JSON.parse(Buffer.concat(chunks).toString())
  const body = { client_id: 'id', registration_access_token: 'vst_rat_x', redirect_uris }
  response.writeHead(201, JSON_TYPE).end(JSON.stringify(body))
}

const web = () => limitedWeb({ allowLoopback: true }, AbortSignal.timeout(20_000))
const complaints = (findings: readonly SaidFinding[]) => findings.filter(({ verdict }) => verdict !== 'ok')

/** `stillThere`: whether our own way finds something to delete. */
async function clients(changes: Parameters<typeof serverFor>[1] = {}, stillThere = false) {
  const registrations = {
    delete: async ({ tokenHash }: { tokenHash: string }) => {
      deleted.push(tokenHash)
      return stillThere
    },
  }
  const findings = sayFindings(await examineClients(server(changes), web(), registrations, new Date()), 'en')
  return complaints(findings).filter(({ check }) => check !== 'hosted')
}

describe('the well-known clients', () => {
  it('all register and delete their registrations again, each its own', async () => {
    expect(await clients()).toEqual([])
    const calls = (call: string) => asked.filter((each) => each === call).length
    expect(calls('POST /oauth/register')).toBe(CLIENTS.length)
    expect(calls('DELETE /oauth/register/id')).toBe(CLIENTS.length)
  })

  it.each([405, 502])('leave nothing behind where DELETE is answered %i', async (status) => {
    routes['DELETE /oauth/register/id'] = plain(status)
    const found = await clients({}, true)
    expect(found.map(({ check, verdict }) => `${check} ${verdict}`)).toEqual(
      CLIENTS.map(() => 'registration_management warning'),
    )
    expect(deleted).toEqual(CLIENTS.map(() => hashSecret('vst_rat_x')))
  })

  it('leave nothing behind where something else says that it deleted', async () => {
    expect((await clients({}, true))[0]?.what).toContain('it was deleted all the same')
  })

  it.each<[string, Handler, string, RegExp]>([
    ['a firewall', plain(403, {}, '<h1>Blocked</h1>'), 'problem', /the answer is 403, with something/],
    ['a redirect', plain(308, { location: '/' }), 'problem', /the answer is 308/],
    ['a full quota', json(429, () => ({ error: 'temporarily_unavailable' })), 'warning', /just now/],
    ['a refusal', json(400, () => ({ error: 'invalid_redirect_uri' })), 'problem', /“invalid_redirect_uri”/],
  ])('that meet %s are named', async (_case, handler, verdict, words) => {
    routes['POST /oauth/register'] = handler
    const found = await clients()
    expect(found.map(({ clients: names }) => names?.[0])).toEqual([...CLIENTS])
    for (const finding of found) {
      expect(finding).toMatchObject({ check: 'registration', verdict })
      expect(finding.what).toMatch(words)
    }
    expect(asked.filter((each) => each.startsWith('DELETE'))).toEqual([])
  })

  it('that the policy keeps out are named', async () => {
    const found = await clients({ clientPolicy: { hosts: ['claude.ai'] } })
    expect(found).toMatchObject([
      { check: 'document', clients: ['ChatGPT'], remedy: expect.stringContaining('Add chatgpt.com') },
      { check: 'document', clients: ['VS Code'] },
    ])
  })

  it('that have no way in are named, and nothing is registered', async () => {
    const found = await clients({ clientPolicy: 'off', registration: 'off' })
    expect(found.map(({ check }) => check)).toEqual(CLIENTS.map(() => 'way_in'))
    expect(asked).toEqual([])
  })

  it('that refresh all the time are named', async () => {
    expect(await clients({ accessTokenLifetime: 300 })).toMatchObject([
      { check: 'token_lifetime', clients: ['VS Code'] },
    ])
  })
})

describe('Vestibule from outside', () => {
  const examine = async (changes = {}) =>
    complaints(sayFindings(await examineAuthorizationServer(server(changes), web(), new Date()), 'en'))

  it('in order gets no complaint', async () => {
    expect(await examine()).toEqual([])
  })

  it.each<[string, string, Handler, string, RegExp]>([
    [
      'redirects',
      METADATA,
      plain(301, { location: 'https://www.example/' }),
      'metadata',
      /is redirected to “https:\/\/www/,
    ],
    ['shows a login of its own', METADATA, plain(200, {}, '<html>'), 'metadata', /something else answers/],
    ['knows no such path', METADATA, plain(404), 'metadata', /answers 404/],
    [
      'leads to another Vestibule',
      METADATA,
      json(200, () => serverMetadata(server({ issuer: `${front.origin}/` }))),
      'metadata',
      /another issuer: .* a slash at the end too much/,
    ],
    [
      'redirects the token endpoint',
      'POST /oauth/token',
      plain(308, { location: '/' }),
      'token_endpoint',
      /answers 308/,
    ],
    ['hides the keys', 'GET /oauth/jwks', plain(403), 'keys', /cannot be fetched/],
  ])('behind something that %s is named', async (_case, route, handler, check, words) => {
    routes[route] = handler
    const [finding, ...others] = await examine()
    expect(finding).toMatchObject({ check, verdict: 'problem' })
    expect(finding?.what).toMatch(words)
    expect(others).toEqual([])
  })

  it('without what pages need, or without a document that some look for, is worth a warning', async () => {
    routes[METADATA] = plain(200, {}, JSON.stringify(serverMetadata(server())))
    routes['GET /.well-known/openid-configuration'] = plain(404)
    expect(await examine()).toMatchObject([
      { check: 'cors', verdict: 'warning', clients: ['MCP Inspector'] },
      { check: 'openid', verdict: 'warning' },
    ])
  })

  it('that cannot be reached is named', async () => {
    const gone = await listenOnLoopback(0, () => () => {})
    await gone.close()
    expect(await examine({ issuer: gone.origin })).toMatchObject([{ check: 'metadata', verdict: 'problem' }])
  })
})

it('an examination asks only so often, and not after its time', async () => {
  const limited = web()
  for (let i = 0; i < 60; i++) await limited.ask(`${front.origin}/x`)
  expect(asked.length).toBe(40)
  const late = limitedWeb({ allowLoopback: true }, AbortSignal.abort())
  expect(await late.ask(`${front.origin}/x`)).toMatchObject({ outcome: 'failed' })
  expect(asked.length).toBe(40)
})
