import { randomBytes } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import { connectionKeys } from '@/lib/crypto/connection-keys'
import { keyring } from '@/lib/crypto/keyring'
import { certificateEnds } from '@/lib/http/fetch/certificate-ends'
import { REMEDIES } from '@/lib/logins/remedies'
import type { OAuthConnectionConfig } from '@/lib/upstream/connection-config'
import { makeAuthority } from '@/lib/upstream/test-support/certificates'
import { oauth2Connection, oidcConnection } from '@/lib/upstream/test-support/log-in'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from '@/lib/upstream/test-support/misbehaving-provider'
import { trusting } from '@/lib/upstream/test-support/trust'
import { upstreamHttp } from '@/lib/upstream/upstream-http'
import { startIdentityProvider } from '@/sandbox/identity-provider'
import { listenOnLoopback } from '@/sandbox/loopback-server'
import { examineConnection } from './connection'
import { type SaidFinding, sayFindings } from './said-finding'
import { serverFor } from './test-support/server'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()))
})

const CALLBACK = 'https://vestibule.example/oauth/callback/conn-1'
const DAY = 24 * 3600_000

async function start(how: Misbehaviour = {}, tls?: { key: string; cert: string }) {
  const provider = await startMisbehavingProvider(how, tls)
  stops.push(provider.stop)
  return provider
}

const examine = async (connection: OAuthConnectionConfig, clock = () => new Date()) =>
  sayFindings(
    await examineConnection({
      connection,
      server: serverFor('https://mcp.example.com/mcp'),
      context: { http: upstreamHttp({ allowLoopback: true, timeout: 2_000 }), callbackUrl: CALLBACK, clock },
      certificateEnds: certificateEnds({ allowLoopback: true, listed: [], anywhere: true }),
    }),
    'en',
  )
const complaints = (findings: readonly SaidFinding[]) => findings.filter(({ verdict }) => verdict !== 'ok')

/** A real provider, whose one client is registered like this. */
async function realProvider(client: object = {}) {
  const registered = {
    client_id: 'vestibule',
    client_secret: 'a secret: with/odd+characters, long enough',
    redirect_uris: [CALLBACK],
    ...client,
  }
  const idp = await startIdentityProvider({
    port: 0,
    clientId: 'somebody-else',
    clientSecret: 'another secret of the tests, long enough',
    redirectUris: ['https://other.example/callback'],
    extraClients: [registered],
  })
  stops.push(idp.close)
  const connection = (changes: Partial<OAuthConnectionConfig> = {}) =>
    ({
      ...oidcConnection({
        issuer: idp.issuer,
        clientId: registered.client_id,
        clientSecret: registered.client_secret,
      } as MisbehavingProvider),
      ...changes,
    }) as OAuthConnectionConfig
  return { idp, connection }
}

describe('a real OpenID provider', () => {
  it('that is set up well gets no complaint, and is not logged in to', async () => {
    const { idp, connection } = await realProvider()
    const events: string[] = []
    idp.provider.on('grant.success', () => events.push('tokens'))
    idp.provider.on('interaction.started', () => events.push('login'))
    const findings = await examine(connection())
    expect(complaints(findings)).toEqual([])
    expect(findings.map(({ check }) => check)).toEqual([
      'discovery',
      'keys',
      'scopes',
      'credentials',
      'callback',
    ])
    expect(events).toEqual([])
  })

  it('takes our signature in place of a secret, and no other key’s', async () => {
    const keys = connectionKeys(keyring([{ id: 'k1', key: randomBytes(32) }]))
    const now = new Date()
    const { connection } = await realProvider({
      client_secret: undefined,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: 'ES256',
      jwks: { keys: keys.published('conn-1', now) },
    })
    const signing = (id: string) =>
      connection({
        clientSecret: undefined,
        tokenEndpointAuthMethod: 'private_key_jwt',
        clientKey: keys.signing(id, now),
      })
    expect(complaints(await examine(signing('conn-1')))).toEqual([])
    expect(complaints(await examine(signing('conn-2')))).toMatchObject([
      { check: 'upstream_client_rejected' },
    ])
  })

  it('that knows another secret is named', async () => {
    const { connection } = await realProvider()
    const findings = complaints(await examine(connection({ clientSecret: 'a wrong one, of the tests' })))
    expect(findings).toMatchObject([
      { check: 'upstream_client_rejected', verdict: 'problem', remedy: REMEDIES.upstream_client_rejected },
    ])
    expect(JSON.stringify(findings)).not.toContain('a wrong one')
  })

  it('that knows another callback URL is named, with the one to register', async () => {
    const { connection } = await realProvider({ redirect_uris: [`${CALLBACK}/`] })
    expect(complaints(await examine(connection()))).toMatchObject([
      {
        check: 'upstream_callback_rejected',
        verdict: 'problem',
        remedy: expect.stringContaining(`Register exactly ${CALLBACK} there`),
      },
    ])
  })

  it('that knows no such client is named', async () => {
    const { connection } = await realProvider()
    const checks = complaints(await examine(connection({ clientId: 'unknown' }))).map(({ check }) => check)
    expect(checks).toEqual(['upstream_client_rejected', 'upstream_callback_rejected'])
  })

  it('that does not give the client a scope is named', async () => {
    const { connection } = await realProvider({ scope: 'openid' })
    expect(complaints(await examine(connection()))).toMatchObject([
      { check: 'upstream_scope_rejected', verdict: 'problem', remedy: REMEDIES.upstream_scope_rejected },
    ])
  })

  it('that does not list a scope is worth a warning', async () => {
    const { connection } = await realProvider()
    expect(complaints(await examine(connection({ scopes: ['files.readonly'] })))).toMatchObject([
      { check: 'scopes', verdict: 'warning', what: expect.stringContaining('files.readonly') },
    ])
  })
})

