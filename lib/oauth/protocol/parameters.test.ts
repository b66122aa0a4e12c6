import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { OAuthError } from './errors'
import { parseParameters, requireNoDuplicates } from './parameters'

const parse = (query: string, repeatable?: readonly string[]) =>
  parseParameters(new URLSearchParams(query), repeatable)

const refusal = (query: string) => {
  try {
    requireNoDuplicates(parse(query))
  } catch (error) {
    return error
  }
  return undefined
}

describe('request parameters (RFC 6749 §3.1)', () => {
  it('treats a parameter without a value as omitted [RFC-5]', () => {
    const parameters = parse('state=&scope')
    expect(parameters.get('state')).toBeUndefined()
    expect(parameters.get('scope')).toBeUndefined()
    expect(parameters.get('nothing')).toBeUndefined()
    expect(parameters.getAll('state')).toEqual([])
  })

  it('returns the first value', () => {
    expect(parse('a=1&a=2').get('a')).toBe('1')
  })

  it('knows a duplicate even when one of the two is empty', () => {
    expect(parse('a=1&a=').duplicated).toEqual(['a'])
    expect(parse('a=&a=').duplicated).toEqual(['a'])
  })

  it('lets resource repeat (RFC 8707 §2) [RFC-5]', () => {
    const parameters = parse('resource=x&resource=&resource=y', ['resource'])
    expect(parameters.duplicated).toEqual([])
    expect(parameters.getAll('resource')).toEqual(['x', 'y'])
  })

  it('is not fooled by the names of object members', () => {
    const parameters = parse('__proto__=a&constructor=b')
    expect(parameters.get('__proto__')).toBe('a')
    expect(parameters.get('constructor')).toBe('b')
    expect(parameters.get('toString')).toBeUndefined()
    expect(parameters.duplicated).toEqual([])
  })

  it('agrees with what was sent, whatever it was', () => {
    const pairs = fc.array(fc.tuple(fc.constantFrom('a', 'b', '__proto__'), fc.constantFrom('', '1', '2')))
    fc.assert(
      fc.property(pairs, (sent) => {
        const parameters = parseParameters(new URLSearchParams(sent))
        for (const name of ['a', 'b', '__proto__']) {
          const values = sent.filter(([key]) => key === name).map(([, value]) => value)
          expect(parameters.getAll(name)).toEqual(values.filter(Boolean))
          expect(parameters.duplicated.includes(name)).toBe(values.length > 1)
        }
      }),
    )
  })
})

describe('parameters in any encoding', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', '\0', '%00', '%ff', '+', '&=', '\ud800'),
  )
  const pairs = fc.array(fc.tuple(fc.oneof(fc.constantFrom('scope', 'resource', 'toString'), text), text))

  it('mean what the URL standard reads in them, empty values apart', () => {
    fc.assert(
      fc.property(pairs, (sent) => {
        // Over the network: invalid Unicode is replaced on the way.
        const wire = new URLSearchParams(new URLSearchParams(sent).toString())
        const parameters = parseParameters(wire, ['resource'])
        for (const name of new Set(wire.keys())) {
          expect(parameters.getAll(name)).toEqual(wire.getAll(name).filter((value) => value !== ''))
          expect(parameters.get(name)).toBe(wire.getAll(name).find((value) => value !== ''))
        }
        const repeated = [...new Set(wire.keys())].filter((name) => wire.getAll(name).length > 1)
        expect(new Set(parameters.duplicated)).toEqual(
          new Set(repeated.filter((name) => name !== 'resource')),
        )
      }),
    )
  })

  it('do not depend on the order of parameters with other names', () => {
    fc.assert(
      fc.property(pairs, (sent) => {
        const names = [...new Set(sent.map(([name]) => name))].reverse()
        const sorted = names.flatMap((name) => sent.filter(([other]) => other === name))
        const [one, other] = [sent, sorted].map((all) => parseParameters(new URLSearchParams(all)))
        for (const name of names) expect(one?.getAll(name)).toEqual(other?.getAll(name))
        expect(new Set(one?.duplicated)).toEqual(new Set(other?.duplicated))
      }),
    )
  })

  it('are refused for a duplicate in words that any header and log can carry', () => {
    fc.assert(
      fc.property(text, (name) => {
        const twice = new URLSearchParams([
          [name, 'a'],
          [name, 'b'],
        ])
        const error = refusal(twice.toString())
        expect(error).toBeInstanceOf(OAuthError)
        expect((error as OAuthError).message).toMatch(/^[\x20-\x7e]{1,100}$/)
      }),
    )
  })
})

describe('a parameter given twice (RFC 6749 §3.1)', () => {
  it('is invalid_request and says which', () => {
    expect(refusal('code=1&code=2')).toMatchObject({
      code: 'invalid_request',
      description: 'code is given more than once',
    })
    expect(refusal('code=1&state=2')).toBeUndefined()
  })

  it('does not echo a name that is long or not printable', () => {
    expect(refusal(`${'n'.repeat(900)}=1&${'n'.repeat(900)}=2`)).toMatchObject({
      description: `${'n'.repeat(40)} is given more than once`,
    })
    expect(refusal('a%0D%0Ab=1&a%0D%0Ab=2')).toMatchObject({
      description: 'a parameter is given more than once',
    })
    expect(refusal('=1&=2')).toBeInstanceOf(OAuthError)
  })
})
