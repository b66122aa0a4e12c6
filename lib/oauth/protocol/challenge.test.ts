import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { basicChallenge, bearerChallenge } from './challenge'

const resourceMetadata = 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp'

describe('the Bearer challenge (RFC 6750 §3)', () => {
  it('has no error code when there were no credentials [RS-3]', () => {
    expect(bearerChallenge({ resourceMetadata })).toBe(`Bearer resource_metadata="${resourceMetadata}"`)
    expect(bearerChallenge({})).toBe('Bearer')
  })

  it('says what went wrong and what was needed [RS-7 H-56]', () => {
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

  it('cannot be broken out of, whatever it quotes [RS-3]', () => {
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

describe('challenges as their reader takes them apart (RFC 9110 §11.6.1)', () => {
  /** `scheme name="value", …`, and nothing else in between. */
  const parse = (header: string) => {
    const attributes = new Map<string, string>()
    const rest = header.replace(/(\w+)="((?:[^"\\]|\\["\\])*)"/g, (_, name: string, value: string) => {
      attributes.set(name, value.replace(/\\(.)/g, '$1'))
      return ''
    })
    return { attributes, rest: rest.replace(/[, ]+$/, '') }
  }
  const printable = fc.stringMatching(/^[\x20-\x7e]+$/)
  const token = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
  const fields = fc.record(
    {
      resourceMetadata: printable,
      scope: fc.array(token),
      error: fc.constantFrom('invalid_request', 'invalid_token', 'insufficient_scope'),
      errorDescription: printable,
    },
    { requiredKeys: [] },
  )

  it('say what was meant, whatever the texts are', () => {
    fc.assert(
      fc.property(fields, (given) => {
        const { attributes, rest } = parse(bearerChallenge(given))
        expect(rest).toBe('Bearer')
        expect(Object.fromEntries(attributes)).toEqual(
          JSON.parse(
            JSON.stringify({
              error: given.error,
              error_description: given.errorDescription,
              scope: given.scope?.join(' ') || undefined,
              resource_metadata: given.resourceMetadata,
            }),
          ),
        )
      }),
    )
  })

  it('fit into one header line, whatever the realm is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (realm) => {
        const header = basicChallenge(realm)
        expect(new Headers({ 'www-authenticate': header }).get('www-authenticate')).toBe(header)
        expect(parse(header).rest).toBe('Basic')
        expect(parse(header).attributes.get('realm')).toBe(realm.replace(/[^\x20-\x7e]/g, '?'))
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
