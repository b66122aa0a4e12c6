import { randomInt } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUserCode, newUserCode, readUserCode } from './user-code'

describe('user codes (RFC 8628 §6.1)', () => {
  it('are eight consonants, shown in two halves', () => {
    for (let i = 0; i < 200; i++) {
      const code = newUserCode(randomInt)
      expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/)
      expect(formatUserCode(code)).toBe(`${code.slice(0, 4)}-${code.slice(4)}`)
      expect(readUserCode(formatUserCode(code))).toBe(code)
    }
  })

  it('use every letter', () => {
    const letters = new Set(Array.from({ length: 500 }, () => newUserCode(randomInt)).join(''))
    expect(letters.size).toBe(20)
  })

  it.each([
    'WDJB-MJHT',
    'wdjbmjht',
    ' wdjb  mjht ',
    'WDJB–MJHT',
    'W-D-J-B-M-J-H-T',
    'wdjb.mjht',
    'wdjb_mjht\n',
  ])('are read as people type them: %j', (typed) => {
    expect(readUserCode(typed)).toBe('WDJBMJHT')
  })

  it.each([
    '',
    'WDJB',
    'WDJBMJHTX',
    'WDJB-MJH0',
    'AEIOUAEI',
    'WDJB-MJHÞ',
    'ｗｄｊｂｍｊｈｔ',
    `WDJBMJHT${' '.repeat(100)}`,
  ])('are not %j', (typed) => {
    expect(readUserCode(typed)).toBeNull()
  })

  it('come out in one spelling or not at all, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (typed) => {
        const code = readUserCode(typed)
        return code === null || /^[BCDFGHJKLMNPQRSTVWXZ]{8}$/.test(code)
      }),
    )
  })
})
