import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { UpstreamRefresh } from '@/lib/oauth/ports/upstream'
import type { OAuthConnectionConfig } from './connection-config'
import { logIn, oauth2Connection, oidcConnection, upstreamWith } from './test-support/log-in'
import {
  type Answer,
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

const userOf: Record<OAuthConnectionConfig['type'], string> = { oidc: 'user-1', oauth2: '42' }

/** Logs in honestly, refreshes at a provider that misbehaves so, and looks for secrets in what comes back. */
async function refreshAt(
  how: Misbehaviour,
  connection: OAuthConnectionConfig = oidcConnection(provider),
  held: { readonly subject?: string; readonly scope?: string; readonly granted?: string } = {},
): Promise<UpstreamRefresh> {
  const hangs = JSON.stringify(how).includes('"hang":true')
  provider.misbehave({ userinfo: { sub: 'user-1', id: 42 } })
  const { tokens } = await logIn(upstreamWith(connection))
  provider.misbehave(how)
  const port = upstreamWith(connection, hangs ? { requestTimeout: 300 } : {})
  const refreshToken = tokens.refreshToken ?? ''
  const answer = await port.refresh('conn-1', {
    refreshToken,
    subject: userOf[connection.type],
    identitySource: provider.issuer,
    ...held,
  })
  if (answer.outcome !== 'refreshed') {
    const told = inspect(answer, { depth: 10, showHidden: true })
    for (const secret of ['raw upstream text', refreshToken, ...provider.secrets])
      expect(told).not.toContain(secret)
    expect(answer.detail).toMatch(/^[A-Z].{10,250}\.$/)
  }
  return answer
}

describe('an upstream refresh', () => {
  it.each([
    ['an OpenID provider', () => oidcConnection(provider)],
    ['a plain OAuth 2.0 server', () => oauth2Connection(provider)],
  ])('brings new tokens of %s, and keeps quiet about those that stay', async (_, connection) => {
    const before = Date.now()
    const answer = await refreshAt({}, connection())
    if (answer.outcome !== 'refreshed') throw new Error(answer.detail)
    expect(answer.tokens).toEqual({
      accessToken: expect.stringMatching(/^access-/),
      expiresAt: expect.any(Date),
    })
    expect(answer.tokens.expiresAt?.getTime()).toBeGreaterThanOrEqual(before + 300_000)
    const { body } = provider.requests.at(-1)!
    expect([...body.keys()].sort()).toEqual(['grant_type', 'refresh_token'])
  })

  it('brings the rotated refresh token, the scope and the ID token', async () => {
    const answer = await refreshAt({
      refreshing: { rotate: true, idTokenClaims: {}, answer: { scope: 'openid email' } },
    })
    expect(answer).toMatchObject({
      outcome: 'refreshed',
      tokens: {
        refreshToken: expect.stringMatching(/^refresh-/),
        idToken: expect.stringMatching(/^ey/),
        scope: 'openid email',
      },
    })
  })

  it('asks for a narrower scope when told to', async () => {
    const answer = await refreshAt({ refreshing: { narrows: true } }, undefined, { scope: 'email' })
    expect(answer).toMatchObject({ outcome: 'refreshed', tokens: { scope: 'email' } })
    expect(provider.requests.at(-1)?.body.get('scope')).toBe('email')
  })
})

const TEXT = { 'content-type': 'text/plain' }
const error = (code: string) => ({ error: code, error_description: 'raw upstream text' })

describe('a session that is over', () => {
  it.each<[string, Answer]>([
    ['400 invalid_grant', { status: 400, body: error('invalid_grant') }],
    ['401 invalid_grant', { status: 401, body: error('invalid_grant') }],
    ['403 invalid_grant', { status: 403, body: error('invalid_grant') }],
    ['400 with an empty body and no content type', { status: 400, headers: { 'content-type': '' } }],
    [
      '400 invalid_grant as a form',
      {
        status: 400,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'error=invalid_grant&error_description=raw+upstream+text',
      },
    ],
    ['200 with an error', { body: error('bad_refresh_token') }],
    ['Slack’s 200', { body: { ok: false, error: 'token_revoked' } }],
    ...['interaction_required', 'login_required', 'consent_required'].map(
      (code) => [`400 ${code}`, { status: 400, body: error(code) }] as [string, Answer],
    ),
  ])('is recognized by %s', async (_, answer) => {
    expect(await refreshAt({ answers: { refresh: answer } })).toMatchObject({ outcome: 'refused' })
  })

  it('names the provider’s own codes, and none of its words', async () => {
    const body = {
      error: 'invalid_grant',
      suberror: 'bad_token',
      error_description: 'AADSTS70043: raw upstream text',
    }
    const answer = await refreshAt({ answers: { refresh: { status: 400, body } } })
    expect(answer).toMatchObject({
      detail: expect.stringContaining('invalid_grant, bad_token, AADSTS70043.'),
    })
  })

  it('is recognized by an ID token about another user [H-38]', async () => {
    const how = { refreshing: { idTokenClaims: { sub: 'user-2' } } }
    expect(await refreshAt(how)).toMatchObject({ outcome: 'refused' })
  })
})

describe('nothing is known of the session', () => {
  it.each<[string, Misbehaviour, string]>([
    ['500', { answers: { refresh: { status: 500 } } }, 'upstream_unreachable'],
    ['503 with a page', { answers: { refresh: { status: 503, body: '<p>' } } }, 'upstream_unreachable'],
    [
      '500 with invalid_grant',
      { answers: { refresh: { status: 500, body: error('invalid_grant') } } },
      'upstream_unreachable',
    ],
    ['429', { answers: { refresh: { status: 429, body: error('slow_down') } } }, 'upstream_unreachable'],
    ['408', { answers: { refresh: { status: 408 } } }, 'upstream_unreachable'],
    [
      '400 temporarily_unavailable',
      { answers: { refresh: { status: 400, body: error('temporarily_unavailable') } } },
      'upstream_unreachable',
    ],
    ['silence', { answers: { refresh: { hang: true } } }, 'upstream_unreachable'],
    ...(
      [
        ['the 404 of an ingress', { status: 404, body: '<h1>raw upstream text</h1>' }],
        ['the 404 of a default backend', { status: 404, headers: TEXT, body: 'default backend - 404' }],
        ['the 400 of a proxy', { status: 400, body: '<h1>raw upstream text</h1>' }],
        ['the 403 of a firewall', { status: 403, body: '<h1>raw upstream text</h1>' }],
        ['a 403 without a body', { status: 403 }],
        ['a 401 without a body', { status: 401, headers: { 'www-authenticate': 'Bearer' } }],
        ['401 with a code of its own', { status: 401, body: error('E_SESSION') }],
        ['405', { status: 405 }],
        ['421', { status: 421 }],
        ['425', { status: 425 }],
        ['400 unsupported_grant_type', { status: 400, body: error('unsupported_grant_type') }],
        ['400 invalid_request', { status: 400, body: error('invalid_request') }],
        ['400 named like a member of every object', { status: 400, body: error('constructor') }],
        ['400 with JSON that says nothing', { status: 400, body: {} }],
        ['400 with an error that is no text', { status: 400, body: { error: ['invalid_grant'] } }],
        ['invalid_grant on a page', { status: 400, body: 'error=invalid_grant' }],
      ] satisfies [string, Answer][]
    ).map(
      ([name, refresh]) =>
        [name, { answers: { refresh } }, 'upstream_error'] as [string, Misbehaviour, string],
    ),
    [
      '400 invalid_scope',
      { answers: { refresh: { status: 400, body: error('invalid_scope') } } },
      'upstream_scope_rejected',
    ],
    [
      '429 invalid_grant',
      { answers: { refresh: { status: 429, body: error('invalid_grant') } } },
      'upstream_unreachable',
    ],
    [
      '401 invalid_client',
      { answers: { refresh: { status: 401, body: error('invalid_client') } } },
      'upstream_client_rejected',
    ],
    [
      '400 invalid_client',
      { answers: { refresh: { status: 400, body: error('invalid_client') } } },
      'upstream_client_rejected',
    ],
    [
      '401 unauthorized_client',
      { answers: { refresh: { status: 401, body: error('unauthorized_client') } } },
      'upstream_client_rejected',
    ],
    [
      '200 with wrong credentials',
      { answers: { refresh: { body: error('incorrect_client_credentials') } } },
      'upstream_client_rejected',
    ],
    ['200 with a page', { answers: { refresh: { body: '<p>' } } }, 'upstream_response_invalid'],
    ['200 without a token', { answers: { refresh: { body: {} } } }, 'upstream_response_invalid'],
    [
      'a redirect',
      { answers: { refresh: { status: 307, headers: { location: 'http://127.0.0.1:1/' } } } },
      'upstream_response_invalid',
    ],
    [
      'an ID token of another issuer',
      { refreshing: { idTokenClaims: { iss: 'https://evil.example' } } },
      'upstream_issuer_mismatch',
    ],
    [
      'an ID token for another client',
      { refreshing: { idTokenClaims: { aud: ['another'] } } },
      'upstream_audience_mismatch',
    ],
    [
      'an ID token that is none',
      { refreshing: { answer: { id_token: 'raw upstream text' } } },
      'upstream_response_invalid',
    ],
  ])('after %s', async (_, how, reason) => {
    expect(await refreshAt(how)).toMatchObject({ outcome: 'unavailable', reason })
  })

  it.each([
    ['invalid_scope', 'email profile', 'email profile'],
    ['invalid_request', undefined, 'openid email'],
  ])('a provider that wants the scope repeated, with %s, gets it', async (code, granted, repeated) => {
    const how = { refreshing: { wantsScope: code } }
    const held = granted === undefined ? {} : { granted }
    expect(await refreshAt(how, undefined, held)).toMatchObject({ outcome: 'refreshed' })
    const asked = provider.requests.filter(({ body }) => body.get('grant_type') === 'refresh_token')
    expect(asked.map(({ body }) => body.get('scope'))).toEqual([null, repeated])
  })

  it('where the provider is gone, or its metadata is', async () => {
    const { refreshToken } = (await logIn(upstreamWith(oidcConnection(provider)))).tokens
    const held = { refreshToken: refreshToken ?? '', subject: 'user-1', identitySource: provider.issuer }
    const gone = oidcConnection(provider, { issuer: 'http://127.0.0.1:1' })
    const lost = oidcConnection(provider, { issuer: `${provider.origin}/nowhere` })
    for (const connection of [gone, lost])
      expect(await upstreamWith(connection).refresh('conn-1', held)).toMatchObject({ outcome: 'unavailable' })
    const known = upstreamWith(oidcConnection(provider))
    expect(await known.refresh('conn-2', held)).toMatchObject({ outcome: 'unavailable' })
  })

  it('without the key set, an honest ID token does not cost the tokens that came along', async () => {
    const answer = await refreshAt({
      answers: { jwks: { status: 503 } },
      refreshing: { rotate: true, idTokenClaims: {} },
    })
    expect(answer.outcome).toBe('refreshed')
  })
})
