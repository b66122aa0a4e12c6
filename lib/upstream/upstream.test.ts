import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectFailure } from './test-support/expect-failure'
import { attempt, LOGIN, upstreamWith } from './test-support/log-in'
import { logInWithBrowser, type OpenIdProvider, startOpenIdProvider } from './test-support/openid-provider'

const CALLBACK = 'https://vestibule.example/oauth/callback/conn-1'

let provider: OpenIdProvider
beforeAll(async () => {
  provider = await startOpenIdProvider(CALLBACK)
})
afterAll(() => provider.stop())

function port() {
  const { issuer, clientId, clientSecret } = provider
  return upstreamWith({
    id: 'conn-1',
    organizationId: 'org-1',
    slug: 'idp',
    name: 'The provider',
    type: 'oidc',
    issuer,
    clientId,
    clientSecret,
    tokenEndpointAuthMethod: 'client_secret_basic',
    scopes: ['email', 'profile', 'offline_access'],
    authorizationParameters: { prompt: 'consent' },
    forwardResource: false,
    pkce: true,
  })
}

describe('a login at a real OpenID provider', () => {
  it('goes through with PKCE, and finds out who it was [H-20]', async () => {
    const secrets = attempt()
    const url = await port().begin('conn-1', { ...LOGIN, ...secrets })
    const callback = await logInWithBrowser(url, 'alice', CALLBACK)
    const { identity, tokens } = await port().complete('conn-1', callback, secrets)
    expect(identity).toMatchObject({
      identitySource: provider.issuer,
      subject: 'alice',
      email: 'alice@example.com',
      emailVerified: true,
      name: 'User alice',
    })
    expect(tokens.refreshToken).toBeDefined()
    expect(tokens.scope).toBe('openid email profile offline_access')
    expect(tokens.expiresAt?.getTime()).toBeGreaterThan(Date.now())
  })

  it('cannot be completed twice with the same code', async () => {
    const secrets = attempt()
    const url = await port().begin('conn-1', { ...LOGIN, ...secrets })
    const callback = await logInWithBrowser(url, 'bob', CALLBACK)
    await port().complete('conn-1', callback, secrets)
    await expectFailure(port().complete('conn-1', callback, secrets), 'upstream_error', [
      callback.get('code') ?? '',
      provider.clientSecret,
      ...Object.values(secrets),
    ])
  })

  it('cannot be completed with the code of another login', async () => {
    const [victim, attacker] = [attempt(), attempt()]
    const url = await port().begin('conn-1', { ...LOGIN, ...victim })
    const callback = await logInWithBrowser(url, 'alice', CALLBACK)
    callback.set('state', attacker.state)
    await expectFailure(port().complete('conn-1', callback, attacker), 'upstream_error')
  })
})
