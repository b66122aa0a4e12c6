import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { expectFailure } from './test-support/expect-failure'
import { attempt, LOGIN, oidcConnection, upstreamWith } from './test-support/log-in'
import { type MisbehavingProvider, startMisbehavingProvider } from './test-support/misbehaving-provider'

let provider: MisbehavingProvider
beforeAll(async () => {
  provider = await startMisbehavingProvider()
})
afterAll(() => provider.stop())

describe('authorization request (OIDC Core §3.1.2.1)', () => {
  const WISHES = { prompt: ['login', 'consent', 'select_account'], maxAge: 300, uiLocales: 'de en' }

  async function begin(changes: Parameters<typeof oidcConnection>[1], login: object = {}) {
    const secrets = attempt()
    const url = await upstreamWith(oidcConnection(provider, changes)).begin('conn-1', {
      ...LOGIN,
      ...secrets,
      ...login,
    })
    return { parameters: Object.fromEntries(new URL(url).searchParams), secrets }
  }

  it('carries state, nonce and an S256 challenge though the provider advertises none of it [RFC-44]', async () => {
    const { parameters, secrets } = await begin({}, { loginHint: 'una@example.com' })
    expect(parameters).toEqual({
      response_type: 'code',
      client_id: 'vestibule-client',
      redirect_uri: 'https://vestibule.example/oauth/callback/conn-1',
      scope: 'openid email',
      state: secrets.state,
      nonce: secrets.nonce,
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      login_hint: 'una@example.com',
    })
  })

  it('unites the scopes of connection and login, each once, with openid [H-36]', async () => {
    const { parameters } = await begin({ scopes: ['profile', 'email'] }, { scopes: ['email', 'files.read'] })
    expect(parameters.scope).toBe('openid profile email files.read')
  })

  it('adds the operator’s parameters, but lets none replace what the login’s security rests on', async () => {
    const attack = Object.fromEntries(
      [
        'state',
        'nonce',
        'code_challenge',
        'code_challenge_method',
        'redirect_uri',
        'client_id',
        'response_type',
      ]
        .concat(['scope', 'request_uri', 'response_mode'])
        .map((name) => [name, 'evil']),
    )
    const { parameters } = await begin({ authorizationParameters: { ...attack, prompt: 'consent' } })
    expect(parameters.prompt).toBe('consent')
    expect(Object.values(parameters)).not.toContain('evil')
  })

  it.each<[string, Record<string, string>, object, object]>([
    [
      'the client’s wishes',
      {},
      WISHES,
      { prompt: 'login select_account', max_age: '300', ui_locales: 'de en' },
    ],
    ['that nothing may be asked', {}, { prompt: ['none'], maxAge: 0 }, { prompt: 'none', max_age: '0' }],
    [
      'what the operator fixed',
      { prompt: 'select_account', ui_locales: 'fr', login_hint: '@acme.example' },
      { prompt: ['select_account'], uiLocales: 'de', loginHint: 'una@example.com' },
      { prompt: 'select_account', ui_locales: 'fr', login_hint: '@acme.example' },
    ],
    [
      'a fresh login, whatever the operator fixed',
      { prompt: 'consent' },
      WISHES,
      { prompt: 'login consent' },
    ],
    ['the same against none', { prompt: 'none' }, { prompt: ['login'] }, { prompt: 'login' }],
    ['the shorter age of two', { max_age: '3600' }, { maxAge: 300 }, { max_age: '300' }],
    ['the shorter age, if it is the operator’s', { max_age: '60' }, { maxAge: 300 }, { max_age: '60' }],
    ['the operator’s age', { max_age: '60' }, {}, { max_age: '60' }],
  ])('forwards %s', async (_, authorizationParameters, login, expected) => {
    expect((await begin({ authorizationParameters }, login)).parameters).toMatchObject(expected)
  })

  it('forwards no consent, which is ours to ask for', async () => {
    expect((await begin({}, { prompt: ['consent'] })).parameters).not.toHaveProperty('prompt')
  })

  it('does not ask where the client wants no questions and the operator some', async () => {
    const asking = begin({ authorizationParameters: { prompt: 'consent' } }, { prompt: ['none'] })
    await expectFailure(asking, 'upstream_interaction_required')
  })

  it('forwards the resource only when the connection says so [H-37]', async () => {
    expect((await begin({})).parameters).not.toHaveProperty('resource')
    expect((await begin({ forwardResource: true })).parameters.resource).toBe('https://mcp.example/mcp')
  })
})
