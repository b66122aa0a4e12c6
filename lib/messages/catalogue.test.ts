import { describe, expect, it } from 'vitest'
import { catalogue, languageOf, translator } from './catalogue'

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
