import { describe, expect, it } from 'vitest'
import { upstreamFailure } from '@/lib/oauth/flow/failure'
import { authorizationFailure } from './failure'

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
