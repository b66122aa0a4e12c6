import { afterEach, describe, expect, it } from 'vitest'
import type { UpstreamError } from '@/lib/oauth/ports/upstream'
import { discover } from './discovery'
import { expectFailure } from './test-support/expect-failure'
import {
  attempt,
  LOGIN,
  oauth2Connection,
  oidcConnection,
  patience,
  upstreamWith,
} from './test-support/log-in'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from './test-support/misbehaving-provider'
import type { UpstreamDependencies } from './upstream'
import { upstreamHttp } from './upstream-http'

const started: MisbehavingProvider[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((provider) => provider.stop()))
})

async function start(how: Misbehaviour = {}) {
  const provider = await startMisbehavingProvider(how)
  started.push(provider)
  return provider
}

function begin(
  provider: MisbehavingProvider,
  changes: { issuer?: string } = {},
  deps: Partial<UpstreamDependencies> = {},
) {
  return upstreamWith(oidcConnection(provider, changes), deps).begin('conn-1', { ...LOGIN, ...attempt() })
}

const discoveries = (provider: MisbehavingProvider) =>
  provider.requests.filter((request) => request.path.includes('/.well-known/')).length

const ENDPOINTS = {
  authorization_endpoint: 'https://idp.example/authorize',
  token_endpoint: 'https://idp.example/token',
  jwks_uri: 'https://idp.example/keys',
}

describe('where metadata is found', () => {
  it('is the issuer’s path with the well-known path appended (OIDC Discovery §4) [H-57]', async () => {
    const provider = await start()
    expect(await begin(provider)).toContain(`${provider.origin}/authorize?`)
    expect(provider.requests[0]?.path).toBe('/tenant/.well-known/openid-configuration')
  })

  it('is the location of RFC 8414 §3 where that is 404 [H-57]', async () => {
    const provider = await start({ answers: { metadata: { status: 404 } } })
    const { origin, issuer } = provider
    const body = {
      issuer,
      authorization_endpoint: `${origin}/authorize`,
      token_endpoint: `${origin}/token`,
      jwks_uri: `${origin}/jwks`,
    }
    provider.misbehave({ answers: { metadata: { status: 404 }, rfc8414: { body } } })
    expect(await begin(provider)).toContain(`${origin}/authorize?`)
  })

  it.each([301, 302])('may be one %i away on the same origin', async (status) => {
    const provider = await start({
      answers: { metadata: { status, headers: { location: '/moved-metadata' } } },
    })
    expect(await begin(provider)).toContain(`${provider.origin}/authorize?`)
  })

  it('is never on another origin, which is not even asked [H-21]', async () => {
    const other = await start()
    const location = `${other.origin}/moved-metadata`
    const provider = await start({ answers: { metadata: { status: 301, headers: { location } } } })
    await expectFailure(begin(provider), 'upstream_response_invalid')
    expect(other.requests).toEqual([])
  })

  it('stays on the issuer’s host when its path looks like another', async () => {
    const provider = await start()
    await expectFailure(
      begin(provider, { issuer: `${provider.origin}//evil.example` }),
      'upstream_response_invalid',
    )
    expect(provider.requests[0]?.path).toBe('//evil.example/.well-known/openid-configuration')
  })

  it('is not two redirects away', async () => {
    const location = '/tenant/.well-known/openid-configuration'
    const provider = await start({ answers: { metadata: { status: 301, headers: { location } } } })
    await expectFailure(begin(provider), 'upstream_response_invalid')
    expect(discoveries(provider)).toBe(2)
  })
})

