import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectFailure } from './test-support/expect-failure'
import { attempt, LOGIN, logIn, oidcConnection, patience, upstreamWith } from './test-support/log-in'
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
  provider.misbehave({})
  provider.requests.length = 0
})
afterAll(() => provider.stop())

const port = (how: Misbehaviour = {}) => upstreamWith(oidcConnection(provider), patience(how))

describe('a good login', () => {
  it('yields identity and tokens, keyed by the validated issuer', async () => {
    const { identity, tokens } = await logIn(upstreamWith(oidcConnection(provider), { clock: () => NOW }))
    expect(identity).toMatchObject({
      identitySource: provider.issuer,
      subject: 'user-1',
      email: 'user@example.com',
      emailVerified: true,
      name: 'Una User',
    })
    expect(identity.claims).toMatchObject({ sub: 'user-1', iss: provider.issuer })
    expect(tokens).toEqual({
      accessToken: expect.stringMatching(/^access-/),
      refreshToken: expect.stringMatching(/^refresh-/),
      idToken: expect.stringMatching(/^ey/),
      expiresAt: new Date(NOW.getTime() + 300_000),
    })
    // The ID token had everything.
    expect(provider.requests.map((request) => request.path)).not.toContain('/userinfo')
  })
  const NOW = new Date(Date.now() + 5_000)

  it.each(['rs256', 'ps256', 'es256', 'eddsa'] as const)(
    'accepts an ID token signed with %s, unadvertised',
    async (signWith) => {
      provider.misbehave({ signWith })
      expect((await logIn(port())).identity.subject).toBe('user-1')
    },
  )

  it.each<[string, Misbehaviour]>([
    ['an audience in an array', { idTokenClaims: { aud: ['vestibule-client'] } }],
    [
      'several audiences with us as the authorized party',
      { idTokenClaims: { aud: ['x', 'vestibule-client'], azp: 'vestibule-client' } },
    ],
    ['an auth_time of 0', { idTokenClaims: { auth_time: 0 } }],
    ['an expiry half a minute ago', { idTokenClaims: { exp: Math.floor(Date.now() / 1000) - 30 } }],
    ['a missing token type', { tokenAnswer: { token_type: undefined } }],
    ['a lifetime beyond all dates', { tokenAnswer: { expires_in: 1e300 } }],
    ['null for what is absent', { tokenAnswer: { refresh_token: null, scope: null } }],
    ['a form-encoded token answer', { formEncoded: true }],
    ['keys without ids, several of which fit', { publish: ['rotated', 'rs256'], withoutKeyIds: true }],
  ])('tolerates %s', async (_case, how) => {
    const fresh = await startMisbehavingProvider(how)
    expect((await logIn(upstreamWith(oidcConnection(fresh)))).identity.subject).toBe('user-1')
    await fresh.stop()
  })

  const minutesAgo = (minutes: number) => Math.floor(Date.now() / 1000) - minutes * 60

  it('says when the user authenticated, if the ID token does', async () => {
    const time = minutesAgo(90)
    provider.misbehave({ idTokenClaims: { auth_time: time } })
    expect((await logIn(port())).identity.authTime).toEqual(new Date(time * 1000))
  })

  it.each([undefined, 0, -1, null, 'yesterday', String(minutesAgo(1)), minutesAgo(-10), 1e300])(
    'makes nothing of an auth_time of %j',
    async (auth_time) => {
      provider.misbehave({ idTokenClaims: { auth_time } })
      const { identity } = await logIn(port())
      expect(identity.subject).toBe('user-1')
      expect(identity).not.toHaveProperty('authTime')
    },
  )

  it('takes a subject that is a bare number as its digits', async () => {
    provider.misbehave({ idTokenClaims: { sub: 4711 } })
    expect((await logIn(port())).identity.subject).toBe('4711')
  })

  it('verifies with a key published after the key set was cached, at once', async () => {
    await logIn(port())
    provider.misbehave({ signWith: 'rotated', publish: ['rotated'] })
    expect((await logIn(port())).identity.subject).toBe('user-1')
  })

  it('verifies with a rotated key although no key has an id', async () => {
    const fresh = await startMisbehavingProvider({ publish: ['rs256'], withoutKeyIds: true })
    await logIn(upstreamWith(oidcConnection(fresh)))
    fresh.misbehave({ publish: ['rotated'], signWith: 'rotated', withoutKeyIds: true })
    expect((await logIn(upstreamWith(oidcConnection(fresh)))).identity.subject).toBe('user-1')
    await fresh.stop()
  })
})