describe('a certificate', () => {
  const authority = makeAuthority()
  const of = async (terms: Parameters<typeof authority.issue>[0]) => {
    const provider = await start({}, authority.issue(terms))
    return trusting(authority.cert, () => examine(oidcConnection(provider)))
  }

  it('that has expired is the one thing that is said', async () => {
    const findings = await of({ notBefore: new Date(0), notAfter: new Date(Date.now() - DAY) })
    expect(findings).toMatchObject([
      { check: 'upstream_certificate_invalid', what: expect.stringContaining('has expired') },
    ])
  })

  it('that ends within a fortnight is worth a warning, and no earlier', async () => {
    const soon = complaints(await of({ notAfter: new Date(Date.now() + 13.5 * DAY) }))
    expect(soon).toContainEqual(
      expect.objectContaining({
        check: 'certificate',
        verdict: 'warning',
        what: expect.stringContaining('in 13 days'),
      }),
    )
    const later = complaints(await of({ notAfter: new Date(Date.now() + 15 * DAY) }))
    expect(later.map(({ check }) => check)).not.toContain('certificate')
  })
})

describe('a provider of another kind', () => {
  it('with a clock ten minutes off is named, by how much', async () => {
    for (const [clockAhead, words] of [
      [-600, '10 minutes behind'],
      [600, '10 minutes ahead'],
    ] as const) {
      const provider = await start({ clockAhead })
      const found = complaints(await examine(oidcConnection(provider)))
      expect(found).toContainEqual(
        expect.objectContaining({
          check: 'upstream_clock_skew',
          verdict: 'problem',
          what: expect.stringContaining(words),
        }),
      )
    }
  })

  it.each<[string, Misbehaviour, string]>([
    ['without metadata', { answers: { metadata: { status: 404 } } }, 'upstream_response_invalid'],
    ['with another issuer', { metadata: { issuer: 'https://other.example' } }, 'upstream_issuer_mismatch'],
    ['without keys', { publish: [] }, 'upstream_signature_invalid'],
    ['without any PKCE', { metadata: { code_challenge_methods_supported: ['plain'] } }, 'pkce'],
    ['with broken keys', { answers: { jwks: { body: '<html>' } } }, 'upstream_signature_invalid'],
    [
      'that refuses codes in its own words',
      { answers: { token: { status: 403, body: { error: 'raw upstream text' } } } },
      'credentials',
    ],
    ['that is down at its token endpoint', { answers: { token: { status: 503 } } }, 'upstream_unreachable'],
    [
      'that gives tokens for any code',
      { answers: { token: { body: { access_token: 'access-x', token_type: 'bearer' } } } },
      'upstream_response_invalid',
    ],
  ])('%s is named, in our own words', async (_case, how, check) => {
    const found = complaints(await examine(oidcConnection(await start(how))))
    expect(found.map((finding) => finding.check)).toContain(check)
    expect(JSON.stringify(found)).not.toContain('raw upstream text')
  })

  it('that is no OpenID provider is examined as far as it goes', async () => {
    const provider = await start({ idToken: null })
    const findings = await examine(oauth2Connection(provider))
    expect(findings.map(({ check }) => check)).toEqual(['credentials', 'callback'])
    const wrong = await examine(oauth2Connection(provider, { clientSecret: 'wrong' }))
    expect(wrong[0]).toMatchObject({ check: 'upstream_client_rejected', verdict: 'problem' })
  })

  it('that knows the secret by another method alone is named, with the method that works', async () => {
    const picky = await listenOnLoopback(0, () => (request, response) => {
      const error = request.headers.authorization ? 'invalid_client' : 'invalid_grant'
      const body = request.url === '/token' ? JSON.stringify({ error }) : '<p>Log in</p>'
      response
        .writeHead(request.url === '/token' ? 400 : 200, { 'content-type': 'application/json' })
        .end(body)
    })
    stops.push(picky.close)
    const { origin } = picky
    const provider = { origin, clientId: 'vestibule', clientSecret: 'secret' } as MisbehavingProvider
    const findings = complaints(await examine(oauth2Connection(provider)))
    expect(findings).toMatchObject([
      {
        check: 'upstream_client_rejected',
        remedy: expect.stringContaining('token_endpoint_auth_method of the connection to client_secret_post'),
      },
      // It shows the same page whatever is asked.
      { check: 'callback', verdict: 'warning', remedy: expect.stringContaining(CALLBACK) },
    ])
  })

  it('gets nothing usable: no code of a user’s, no state, no user', async () => {
    const provider = await start()
    await examine(oidcConnection(provider))
    const token = provider.requests.filter(({ path }) => path === '/token')
    expect(token).toHaveLength(1)
    expect(token[0]?.body.get('code')).toMatch(/^vestibule-doctor-/)
    expect(provider.requests.length).toBeLessThan(8)
  })
})
