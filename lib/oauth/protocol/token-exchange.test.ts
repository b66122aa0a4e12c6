import { describe, expect, it } from 'vitest'
import { parseParameters } from './parameters'
import { readTokenExchange } from './token-exchange'

const TYPES = 'urn:ietf:params:oauth:token-type:'
const good = { subject_token: 'a.b.c', subject_token_type: `${TYPES}access_token` }
const read = (form: Record<string, string>) => readTokenExchange(parseParameters(new URLSearchParams(form)))

describe('a token exchange request (RFC 8693 §2.1)', () => {
  it('names a token, and may name a scope', () => {
    expect(read(good)).toEqual({ subjectToken: 'a.b.c', scope: [] })
    const whole = { ...good, requested_token_type: `${TYPES}access_token`, scope: 'mail.read files.read' }
    expect(read(whole)).toEqual({ subjectToken: 'a.b.c', scope: ['mail.read', 'files.read'] })
    expect(read({ ...good, subject_token_type: `${TYPES}jwt` })).toMatchObject({ subjectToken: 'a.b.c' })
  })

  it.each<[string, Record<string, string>, string]>([
    ['no subject token', { subject_token: '' }, 'invalid_request'],
    ['no type', { subject_token_type: '' }, 'invalid_request'],
    ['an ID token', { subject_token_type: `${TYPES}id_token` }, 'invalid_request'],
    ['a refresh token', { subject_token_type: `${TYPES}refresh_token` }, 'invalid_request'],
    [
      'an opaque token as a JWT',
      { subject_token: 'vst_at_x', subject_token_type: `${TYPES}jwt` },
      'invalid_request',
    ],
    ['a request for a refresh token', { requested_token_type: `${TYPES}refresh_token` }, 'invalid_request'],
    ['an actor', { actor_token: 'x', actor_token_type: `${TYPES}jwt` }, 'invalid_request'],
    ['a client secret', { client_secret: 'x' }, 'invalid_request'],
    ['an audience', { audience: 'https://api.example' }, 'invalid_target'],
    ['a resource', { resource: 'https://api.example' }, 'invalid_target'],
  ])('with %s is refused', (_, changes, code) => {
    expect(() => read({ ...good, ...changes })).toThrow(expect.objectContaining({ code }))
  })
})
