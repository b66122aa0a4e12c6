import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { upstreamFailure } from '@/lib/oauth/flow/failure'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { startIdentityProvider } from '@/sandbox/identity-provider'
import { makeAuthority } from './test-support/certificates'
import { expectFailure } from './test-support/expect-failure'
import { attempt, LOGIN, logIn, oauth2Connection, oidcConnection, upstreamWith } from './test-support/log-in'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from './test-support/misbehaving-provider'
import { logInWithBrowser, type OpenIdProvider, startOpenIdProvider } from './test-support/openid-provider'
import { trusting } from './test-support/trust'

const started: { stop(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(started.splice(0).map((provider) => provider.stop()))
})
async function start(...how: Parameters<typeof startMisbehavingProvider>): Promise<MisbehavingProvider> {
  const provider = await startMisbehavingProvider(...how)
  started.push(provider)
  return provider
}

describe('a certificate', () => {
  const authority = makeAuthority()
  const YESTERDAY = new Date(Date.now() - 24 * 3600_000)
  const TOMORROW = new Date(Date.now() + 24 * 3600_000)
  const begin = (provider: MisbehavingProvider) =>
    upstreamWith(oidcConnection(provider)).begin('conn-1', { ...LOGIN, ...attempt() })

  it('that is sound lets the login go on', async () => {
    const provider = await start({}, authority.issue())
    const url = await trusting(authority.cert, () => begin(provider))
    expect(url).toContain(`${provider.origin}/authorize?`)
  })

  it.each([
    ['has expired', { notBefore: new Date(0), notAfter: YESTERDAY }, /has expired: renew it there/],
    ['is not valid yet', { notBefore: TOMORROW }, /not valid yet: compare the clock/],
    ['is for another host', { hosts: ['other.example'] }, /another host name/],
  ])('that %s is named, and nothing is sent', async (_case, terms, words) => {
    const provider = await start({}, authority.issue(terms))
    const detail = await trusting(authority.cert, () =>
      expectFailure(begin(provider), 'upstream_certificate_invalid'),
    )
    expect(detail).toMatch(/^The certificate of the metadata /)
    expect(detail).toMatch(words)
    expect(provider.requests).toEqual([])
  })

  it('of an authority that is not trusted here is named, with what to do', async () => {
    const provider = await start({}, authority.issue())
    const detail = await expectFailure(begin(provider), 'upstream_certificate_invalid')
    expect(detail).toContain('NODE_EXTRA_CA_CERTS')
  })

  it('tells the MCP client to try again later, for its user can do nothing', async () => {
    const error = new UpstreamError('upstream_certificate_invalid', 'The certificate has expired.')
    expect(upstreamFailure(error, { prompt: [] })).toMatchObject({ code: 'temporarily_unavailable' })
  })
})

describe('a clock ten minutes off', () => {
  const TEN = 600

  it('behind ends the login, and is named with its size and the second witness', async () => {
    const provider = await start({ clockAhead: -TEN })
    const detail = await expectFailure(logIn(upstreamWith(oidcConnection(provider))), 'upstream_clock_skew')
    expect(detail).toMatch(/issued 10 minutes ago/)
    expect(detail).toMatch(/Date header of the same answer is 10 minutes ago too.* is behind/)
  })

  it('and a refresh token that was asked for and did not come is named', async () => {
    const provider = await start({ tokenAnswer: { refresh_token: undefined } })
    const connection = oidcConnection(provider, { scopes: ['openid', 'offline_access'] })
    expect((await logIn(upstreamWith(connection))).remark).toMatchObject({
      reason: 'upstream_no_refresh_token',
    })
    expect(
      (await logIn(upstreamWith(oidcConnection(provider, { scopes: ['openid'] })))).remark,
    ).toBeUndefined()
  })

  it('ahead does not end the login, and is named all the same', async () => {
    const provider = await start({ clockAhead: TEN })
    const { identity, remark } = await logIn(upstreamWith(oidcConnection(provider)))
    expect(identity.subject).toBe('user-1')
    expect(remark?.reason).toBe('upstream_clock_skew')
    expect(remark?.detail).toMatch(/10 minutes in the future.* is ahead/)
  })

  it('ahead ends the login where the token says from when on it holds', async () => {
    const nbf = Math.floor(Date.now() / 1000) + TEN
    const provider = await start({ clockAhead: TEN, idTokenClaims: { nbf } })
    await expectFailure(logIn(upstreamWith(oidcConnection(provider))), 'upstream_clock_skew')
  })

  it('of the signer of tokens alone is recognized by the Date header', async () => {
    const iat = Math.floor(Date.now() / 1000) - TEN
    const provider = await start({ idTokenClaims: { iat, exp: iat + 300 } })
    const detail = await expectFailure(logIn(upstreamWith(oidcConnection(provider))), 'upstream_clock_skew')
    expect(detail).toContain('agrees with our clock')
  })

  it('of our own is named too', async () => {
    const provider = await start()
    const clock = () => new Date(Date.now() + TEN * 1000)
    const detail = await expectFailure(
      logIn(upstreamWith(oidcConnection(provider), { clock })),
      'upstream_clock_skew',
    )
    expect(detail).toContain('the one of this machine is wrong')
  })

  it('is not what an old token of another login is taken for', async () => {
    const iat = Math.floor(Date.now() / 1000) - 3600
    const provider = await start({ idTokenClaims: { iat, exp: iat + 60, nonce: 'another' } })
    await expectFailure(logIn(upstreamWith(oidcConnection(provider))), 'upstream_token_expired')
  })

  it.each([{ iat: 'now' }, { iat: 1e300 }, { iat: -1e300 }])(
    'cannot be made up to break anything: %j',
    async (claims) => {
      const provider = await start({ idTokenClaims: claims })
      const outcome = await logIn(upstreamWith(oidcConnection(provider))).then(
        ({ remark }) => remark?.reason,
        (error: UpstreamError) => error.reason,
      )
      expect(['upstream_clock_skew', 'upstream_response_invalid']).toContain(outcome)
    },
  )
})

