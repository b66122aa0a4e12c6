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

describe('the token endpoint', () => {
  const error = (code: string) => ({ error: code, error_description: 'raw upstream text' })
  it.each<[string, NonNullable<Misbehaviour['answers']>['token'], Parameters<typeof expectFailure>[1]]>([
    ['401 invalid_client', { status: 401, body: error('invalid_client') }, 'upstream_client_rejected'],
    ['400 invalid_client', { status: 400, body: error('invalid_client') }, 'upstream_client_rejected'],
    ['403 with a code of its own', { status: 403, body: error('E_NOPE') }, 'upstream_client_rejected'],
    [
      '401, Bearer challenge, no body',
      { status: 401, headers: { 'www-authenticate': 'Bearer realm="x"' } },
      'upstream_client_rejected',
    ],
    [
      '400 with a Bearer challenge',
      { status: 400, headers: { 'www-authenticate': 'Bearer' }, body: error('invalid_grant') },
      'upstream_error',
    ],
    [
      '400 redirect_uri_mismatch',
      { status: 400, body: error('redirect_uri_mismatch') },
      'upstream_callback_rejected',
    ],
    ['400 invalid_scope', { status: 400, body: error('invalid_scope') }, 'upstream_scope_rejected'],
    ['400 invalid_grant', { status: 400, body: error('invalid_grant') }, 'upstream_error'],
    ['400 with an empty body', { status: 400 }, 'upstream_error'],
    [
      '400 named like a member of every object',
      { status: 400, body: error('constructor') },
      'upstream_error',
    ],
    ['200 with an error', { body: error('bad_verification_code') }, 'upstream_error'],
    [
      '200 with wrong credentials',
      { body: error('incorrect_client_credentials') },
      'upstream_client_rejected',
    ],
    ['429', { status: 429 }, 'upstream_unreachable'],
    ['500', { status: 500, body: '<h1>raw upstream text</h1>' }, 'upstream_unreachable'],
    ['500 with invalid_grant', { status: 500, body: error('invalid_grant') }, 'upstream_unreachable'],
    [
      '400 temporarily_unavailable',
      { status: 400, body: error('temporarily_unavailable') },
      'upstream_unreachable',
    ],
    ['nothing at all', { hang: true }, 'upstream_unreachable'],
    ['200 with HTML', { body: '<h1>raw upstream text</h1>' }, 'upstream_response_invalid'],
    [
      '200 with an access token that breaks out of its header',
      { body: { access_token: 'access-x\r\nx: y', token_type: 'bearer' } },
      'upstream_response_invalid',
    ],
    ['200 without an access token', { body: { token_type: 'bearer' } }, 'upstream_response_invalid'],
    [
      '200 with a token type unknown to us',
      { body: { access_token: 'access-x', token_type: 'mac' } },
      'upstream_response_invalid',
    ],
    [
      'a redirect',
      { status: 302, headers: { location: 'https://evil.example' } },
      'upstream_response_invalid',
    ],
  ])('that answers %s fails the login with the right reason', async (_case, token, reason) => {
    const how = { answers: { token: token ?? {} } }
    provider.misbehave(how)
    const secrets = attempt()
    await expectFailure(logIn(port(how), secrets), reason, [...provider.secrets, ...Object.values(secrets)])
  })

  it('is not read beyond a mebibyte', async () => {
    provider.misbehave({ tokenAnswer: { padding: 'x'.repeat(1024 * 1024) } })
    const detail = await expectFailure(logIn(port()), 'upstream_response_invalid', provider.secrets)
    expect(detail).toContain('1 MiB')
  })

  it('refuses our code when the verifier is another', async () => {
    const secrets = attempt()
    const url = await port().begin('conn-1', { ...LOGIN, ...secrets })
    const response = await fetch(url, { redirect: 'manual' })
    const callback = new URL(response.headers.get('location') ?? '').searchParams
    const other = { ...secrets, codeVerifier: attempt().codeVerifier }
    await expectFailure(port().complete('conn-1', callback, other), 'upstream_error', provider.secrets)
  })
})

describe('authorization response (RFC 6749 §4.1.2, RFC 9207)', () => {
  const tampered = (tamper: (callback: URLSearchParams) => void) => logIn(port(), attempt(), tamper)
  const failing = (code: string) =>
    tampered((callback) => {
      callback.delete('code')
      callback.set('error', code)
      callback.set('error_description', 'raw upstream text')
    })

  it.each([
    ['access_denied', 'upstream_denied'],
    ['temporarily_unavailable', 'upstream_unreachable'],
    ['server_error', 'upstream_unreachable'],
    ['invalid_scope', 'upstream_scope_rejected'],
    ['redirect_uri_mismatch', 'upstream_callback_rejected'],
    ['invalid_request', 'upstream_error'],
    ['raw upstream text', 'upstream_error'],
    ['constructor', 'upstream_error'],
  ] as const)('maps the error %s to %s', async (code, reason) => {
    await expectFailure(failing(code), reason)
  })

  it('accepts an iss that was not promised, when it is right', async () => {
    const { identity } = await tampered((callback) => callback.set('iss', provider.issuer))
    expect(identity.subject).toBe('user-1')
  })

  it('refuses another iss before it looks at anything else, and keeps our verifier to itself', async () => {
    await expectFailure(
      tampered((callback) => {
        callback.set('iss', 'https://evil.example')
        callback.set('error', 'access_denied')
      }),
      'upstream_issuer_mismatch',
    )
    expect(provider.requests.map((request) => request.path)).not.toContain('/token')
  })

  it('refuses a response without the iss that the provider promises [RFC-44]', async () => {
    const fresh = await startMisbehavingProvider({
      metadata: { authorization_response_iss_parameter_supported: true },
    })
    await expectFailure(logIn(upstreamWith(oidcConnection(fresh))), 'upstream_issuer_mismatch')
    await fresh.stop()
  })

  it.each<[string, (callback: URLSearchParams) => void]>([
    ['another state', (callback) => callback.set('state', 'other')],
    ['no state', (callback) => callback.delete('state')],
    ['two codes', (callback) => callback.append('code', 'second')],
    ['neither code nor error', (callback) => callback.delete('code')],
  ])('refuses one with %s without asking the token endpoint', async (_case, tamper) => {
    await expectFailure(tampered(tamper), 'upstream_response_invalid')
    expect(provider.requests.map((request) => request.path)).not.toContain('/token')
  })

  it('ignores parameters that belong to other flows', async () => {
    const { identity } = await tampered((callback) => {
      callback.set('id_token', 'x')
      callback.set('response', 'y')
    })
    expect(identity.subject).toBe('user-1')
  })
})
