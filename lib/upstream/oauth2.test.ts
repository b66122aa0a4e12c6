import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UpstreamError } from '@/lib/oauth/ports/upstream'
import { expectFailure } from './test-support/expect-failure'
import { attempt, LOGIN, logIn, oauth2Connection, patience, upstreamWith } from './test-support/log-in'
import {
  type MisbehavingProvider,
  type Misbehaviour,
  startMisbehavingProvider,
} from './test-support/misbehaving-provider'

let provider: MisbehavingProvider
beforeAll(async () => {
  provider = await startMisbehavingProvider()
})
beforeEach(() => {
  provider.requests.length = 0
})
afterAll(() => provider.stop())

const port = (changes: Parameters<typeof oauth2Connection>[1] = {}, how: Misbehaviour = {}) =>
  upstreamWith(oauth2Connection(provider, changes), patience(how))

const GITHUB: Misbehaviour = {
  formEncoded: true,
  idToken: null,
  userinfo: { id: 583231, login: 'octo', name: 'Octo', email: null },
}

describe('a login at a plain OAuth 2.0 server', () => {
  it('reads a form-encoded token answer and a numeric subject (GitHub) [H-57]', async () => {
    provider.misbehave(GITHUB)
    const { identity, tokens } = await logIn(port())
    expect(identity).toEqual({
      identitySource: 'connection:conn-1',
      subject: '583231',
      name: 'Octo',
      claims: GITHUB.userinfo,
    })
    expect(tokens.accessToken).toMatch(/^access-/)
    expect(tokens.expiresAt).toBeInstanceOf(Date)
  })

  it('forwards no parameter of OpenID Connect, and cannot be silent', async () => {
    const begin = (wishes: object) => port().begin('conn-1', { ...LOGIN, ...attempt(), ...wishes })
    const url = await begin({ prompt: ['login'], maxAge: 0, uiLocales: 'de', loginHint: 'una@example.com' })
    const sent = new URL(url).searchParams
    for (const name of ['prompt', 'max_age', 'ui_locales', 'login_hint']) expect(sent.has(name)).toBe(false)
    await expectFailure(begin({ prompt: ['none'] }), 'upstream_interaction_required')
  })

  it('introduces itself and asks for JSON', async () => {
    provider.misbehave(GITHUB)
    await logIn(port())
    const [token, userinfo] = ['/token', '/userinfo'].map((path) =>
      provider.requests.find((r) => r.path === path),
    )
    expect(token?.headers.accept).toBe('application/json')
    expect(userinfo?.headers).toMatchObject({
      accept: 'application/json',
      'user-agent': 'vestibule',
      authorization: expect.stringMatching(/^Bearer access-/),
    })
  })

  it('finds claims by path, and prefers a claim of that very name', async () => {
    provider.misbehave({
      userinfo: {
        data: { user: { id: 'u-7' } },
        emails: [{ value: 'a@example.com' }],
        'x.name': 'Dotted',
        x: { name: 'no' },
      },
    })
    const claims = { subject: 'data.user.id', email: 'emails.0.value', name: 'x.name' }
    const { identity } = await logIn(port({ claims }))
    expect(identity).toMatchObject({ subject: 'u-7', email: 'a@example.com', name: 'Dotted' })
  })

  it('sends a verifier with PKCE and nothing of it without', async () => {
    provider.misbehave(GITHUB)
    await logIn(port())
    expect(provider.requests.find((r) => r.path === '/token')?.body.has('code_verifier')).toBe(true)
    provider.requests.length = 0
    const url = new URL(await port({ pkce: false }).begin('conn-1', { ...LOGIN, ...attempt() }))
    expect([...url.searchParams.keys()]).toEqual([
      'response_type',
      'client_id',
      'redirect_uri',
      'state',
      'scope',
    ])
    await logIn(port({ pkce: false }))
    expect(provider.requests.find((r) => r.path === '/token')?.body.has('code_verifier')).toBe(false)
  })

  it('sends no scope when none is configured', async () => {
    const url = new URL(await port({ scopes: [] }).begin('conn-1', { ...LOGIN, ...attempt() }))
    expect(url.searchParams.has('scope')).toBe(false)
  })

  it('does not keep an unvalidated ID token, nor fail on iss', async () => {
    provider.misbehave({ ...GITHUB, idToken: 'rubbish' })
    const { tokens } = await logIn(port(), attempt(), (callback) =>
      callback.set('iss', 'https://github.example'),
    )
    expect(tokens).not.toHaveProperty('idToken')
  })
})

describe('a login that fails', () => {
  it.each<[string, Misbehaviour, UpstreamError['reason']]>([
    ['userinfo has no subject', { userinfo: { login: 'octo' } }, 'upstream_identity_missing'],
    ['the subject is an object', { userinfo: { id: {} } }, 'upstream_identity_missing'],
    [
      'the subject is an inexact number',
      { answers: { userinfo: { body: '{"id":12345678901234567890}' } } },
      'upstream_identity_missing',
    ],
    [
      'userinfo refuses the token',
      { answers: { userinfo: { status: 401, headers: { 'www-authenticate': 'Bearer' } } } },
      'upstream_error',
    ],
    [
      'userinfo wants another scope (RFC 6750 §3.1)',
      {
        answers: {
          userinfo: { status: 401, headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' } },
        },
      },
      'upstream_scope_rejected',
    ],
    ['userinfo forbids it', { answers: { userinfo: { status: 403 } } }, 'upstream_scope_rejected'],
    ['userinfo is down', { answers: { userinfo: { status: 503 } } }, 'upstream_unreachable'],
    ['userinfo hangs', { answers: { userinfo: { hang: true } } }, 'upstream_unreachable'],
    [
      'userinfo is HTML',
      { answers: { userinfo: { body: '<html>raw upstream text' } } },
      'upstream_response_invalid',
    ],
    [
      'userinfo redirects',
      { answers: { userinfo: { status: 302, headers: { location: '/token' } } } },
      'upstream_response_invalid',
    ],
    [
      'the token endpoint refuses the code under 200',
      {
        answers: {
          token: {
            body: 'error=bad_verification_code',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
          },
        },
      },
      'upstream_error',
    ],
  ])('because %s', async (_case, how, reason) => {
    provider.misbehave(how)
    const secrets = attempt()
    await expectFailure(logIn(port({}, how), secrets), reason, [
      ...provider.secrets,
      ...Object.values(secrets),
    ])
  })

  it('because the identity is inherited from every object', async () => {
    provider.misbehave({ userinfo: {} })
    await expectFailure(logIn(port({ claims: { subject: 'constructor.name' } })), 'upstream_identity_missing')
  })
})