describe('userinfo, where the ID token says too little', () => {
  const withoutEmail = { idTokenClaims: { email: undefined, email_verified: undefined, name: undefined } }

  it('gives email and name', async () => {
    const userinfo = { sub: 'user-1', email: 'late@example.com', email_verified: 'true', name: 'Late' }
    provider.misbehave({ ...withoutEmail, userinfo })
    const { identity } = await logIn(port())
    expect(identity).toMatchObject({ email: 'late@example.com', emailVerified: true, name: 'Late' })
    expect(identity.claims).toMatchObject({ email: 'late@example.com', iss: provider.issuer })
  })

  it('is asked for a claim that is passed on or that a rule needs, also where email and name are there', async () => {
    provider.misbehave({ userinfo: { sub: 'user-1', groups: ['staff'] } })
    const { identity } = await logIn(port(), { ...attempt(), claims: ['groups'] })
    expect(identity.claims).toMatchObject({ groups: ['staff'] })
  })

  it('is not believed about another subject', async () => {
    provider.misbehave({ ...withoutEmail, userinfo: { sub: 'victim', email: 'victim@example.com' } })
    const { identity } = await logIn(port())
    expect(identity.subject).toBe('user-1')
    expect(JSON.stringify(identity)).not.toContain('victim')
  })

  it('cannot overrule a claim of the ID token [H-43]', async () => {
    const userinfo = { sub: 'user-1', email: 'other@example.com', name: 'Name', groups: ['a'], iss: 'x' }
    provider.misbehave({ idTokenClaims: { name: undefined }, userinfo })
    const { identity } = await logIn(port())
    expect(identity).toMatchObject({ email: 'user@example.com', name: 'Name' })
    expect(identity.claims).toMatchObject({ iss: provider.issuer, groups: ['a'] })
  })

  it.each([{ status: 500 }, { status: 403 }, { body: '<html>' }, { hang: true }])(
    'does not fail the login when it answers %j',
    async (userinfo) => {
      const how = { ...withoutEmail, answers: { userinfo } }
      provider.misbehave(how)
      const { identity } = await logIn(port(how))
      expect(identity.subject).toBe('user-1')
      expect(identity).not.toHaveProperty('email')
    },
  )
})

describe('an ID token that is not for this login', () => {
  const now = Math.floor(Date.now() / 1000)
  it.each<[string, Misbehaviour, Parameters<typeof expectFailure>[1]]>([
    ['another nonce', { idTokenClaims: { nonce: 'other' } }, 'upstream_nonce_mismatch'],
    ['no nonce', { idTokenClaims: { nonce: undefined } }, 'upstream_nonce_missing'],
    ['another audience', { idTokenClaims: { aud: 'other' } }, 'upstream_audience_mismatch'],
    ['no audience', { idTokenClaims: { aud: undefined } }, 'upstream_audience_mismatch'],
    [
      'a second, unknown audience',
      { idTokenClaims: { aud: ['vestibule-client', 'other'] } },
      'upstream_extra_audience',
    ],
    [
      'another authorized party',
      { idTokenClaims: { aud: ['vestibule-client', 'other'], azp: 'other' } },
      'upstream_extra_audience',
    ],
    ['another issuer', { idTokenClaims: { iss: 'https://evil.example' } }, 'upstream_issuer_mismatch'],
    ['no issuer', { idTokenClaims: { iss: undefined } }, 'upstream_issuer_mismatch'],
    ['an expiry beyond the tolerance', { idTokenClaims: { exp: now - 120 } }, 'upstream_token_expired'],
    ['a start in the future', { idTokenClaims: { nbf: now + 600 } }, 'upstream_token_expired'],
    ['no expiry', { idTokenClaims: { exp: undefined } }, 'upstream_response_invalid'],
    ['the signature of another key', { signWith: 'stranger' }, 'upstream_signature_invalid'],
    ['a key that is not published', { signWith: 'rotated' }, 'upstream_signature_invalid'],
    ['alg none', { signWith: 'none' }, 'upstream_signature_invalid'],
    ['HS256 with the client secret', { signWith: 'hs256-client-secret' }, 'upstream_signature_invalid'],
    ['HS256 with the public key', { signWith: 'hs256-public-key' }, 'upstream_signature_invalid'],
    ['encryption', { signWith: 'encrypted' }, 'upstream_response_invalid'],
    ['no form of a JWT', { idToken: 'rubbish' }, 'upstream_response_invalid'],
    ['no existence', { idToken: null }, 'upstream_scope_rejected'],
    ['no subject', { idTokenClaims: { sub: undefined } }, 'upstream_identity_missing'],
    ['a subject with a NUL', { idTokenClaims: { sub: 'user\0' } }, 'upstream_identity_missing'],
    ['an empty subject', { idTokenClaims: { sub: '' } }, 'upstream_identity_missing'],
    ['a subject that is an inexact number', { idTokenClaims: { sub: 2 ** 60 } }, 'upstream_identity_missing'],
  ])('is refused for %s [RFC-44]', async (_case, how, reason) => {
    provider.misbehave(how)
    const secrets = attempt()
    await expectFailure(logIn(port(), secrets), reason, [...provider.secrets, ...Object.values(secrets)])
  })

  it.each<[string, Misbehaviour['answers'], Parameters<typeof expectFailure>[1]]>([
    ['down', { jwks: { status: 503 } }, 'upstream_unreachable'],
    ['silent', { jwks: { hang: true } }, 'upstream_unreachable'],
    ['HTML', { jwks: { body: '<html>' } }, 'upstream_signature_invalid'],
    ['no key set', { jwks: { body: { keys: 'x' } } }, 'upstream_signature_invalid'],
    [
      'full of broken keys',
      { jwks: { body: { keys: [{ kty: 'RSA', kid: 'rs256', n: '!', e: '' }] } } },
      'upstream_signature_invalid',
    ],
  ])('is refused when the key set is %s', async (_case, answers, reason) => {
    const how = { answers: answers ?? {} }
    const fresh = await startMisbehavingProvider(how)
    await expectFailure(logIn(upstreamWith(oidcConnection(fresh), patience(how))), reason, fresh.secrets)
    await fresh.stop()
  })
})

it('says so when the connection is gone', async () => {
  const gone = upstreamWith(oidcConnection(provider, { id: 'other' }))
  await expectFailure(gone.begin('conn-1', { ...LOGIN, ...attempt() }), 'upstream_error')
})
