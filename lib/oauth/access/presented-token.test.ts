import { describe, expect, it } from 'vitest'
import { BearerError } from '../protocol/bearer-error'
import { presentedToken, type Transmission } from './presented-token'

const present = (sent: Partial<Transmission>) =>
  presentedToken({ authorization: undefined, query: new URLSearchParams(), ...sent })
const form = (text: string) => ({ form: new URLSearchParams(text) })

function refusal(sent: Partial<Transmission>) {
  try {
    return present(sent)
  } catch (error) {
    return error instanceof BearerError ? `${error.status} ${error.challenge}` : error
  }
}

describe('the access token of a request (RFC 6750 §2)', () => {
  it('is in the header, whatever the case of its scheme, or in the form', () => {
    expect(present({ authorization: 'Bearer vst_at_1' })).toBe('vst_at_1')
    expect(present({ authorization: 'bearer  a.b.c', ...form('x=1') })).toBe('a.b.c')
    expect(present(form('access_token=a.b.c'))).toBe('a.b.c')
  })

  it.each<[string, Partial<Transmission>]>([
    ['no transmission', {}],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['a scheme without a token', { authorization: 'Bearer ' }],
    ['an empty field', form('access_token=')],
    ['the URL', { query: new URLSearchParams('access_token=a.b.c') }],
  ])('is not in %s, which gets no reason', (_case, sent) => {
    expect(refusal(sent)).toBe('401 Bearer')
  })

  it.each<[string, Partial<Transmission>]>([
    ['header and form', { authorization: 'Bearer a', ...form('access_token=a') }],
    ['header and URL', { authorization: 'Bearer a', query: new URLSearchParams('access_token=a') }],
    ['two fields of the form', form('access_token=a&access_token=b')],
  ])('is refused in %s', (_case, sent) => {
    expect(refusal(sent)).toMatch(/^400 Bearer error="invalid_request", error_description="/)
  })
})
