import { describe, expect, it } from 'vitest'
import { parseMaxAge, parseNonce, usableHint, usableLocales } from './login-wishes'
import { parsePrompt } from './prompt'

describe('prompt (OpenID Connect Core §3.1.2.1)', () => {
  it.each([
    [undefined, []],
    ['login', ['login']],
    ['login consent', ['login', 'consent']],
    ['consent consent', ['consent']],
    ['create', []],
    ['create  select_account', ['select_account']],
    ['none unheard_of', ['none']],
    ['NONE', []],
  ])('%j means %j', (value, expected) => {
    expect(parsePrompt(value)).toEqual(expected)
  })

  it.each(['none login', 'consent none', 'select_account none login'])('%j contradicts itself', (value) => {
    expect(() => parsePrompt(value)).toThrow('none stands alone')
  })
})

describe('max_age', () => {
  it.each([
    [undefined, undefined],
    ['0', 0],
    ['0300', 300],
    ['86400', 86_400],
    ['99999999999999999999', 2_147_483_647],
    ['9'.repeat(400), 2_147_483_647],
  ])('%j is %j seconds', (value, expected) => {
    expect(parseMaxAge(value)).toBe(expected)
  })

  it.each(['-1', '+1', '1.5', '1e3', ' 5', '5 ', '0x10', 'one', '٣', '5\n'])(
    '%j is no number of seconds',
    (value) => {
      expect(() => parseMaxAge(value)).toThrow('max_age')
    },
  )
})

describe('nonce', () => {
  it('comes back as it was', () => {
    expect(parseNonce('n-0S6_WzA2Mj äö 🧩')).toBe('n-0S6_WzA2Mj äö 🧩')
    expect(parseNonce('x'.repeat(512))).toHaveLength(512)
    expect(parseNonce(undefined)).toBeUndefined()
  })

  it.each(['x'.repeat(513), 'a\0b', 'a\r\nb', '\u0085'])('%j cannot be kept', (value) => {
    expect(() => parseNonce(value)).toThrow('nonce')
  })
})

describe('what only helps', () => {
  it.each([
    [undefined, undefined],
    ['de', 'de'],
    ['fr-CA fr en', 'fr-CA fr en'],
    ['de <script> en', 'de en'],
    ['\r\nset-cookie:x', undefined],
    [Array.from({ length: 30 }, () => 'en').join(' '), Array.from({ length: 10 }, () => 'en').join(' ')],
  ])('ui_locales %j becomes %j', (value, expected) => {
    expect(usableLocales(value)).toBe(expected)
  })

  it.each([
    ['una@example.com', 'una@example.com'],
    ['ünä', 'ünä'],
    ['a\r\nb', undefined],
    ['x'.repeat(321), undefined],
    ['', undefined],
  ])('login_hint %j becomes %j', (value, expected) => {
    expect(usableHint(value)).toBe(expected)
  })
})