describe('metadata that cannot be used', () => {
  it.each<[string, Misbehaviour, UpstreamError['reason']]>([
    ['is nowhere', { answers: { metadata: { status: 404 } } }, 'upstream_response_invalid'],
    ['is forbidden', { answers: { metadata: { status: 403 } } }, 'upstream_error'],
    ['is down', { answers: { metadata: { status: 502 } } }, 'upstream_unreachable'],
    ['never comes', { answers: { metadata: { hang: true } } }, 'upstream_unreachable'],
    [
      'is HTML',
      { answers: { metadata: { body: '<h1>raw upstream text</h1>' } } },
      'upstream_response_invalid',
    ],
    ['is an array', { answers: { metadata: { body: [] } } }, 'upstream_response_invalid'],
    ['lacks an endpoint', { metadata: { token_endpoint: undefined } }, 'upstream_response_invalid'],
    [
      'has a script as an endpoint',
      { metadata: { authorization_endpoint: 'javascript:alert(1)' } },
      'upstream_error',
    ],
    [
      'has a token endpoint over plain http',
      { metadata: { token_endpoint: 'http://idp.example/token' } },
      'upstream_error',
    ],
    ['names another issuer', { metadata: { issuer: 'https://evil.example' } }, 'upstream_issuer_mismatch'],
  ])('because it %s fails the login with the right reason [H-22]', async (_case, how, reason) => {
    await expectFailure(begin(await start(how), {}, patience(how)), reason)
  })

  it.each([
    [
      'all tenants of Entra',
      'https://login.microsoftonline.com/common/v2.0',
      'https://login.microsoftonline.com/{tenantid}/v2.0',
      'allowed_tenants',
    ],
    [
      'Azure AD B2C',
      'https://acme.b2clogin.com/acme.onmicrosoft.com/B2C_1_signin/v2.0',
      'https://acme.b2clogin.com/0000/v2.0/',
      'metadata_url',
    ],
  ])(
    'names another issuer than its address at %s: the remedy leads somewhere',
    async (_, issuer, named, remedy) => {
      const way = { fetch: async () => Response.json({ ...ENDPOINTS, issuer: named }), reach: 'test' }
      const http = upstreamHttp({ allowLoopback: false, timeout: 1_000, way })
      await expect(discover({ issuer }, http)).rejects.toMatchObject({
        reason: 'upstream_issuer_mismatch',
        detail: expect.stringContaining(remedy),
      })
    },
  )

  it('differs only in a trailing slash: reported to the operator', async () => {
    const provider = await start()
    const detail = await expectFailure(
      begin(provider, { issuer: `${provider.issuer}/` }),
      'upstream_issuer_mismatch',
    )
    expect(detail).toContain('trailing slash')
  })

  it('cannot be fetched because the connection is refused: reported to the operator', async () => {
    const provider = await start()
    await provider.stop()
    const detail = await expectFailure(begin(provider), 'upstream_unreachable')
    expect(detail).toContain('refused')
  })

  it('cannot be fetched because the name does not resolve: reported to the operator', async () => {
    const provider = await start()
    await expectFailure(begin(provider, { issuer: 'https://idp.invalid' }), 'upstream_unreachable')
  })
})

describe('addresses we do not call', () => {
  it.each([
    'http://127.0.0.1:1/tenant',
    'https://localhost:1',
    'https://0x7f.1',
    'https://[::1]',
    'https://[::ffff:127.0.0.1]',
    'http://idp.example',
    'https://user:password@idp.example',
    'https://user@idp.example',
    'file:///etc/passwd',
    'no address',
  ])('off loopback: %s [H-21]', async (issuer) => {
    const detail = await expectFailure(
      begin(await start(), { issuer }, { allowLoopback: false }),
      'upstream_error',
    )
    expect(detail).toContain('https')
  })

  it('plain http to another machine, even on loopback', async () => {
    await expectFailure(begin(await start(), { issuer: 'http://127.0.0.1.example' }), 'upstream_error')
  })

  it('a script as the authorization endpoint of an OAuth 2.0 connection', async () => {
    const port = upstreamWith(
      oauth2Connection(await start(), { authorizationEndpoint: 'javascript:alert(1)//' }),
    )
    await expectFailure(port.begin('conn-1', { ...LOGIN, ...attempt() }), 'upstream_error')
  })
})

describe('the cache', () => {
  it('asks once for any number of logins at the same time [H-22]', async () => {
    const provider = await start()
    await Promise.all(Array.from({ length: 20 }, () => begin(provider)))
    expect(discoveries(provider)).toBe(1)
  })

  it('keeps metadata for ten minutes [H-22]', async () => {
    const provider = await start()
    let now = Date.now()
    const deps = { clock: () => new Date(now) }
    await begin(provider, {}, deps)
    now += 9 * 60_000
    await begin(provider, {}, deps)
    expect(discoveries(provider)).toBe(1)
    now += 2 * 60_000
    await begin(provider, {}, deps)
    expect(discoveries(provider)).toBe(2)
  })

  it('forgets a failure', async () => {
    const provider = await start({ answers: { metadata: { status: 503 } } })
    await expectFailure(begin(provider), 'upstream_unreachable')
    provider.misbehave({})
    expect(await begin(provider)).toContain('/authorize?')
  })

  it('follows a connection to its new issuer at once', async () => {
    const [first, second] = [await start(), await start()]
    let connection = oidcConnection(first)
    const port = upstreamWith(connection, { connections: { find: async () => connection } })
    expect(await port.begin('conn-1', { ...LOGIN, ...attempt() })).toContain(first.origin)
    connection = oidcConnection(second)
    expect(await port.begin('conn-1', { ...LOGIN, ...attempt() })).toContain(second.origin)
  })
})
