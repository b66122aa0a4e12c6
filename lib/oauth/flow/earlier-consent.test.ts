import { describe, expect, it } from 'vitest'
import type { Client } from '@/lib/oauth/model'
import { answersAll, consentHolds, mayBeRemembered, unitedScope } from './earlier-consent'

const earlier = (granted: readonly string[], answered: readonly string[] | null = granted) => ({
  granted,
  answered,
  offline: true,
})
const client = (changes: Partial<Client>) => ({ kind: 'metadata_document', ...changes }) as Client

describe('mayBeRemembered', () => {
  it.each([
    ['metadata_document', 'https://client.example/cb', true],
    ['metadata_document', 'http://127.0.0.1:5000/cb', false],
    ['metadata_document', 'http://localhost/cb', false],
    ['metadata_document', 'https://localhost/cb', false],
    ['metadata_document', 'cursor://callback', false],
    ['registered', 'https://client.example/cb', false],
    ['preregistered', 'https://client.example/cb', false],
  ] as const)('says of a %s client at %s: %s', (kind, redirectUri, expected) => {
    expect(mayBeRemembered(client({ kind }), redirectUri)).toBe(expected)
  })
})

describe('answersAll', () => {
  it('needs an answer that covers every scope', () => {
    expect(answersAll(earlier(['a', 'b']), { scope: ['a'] })).toBe(true)
    expect(answersAll(earlier([]), { scope: [] })).toBe(true)
    expect(answersAll(earlier(['a']), { scope: ['a', 'b'] })).toBe(false)
    expect(answersAll(earlier(['a'], null), { scope: [] })).toBe(false)
    expect(answersAll(null, { scope: [] })).toBe(false)
  })
})

describe('consentHolds', () => {
  it('holds for any user after the page, when it assumed nothing', () => {
    expect(consentHolds({ scope: ['a'] }, 'alice', null)).toBe(true)
  })

  it('holds after the page for a user who has what it assumed', () => {
    const asked = { scope: ['a', 'b'], assumedScope: ['a'] }
    expect(consentHolds(asked, 'alice', earlier(['a'], null))).toBe(true)
    expect(consentHolds(asked, 'bob', earlier(['b']))).toBe(false)
    expect(consentHolds(asked, 'bob', null)).toBe(false)
  })

  it('holds without the page for the user alone whose answer stood in', () => {
    const asked = { scope: ['a'], rememberedFor: 'alice' }
    expect(consentHolds(asked, 'alice', earlier(['a']))).toBe(true)
    expect(consentHolds(asked, 'bob', earlier(['a']))).toBe(false)
    expect(consentHolds(asked, 'alice', earlier(['a'], null))).toBe(false)
  })
})

describe('unitedScope', () => {
  it('begins with what is asked for now, and names nothing twice', () => {
    expect(unitedScope({ scope: ['b'] }, earlier(['c', 'a', 'b', 'gone']), ['a', 'b', 'c'])).toEqual([
      'b',
      'a',
      'c',
    ])
    expect(unitedScope({ scope: ['b'] }, null, ['a', 'b'])).toEqual(['b'])
  })
})
