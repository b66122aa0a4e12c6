import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseJson } from './parse-json'

const nested = (depth: number, open: string, close: string) => `${open.repeat(depth)}1${close.repeat(depth)}`

describe('untrusted JSON', () => {
  it('is read as JSON.parse reads it, when it is of a reasonable depth', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 10 }), (text) => {
        expect(parseJson(text)).toEqual(JSON.parse(text))
      }),
    )
    expect(() => parseJson('{')).toThrow(SyntaxError)
  })

  it.each([
    ['[', ']'],
    ['{"a":', '}'],
    ['[{"a":', '}]'],
  ])('nests 32 deep at most, in %s', (open, close) => {
    const levels = open.length > 1 && close.length > 1 ? 2 : 1
    expect(() => parseJson(nested(32 / levels, open, close))).not.toThrow()
    for (const depth of [33, 1_000, 10_000])
      expect(() => parseJson(nested(depth, open, close))).toThrow(RangeError)
  })
})
