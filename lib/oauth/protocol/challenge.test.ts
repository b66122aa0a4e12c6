import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basicChallenge, bearerChallenge } from './challenge'

const resourceMetadata = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'

describe('the Bearer challenge (RFC 6750 §3)', () => {
  it('has no error code when there were no credentials', () => {
    expect(bearerChallenge({ resourceMetadata })).toBe(`Bearer resource_metadata="${resourceMetadata}"`)
    expect(bearerChallenge({})).toBe('Bearer')
  })

  it('says what went wrong and what was needed', () => {
    expect(
      bearerChallenge({
        error: 'insufficient_scope',
        errorDescription: 'more is needed',
        scope: ['files:read', 'notes:write'],
        resourceMetadata,
      }),
    ).toBe(
      'Bearer error="insufficient_scope", error_description="more is needed", ' +
        `scope="files:read notes:write", resource_metadata="${resourceMetadata}"`,
    )
  })

  it('omits an empty scope', () => {
    expect(bearerChallenge({ scope: [], error: 'invalid_token' })).toBe('Bearer error="invalid_token"')
  })

  it('cannot be broken out of, whatever it quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        const header = bearerChallenge({ errorDescription: text })
        expect(header).toMatch(/^Bearer error_description="(?:[^"\\]|\\["\\])*"$/)
        expect(header).toMatch(/^[\x20-\x7e]+$/)
        expect(new Headers({ 'www-authenticate': header }).get('www-authenticate')).toBe(header)
      }),
    )
  })
})

describe('the Basic challenge (RFC 7617 §2)', () => {
  it('names the realm, quoted and escaped', () => {
    expect(basicChallenge('vestibule')).toBe('Basic realm="vestibule"')
    expect(basicChallenge('a"b\\c\r\nd')).toBe('Basic realm="a\\"b\\\\c??d"')
  })
})
