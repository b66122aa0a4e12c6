import { describe, expect, it } from 'vitest'
import { upstreamFailure } from '@/lib/oauth/flow/failure'
import { authorizationFailure, tokenFailure } from './failure'
import { isAboutPkce, providerCodes } from './provider-codes'

const told = (error: string, prompt: Parameters<typeof upstreamFailure>[1]['prompt']) =>
  upstreamFailure(authorizationFailure(error), { prompt })

describe('a provider that would have to ask the user (OpenID Connect Core §3.1.2.6)', () => {
  it.each(['login_required', 'interaction_required', 'consent_required', 'account_selection_required'])(
    '%s is reported to a client that sent prompt=none, and to no other',
    (error) => {
      expect(told(error, ['none'])).toMatchObject({ code: error, reason: 'upstream_interaction_required' })
      for (const prompt of [[], ['login']] as const)
        expect(told(error, prompt)).toMatchObject({
          code: 'access_denied',
          reason: 'upstream_interaction_required',
        })
    },
  )

  it.each([
    ['access_denied', 'access_denied'],
    ['temporarily_unavailable', 'temporarily_unavailable'],
    ['invalid_request', 'server_error'],
    ['Login_Required', 'server_error'],
    ['constructor', 'server_error'],
  ])('%s becomes %s', (error, code) => {
    expect(told(error, ['none']).code).toBe(code)
  })
})

describe('a refusal of PKCE', () => {
  it.each([
    'code_challenge_method is not supported',
    'Unknown parameter: code_challenge',
    'PKCE is required for this client',
    'Missing code verifier',
  ])('is known by what invalid_request is about, of which no word is kept: %s', (error_description) => {
    const told = { error: 'invalid_request', error_description }
    const said = { codes: providerCodes(told), isAboutPkce: isAboutPkce(told) }
    for (const failure of [
      authorizationFailure('invalid_request', said),
      tokenFailure({ status: 400, error: 'invalid_request', isEmpty: false, ...said }),
    ]) {
      expect(failure.reason).toBe('upstream_pkce_rejected')
      expect(failure.detail).not.toContain(error_description)
      expect(upstreamFailure(failure, { prompt: [] }).code).toBe('server_error')
    }
  })

  it('is not what a wrong verifier gets: that may be an attack', () => {
    const said = { codes: [], isAboutPkce: true, isEmpty: false }
    expect(tokenFailure({ status: 400, error: 'invalid_grant', ...said }).reason).toBe('upstream_error')
    expect(authorizationFailure('access_denied', said).reason).toBe('upstream_denied')
  })
})

describe('the provider’s own codes', () => {
  const ENTRA = 'AADSTS50105: Your administrator has not assigned una.user@example.com. Trace ID: 0a1b2c3d'
  const refusal = (body: Record<string, unknown>) => ({
    status: 400,
    error: String(body.error),
    codes: providerCodes(body),
    isAboutPkce: isAboutPkce(body),
    isEmpty: false,
  })

  it('are kept, and nothing else that it wrote', () => {
    const body = { error: 'invalid_grant', suberror: 'consent_required', error_description: ENTRA }
    const { codes, detail } = tokenFailure(refusal(body))
    expect(codes).toEqual(['invalid_grant', 'consent_required', 'AADSTS50105'])
    expect(detail).toContain('AADSTS50105')
    for (const text of ['una.user', 'administrator has', '0a1b2c3d']) expect(detail).not.toContain(text)
  })

  it.each([
    'vst_code_abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2ln',
    'una.user@example.com',
    'raw upstream text',
    '<script>',
    '203.0.113.7',
    '555-0100',
    'x'.repeat(51),
    '',
    'code\u202e',
  ])('are not what looks like a token, a name or a sentence: %s', (error) => {
    expect(providerCodes({ error, suberror: error, error_description: error })).toEqual([])
  })

  it.each(['interaction_required', 'login_required', 'consent_required'])(
    '%s at the token endpoint means what it means at the authorization endpoint',
    (error) => {
      const failure = tokenFailure(refusal({ error }))
      expect(failure).toMatchObject({ reason: 'upstream_interaction_required', interaction: error })
      expect(upstreamFailure(failure, { prompt: ['none'] })).toMatchObject({ code: error, codes: [error] })
      expect(upstreamFailure(failure, { prompt: [] }).code).toBe('access_denied')
    },
  )
})
