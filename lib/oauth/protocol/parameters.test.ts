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
  it('treats a parameter without a value as omitted', () => {
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

  it('lets resource repeat (RFC 8707 §2)', () => {
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
