import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoopbackServer, listenOnLoopback } from '@/sandbox/loopback-server'
import { type OrganizationScope, PERMISSIONS } from '../access'
import type { Management } from '../management/management'
import { lookUpIssuer } from './look-up-issuer'

let server: LoopbackServer
const asked: string[] = []
const answers = new Map<string, RequestListener>()

beforeAll(async () => {
  server = await listenOnLoopback(0, () => (request: IncomingMessage, response: ServerResponse) => {
    asked.push(request.url ?? '')
    const answer = answers.get(request.url ?? '')
    if (answer) answer(request, response)
    else response.writeHead(404).end()
  })
})
afterAll(() => server.close())

const SCOPE: OrganizationScope = {
  organizationId: 'org',
  organization: 'acme',
  actor: { kind: 'operator', id: 'olive', name: 'Olive' },
  permissions: PERMISSIONS,
  isInstallationOperator: false,
}

const services = (loopback: boolean, rule = 'operator') =>
  ({
    config: {
      publicUrl: 'https://auth.example.com',
      loopback,
      serversDomain: undefined,
      internalHosts: { rule, listed: [] },
    },
  }) as unknown as Management

const lookUp = (issuer: string, { loopback = true, scope = SCOPE, rule = 'operator' } = {}) =>
  lookUpIssuer(scope, { issuer }, services(loopback, rule))

const metadata = (issuer: string, more: object = {}) => ({
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  ...more,
})

/** An issuer of its own for each test, whose metadata is answered like this. */
function issuerWith(answer: (issuer: string) => RequestListener, wellKnown = 'openid-configuration'): string {
  const path = `/tenant-${answers.size}`
  const issuer = server.origin + path
  const place =
    wellKnown === 'openid-configuration'
      ? `${path}/.well-known/openid-configuration`
      : `/.well-known/oauth-authorization-server${path}`
  answers.set(place, answer(issuer))
  return issuer
}

const json =
  (body: unknown, status = 200): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

describe('looking up an issuer', () => {
  it('says what the provider says of itself', async () => {
    const issuer = issuerWith((own) =>
      json(
        metadata(own, {
          scopes_supported: ['openid', 'offline_access'],
          code_challenge_methods_supported: ['S256'],
          userinfo_endpoint: `${own}/me`,
        }),
      ),
    )
    expect(await lookUp(issuer)).toEqual({
      outcome: 'found',
      issuer,
      authorizationEndpoint: `${issuer}/authorize`,
      tokenEndpoint: `${issuer}/token`,
      userinfoEndpoint: `${issuer}/me`,
      scopes: ['openid', 'offline_access'],
      saysPkce: true,
      saysOfflineAccess: true,
    })
  })

  it('reads what is sound in a list, whatever else is in it', async () => {
    const issuer = issuerWith((own) =>
      json(
        metadata(own, {
          scopes_supported: [null, 'openid', 7, 'offline_access', {}],
          code_challenge_methods_supported: ['S256', null],
        }),
      ),
    )
    expect(await lookUp(issuer)).toMatchObject({ scopes: ['openid', 'offline_access'], saysPkce: true })
    const none = issuerWith((own) => json(metadata(own, { scopes_supported: 'openid' })))
    expect(await lookUp(none)).toMatchObject({ outcome: 'found', scopes: [] })
  })

  it('finds the metadata of RFC 8414 where there is no other', async () => {
    const issuer = issuerWith((own) => json(metadata(own)), 'rfc8414')
    expect(await lookUp(issuer)).toMatchObject({ outcome: 'found', issuer, saysPkce: false })
  })

  it('follows what a login follows: one redirect within the origin, another content type', async () => {
    const issuer = issuerWith((own) => (request, response) => {
      if (request.url?.endsWith('?moved'))
        response.writeHead(200, { 'content-type': 'text/plain' }).end(JSON.stringify(metadata(own)))
      else response.writeHead(301, { location: `${request.url}?moved` }).end()
    })
    const [path = ''] = [...answers.keys()].slice(-1)
    answers.set(`${path}?moved`, answers.get(path) as RequestListener)
    expect(await lookUp(issuer)).toMatchObject({ outcome: 'found', issuer })
  })

  it('finds the metadata where the operator says it is', async () => {
    const place = issuerWith(() => json(metadata('https://login.acme.com/tenant')))
    const found = {
      issuer: 'https://login.acme.com/tenant',
      metadataUrl: `${place}/.well-known/openid-configuration`,
    }
    expect(await lookUpIssuer(SCOPE, found, services(true))).toMatchObject({ outcome: 'found' })
  })

  it('spells the issuer as the provider does, whatever was pasted', async () => {
    const issuer = issuerWith((own) => json(metadata(own, { issuer: `${own}/` })))
    for (const typed of [issuer, `  ${issuer}/ `, `${issuer}/.well-known/openid-configuration`])
      expect(await lookUp(typed)).toMatchObject({ outcome: 'found', issuer: `${issuer}/` })
  })

  it('shows the issuer that is written there when it is another one', async () => {
    const issuer = issuerWith(() => json(metadata('https://login.acme.com/tenant')))
    expect(await lookUp(issuer)).toEqual({
      outcome: 'failed',
      problem: 'other_issuer',
      otherIssuer: 'https://login.acme.com/tenant',
    })
  })

  it.each([
    ['no_metadata', () => json({}, 404)],
    ['refused', () => json({}, 403)],
    ['incomplete', () => json({ issuer: 'x' })],
    [
      'not_json',
      (): RequestListener => (_, response) =>
        response.writeHead(200, { 'content-type': 'text/html' }).end('<p>'),
    ],
    [
      'not_json',
      (): RequestListener => (_, response) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end('{'),
    ],
  ] as const)('says %s', async (problem, answer) => {
    expect(await lookUp(issuerWith(answer))).toEqual({ outcome: 'failed', problem })
  })

  it.each([
    ['nonsense', 'no_address'],
    ['', 'no_address'],
    ['https://user:secret@login.acme.com', 'no_address'],
    ['https://login.acme.com?tenant=1', 'no_address'],
    ['ftp://login.acme.com', 'not_https'],
    ['http://login.acme.com', 'not_https'],
  ])('says of %j that it is %s', async (typed, problem) => {
    for (const loopback of [true, false])
      expect(await lookUp(typed, { loopback })).toEqual({ outcome: 'failed', problem })
  })
})