describe('a real OpenID provider', () => {
  const CALLBACK = 'https://vestibule.example/oauth/callback/conn-1'
  let provider: OpenIdProvider
  beforeAll(async () => {
    provider = await startOpenIdProvider(CALLBACK)
  })
  afterAll(() => provider.stop())
  const connection = (changes: object) => ({
    ...oidcConnection({ ...provider, origin: provider.issuer } as unknown as MisbehavingProvider),
    scopes: ['email'],
    ...changes,
  })

  it('that knows another client secret is named', async () => {
    const port = upstreamWith(connection({ clientSecret: 'a wrong one' }))
    const secrets = attempt()
    const url = await port.begin('conn-1', { ...LOGIN, ...secrets })
    const callback = await logInWithBrowser(url, 'alice', CALLBACK)
    const login = port.complete('conn-1', callback, secrets)
    const detail = await expectFailure(login, 'upstream_client_rejected', ['a wrong one'])
    expect(detail).toContain('client secret')
  })

  it('that knows another callback URL shows the user a page and never redirects back', async () => {
    const port = upstreamWith(connection({}), {
      callbackUrl: (id) => `https://vestibule.example/oauth/callback/${id}/`,
    })
    const url = await port.begin('conn-1', { ...LOGIN, ...attempt() })
    const answer = await fetch(url, { redirect: 'manual' })
    expect(answer.status).toBe(400)
    expect(await answer.text()).toContain('redirect_uri')
  })

  it('that does not give the client a scope is named', async () => {
    const idp = await startIdentityProvider({
      port: 0,
      clientId: 'narrow',
      clientSecret: 'a secret of the tests, long enough',
      redirectUris: ['https://other.example/callback'],
      extraClients: [
        {
          client_id: 'vestibule',
          client_secret: 'a secret of the tests, long enough',
          redirect_uris: [CALLBACK],
          scope: 'openid',
        },
      ],
    })
    try {
      const secrets = attempt()
      const port = upstreamWith(connection({ issuer: idp.issuer, clientId: 'vestibule' }))
      const url = await port.begin('conn-1', { ...LOGIN, ...secrets })
      const answer = await fetch(url, { redirect: 'manual' })
      const callback = new URL(answer.headers.get('location') ?? '').searchParams
      await expectFailure(port.complete('conn-1', callback, secrets), 'upstream_scope_rejected')
    } finally {
      await idp.close()
    }
  })
})

describe('a scope that is missing', () => {
  it.each<[string, 'oidc' | 'oauth2', Misbehaviour]>([
    ['no ID token, for openid is not allowed', 'oidc', { idToken: null }],
    [
      'userinfo forbids it',
      'oauth2',
      { answers: { userinfo: { status: 403, body: { error: 'raw upstream text' } } } },
    ],
    [
      'the token endpoint refuses it',
      'oidc',
      { answers: { token: { status: 400, body: { error: 'invalid_scope' } } } },
    ],
  ])('is named: %s', async (_case, type, how) => {
    const provider = await start(how)
    const connection = type === 'oidc' ? oidcConnection(provider) : oauth2Connection(provider)
    await expectFailure(logIn(upstreamWith(connection)), 'upstream_scope_rejected', provider.secrets)
  })
})
