import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveCodeChallenge, isCodeChallenge, isCodeVerifier } from './pkce'

describe('code_verifier (RFC 7636 §4.1)', () => {
  it('has 43 to 128 characters [RFC-19]', () => {
    expect([42, 43, 128, 129].map((length) => isCodeVerifier('a'.repeat(length)))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('has unreserved characters only [RFC-19]', () => {
    expect(isCodeVerifier(`${'a'.repeat(43)}-._~09AZ`)).toBe(true)
    for (const bad of ['+', '/', '=', ' ', '%', '\n', 'é', '\0'])
      expect(isCodeVerifier('a'.repeat(43) + bad)).toBe(false)
  })
})

describe('code_challenge (RFC 7636 §4.2)', () => {
  it('has exactly 43 base64url characters [RFC-7]', () => {
    expect(isCodeChallenge('a_-Z'.padEnd(43, '0'))).toBe(true)
    expect(isCodeChallenge('a'.repeat(42))).toBe(false)
    expect(isCodeChallenge('a'.repeat(44))).toBe(false)
  })

  it('is not padded and not plain base64', () => {
    for (const bad of ['=', '+', '/', '.', '~', '\n'])
      expect(isCodeChallenge('a'.repeat(42) + bad)).toBe(false)
    expect(isCodeChallenge(`${'a'.repeat(43)}\n`)).toBe(false)
  })
})

describe('S256 (RFC 7636 §4.6)', () => {
  it('gives the challenge of Appendix B', () => {
    expect(deriveCodeChallenge('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBe(
      'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    )
  })

  it('gives a well-formed challenge that differs from the verifier, for every verifier', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9._~-]{43,128}$/), (verifier) => {
        expect(isCodeVerifier(verifier)).toBe(true)
        expect(isCodeChallenge(deriveCodeChallenge(verifier))).toBe(true)
        expect(deriveCodeChallenge(verifier)).not.toBe(verifier)
      }),
    )
  })
})