describe('under attack', () => {
  it.each([
    'https://127.0.0.1',
    'https://localhost:1',
    'https://[::1]',
    'https://10.0.0.1',
    'https://169.254.169.254',
    'https://192.168.1.1/realms/x',
    'https://[fd00::1]',
    'https://0x7f.1',
    'https://[::ffff:10.0.0.1]',
  ])('sends no request to %s, and does not say why', async (issuer) => {
    asked.length = 0
    expect(await lookUp(issuer, { loopback: false })).toEqual({ outcome: 'failed', problem: 'unreachable' })
    expect(asked).toEqual([])
  })

  it('tells who runs the installation why', async () => {
    const scope = { ...SCOPE, isInstallationOperator: true }
    expect(await lookUp('https://10.0.0.1', { loopback: false, scope, rule: 'deny' })).toMatchObject({
      problem: 'unreachable',
      detail: expect.stringContaining('inside the network'),
    })
  })

  it('follows no redirect to another origin', async () => {
    const issuer = issuerWith(() => (_, response) => {
      response.writeHead(302, { location: 'http://127.0.0.1:9/.well-known/openid-configuration' }).end()
    })
    asked.length = 0
    expect(await lookUp(issuer)).toEqual({ outcome: 'failed', problem: 'redirects' })
    expect(asked).toHaveLength(1)
  })

  it('stops reading huge answers', async () => {
    const issuer = issuerWith((own) => json(metadata(own, { padding: 'x'.repeat(1_100_000) })))
    expect(await lookUp(issuer)).toEqual({ outcome: 'failed', problem: 'not_json' })
  })

  it('leaves a host alone that is asked too often', async () => {
    const scope = { ...SCOPE, organizationId: 'impatient' }
    const results = []
    for (let i = 0; i < 20; i++) results.push(await lookUp(`${server.origin}/none-${i}`, { scope }))
    expect(results.at(0)).toEqual({ outcome: 'failed', problem: 'no_metadata' })
    expect(results.at(-1)).toEqual({ outcome: 'failed', problem: 'asked_too_often' })
  })

  it('needs the permission to configure', async () => {
    const scope = { ...SCOPE, permissions: ['read', 'revoke'] as const }
    await expect(lookUp('https://login.acme.com', { scope })).rejects.toThrow('configure')
  })
})
