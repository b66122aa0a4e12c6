import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatScope, intersect, isSubset, parseScope } from './scope'

const token = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]+$/)

describe('scope (RFC 6749 §3.3)', () => {
  it('is a list of tokens separated by spaces, each once, in order', () => {
    expect(parseScope('files:read notes:write files:read')).toEqual(['files:read', 'notes:write'])
    expect(parseScope('  b   a ')).toEqual(['b', 'a'])
  })

  it('is empty when omitted', () => {
    expect(parseScope(undefined)).toEqual([])
    expect(parseScope('')).toEqual([])
  })

  it('drops tokens with characters outside the grammar and keeps the rest', () => {
    expect(parseScope('ok qu"ote back\\slash ta\tb lïne nul\0 fine')).toEqual(['ok', 'fine'])
  })

  it('survives a round trip', () => {
    fc.assert(
      fc.property(fc.uniqueArray(token), (scope) => {
        expect(parseScope(formatScope(scope))).toEqual(scope)
      }),
    )
  })

  it('never lets a malformed token through, whatever is sent', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const scope = parseScope(value)
        expect(new Set(scope).size).toBe(scope.length)
        expect(formatScope(scope)).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
        expect(parseScope(formatScope(scope))).toEqual(scope)
      }),
    )
  })
})

describe('scope as a set', () => {
  it('is a subset only when every token is known', () => {
    expect(isSubset(['a'], ['a', 'b'])).toBe(true)
    expect(isSubset([], [])).toBe(true)
    expect(isSubset(['a', 'c'], ['a', 'b'])).toBe(false)
    expect(isSubset(['A'], ['a'])).toBe(false)
  })

  it('shares what both have, in the order of the first, and never more', () => {
    expect(intersect(['c', 'a', 'x'], ['a', 'b', 'c'])).toEqual(['c', 'a'])
    fc.assert(
      fc.property(fc.array(token), fc.array(token), (a, b) => {
        expect(isSubset(intersect(a, b), a)).toBe(true)
        expect(isSubset(intersect(a, b), b)).toBe(true)
      }),
    )
  })
})
