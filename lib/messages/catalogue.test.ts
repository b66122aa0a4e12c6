import { describe, expect, it } from 'vitest'
import { catalogue, formatAgo, formatAhead, languageOf, translator } from './catalogue'

describe('languageOf', () => {
  it.each([
    [null, 'en'],
    ['de', 'de'],
    ['de-AT,en;q=0.5', 'de'],
    ['en;q=0.5, de;q=0.9', 'de'],
    ['fr, de;q=0.1', 'de'],
    ['fr', 'en'],
    ['de;q=0, en', 'en'],
    ['de;q=nonsense, en;q=0.1', 'en'],
    [',;q=,,', 'en'],
  ] as const)('%s is answered in %s', (header, language) => {
    expect(languageOf(header)).toBe(language)
  })
})

describe('translator', () => {
  const texts = catalogue({ hello: 'Hello {name}, {count} new' }, { hello: 'Hallo {name}, {count} neu' })

  it('fills values in, as they are', () => {
    expect(translator(texts, 'de')('hello', { name: '{count}', count: 2 })).toBe('Hallo {count}, 2 neu')
  })

  it('leaves what has no value, so that the mistake shows', () => {
    expect(translator(texts, 'en')('hello', { count: 0 })).toBe('Hello {name}, 0 new')
  })
})

describe('formatAgo', () => {
  const now = new Date('2026-11-29T12:00:00Z')

  it.each([
    [0, 'just now', 'gerade eben'],
    [-59, 'just now', 'gerade eben'],
    [4, 'just now', 'gerade eben'],
    [30, 'in a moment', 'gleich'],
    [-60, '1 minute ago', 'vor 1 Minute'],
    [-7199, '1 hour ago', 'vor 1 Stunde'],
    [-7200, '2 hours ago', 'vor 2 Stunden'],
    [-86_400, '1 day ago', 'vor 1 Tag'],
    [-40 * 86_400, '1 month ago', 'vor 1 Monat'],
    [-800 * 86_400, '2 years ago', 'vor 2 Jahren'],
    [3 * 86_400, 'in 3 days', 'in 3 Tagen'],
  ])('says %i seconds as %s', (seconds, english, german) => {
    const at = new Date(now.getTime() + seconds * 1000)
    expect(formatAgo(at, now, 'en')).toBe(english)
    expect(formatAgo(at, now, 'de')).toBe(german)
  })

  it.each([
    [0, 'in a moment', 'gleich'],
    [4, 'in a moment', 'gleich'],
    [90, 'in 1 minute', 'in 1 Minute'],
  ])('says %i seconds ahead as %s', (seconds, english, german) => {
    const at = new Date(now.getTime() + seconds * 1000)
    expect(formatAhead(at, now, 'en')).toBe(english)
    expect(formatAhead(at, now, 'de')).toBe(german)
  })
})
