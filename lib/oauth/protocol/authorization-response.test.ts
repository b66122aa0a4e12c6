import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  errorResponse,
  resolveRedirectUri,
  responseLocation,
  restoreRedirect,
  successResponse,
} from './authorization-response'
import type { ValidatedRedirect } from './errors'

const issuer = 'https://auth.example.com/s/acme'
const client = { redirectUris: ['https://example.com/cb', 'http://127.0.0.1/cb'] }
const redirect = (redirectUri: string, state?: string) =>
  restoreRedirect({ redirectUri, ...(state !== undefined && { state }) }, issuer)
const successLocation = (to: ValidatedRedirect, code: string) => responseLocation(successResponse(to, code))
const errorLocation = (to: ValidatedRedirect, error: Parameters<typeof errorResponse>[1]) =>
  responseLocation(errorResponse(to, error))
const queryOf = (location: string) => new URLSearchParams(location.slice(location.indexOf('?')))

describe('the redirect URI of an authorization request (RFC 6749 §3.1.2.3)', () => {
  it('becomes a redirect only when it is registered [RFC-3]', () => {
    expect(resolveRedirectUri(client, 'http://127.0.0.1:5555/cb', { issuer, state: 's' })).toEqual({
      redirectUri: 'http://127.0.0.1:5555/cb',
      responseMode: 'query',
      state: 's',
      issuer,
    })
    expect(resolveRedirectUri(client, 'https://evil.example/cb', { issuer })).toBeNull()
    expect(resolveRedirectUri(client, undefined, { issuer })).toBeNull()
  })

  it('is checked again when it comes out of the store [PX-10]', () => {
    expect(() => redirect('javascript:alert(1)')).toThrow('not acceptable')
    expect(() => redirect('http://evil.example/')).toThrow('not acceptable')
  })
})

describe('the authorization response (RFC 6749 §4.1.2)', () => {
  it('carries code, state and issuer [AS-24]', () => {
    expect(successLocation(redirect('https://example.com/cb', 's1'), 'vst_code_x')).toBe(
      'https://example.com/cb?code=vst_code_x&state=s1&iss=https%3A%2F%2Fauth.example.com%2Fs%2Facme',
    )
  })

  it('has no state when the client sent none', () => {
    expect(queryOf(successLocation(redirect('https://example.com/cb'), 'c')).has('state')).toBe(false)
  })

  it.each([
    ['https://example.com/cb?tenant=%41+b', '&'],
    ['https://example.com', '?'],
    ['https://example.com/cb?', ''],
    ['https://example.com/cb?a=1&', ''],
    ['https://example.com/cb&', '?'],
    ['cursor://&', '?'],
    ['https://example.com/x/../%63b', '?'],
    ['com.example.app:/cb', '?'],
    ['cursor://anysphere.cursor-mcp/oauth/callback', '?'],
    ['cursor://app/cb?window=1', '&'],
  ])('keeps %s byte for byte [RFC-4 H-16]', (uri, separator) => {
    const location = successLocation(redirect(uri, 's'), 'c')
    expect(location.startsWith(`${uri}${separator}code=c&state=s&iss=`)).toBe(true)
  })

  it('returns any state as it came, for form and URI decoders alike [AS-24 RFC-8]', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (state) => {
        const location = successLocation(redirect('cursor://app/cb?x=1', state), 'c')
        const query = queryOf(location)
        expect(['code', 'state', 'iss'].map((name) => query.getAll(name))).toEqual([['c'], [state], [issuer]])
        const raw = /[?&]state=([^&]*)/.exec(location)?.[1] ?? ''
        expect(decodeURIComponent(raw)).toBe(state)
        expect(location).toMatch(/^[\x21-\x7e]+$/)
      }),
    )
  })

  it('does not break on half of a surrogate pair', () => {
    expect(successLocation(redirect('https://example.com/cb', '\ud800'), 'c')).toContain('state=%EF%BF%BD')
  })

  it('stays where the client registered, whatever the state', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (state) => {
        const url = new URL(successLocation(redirect('https://example.com', state), 'c'))
        expect(url.origin + url.pathname + url.hash).toBe('https://example.com/')
      }),
    )
  })
})

describe('the error response (RFC 6749 §4.1.2.1, RFC 9207 §2)', () => {
  const denied = { code: 'access_denied', description: 'the user denied the request' }

  it('carries error, description, state and issuer, and no code [RFC-8]', () => {
    const location = errorLocation(redirect('com.example.app:/cb', 'a b'), denied)
    expect(location).toBe(
      'com.example.app:/cb?error=access_denied&error_description=the%20user%20denied%20the%20request' +
        '&state=a%20b&iss=https%3A%2F%2Fauth.example.com%2Fs%2Facme',
    )
  })

  it('omits an empty description', () => {
    const location = errorLocation(redirect('https://example.com/cb'), { ...denied, description: '' })
    expect(queryOf(location).has('error_description')).toBe(false)
  })
})
