import { describe, expect, it } from 'vitest'
import { freshness } from './safe-fetch-freshness'

describe('how long a document stays fresh (RFC 9111 §4.2.1)', () => {
  it.each([
    ['max-age=600', 600],
    ['public, Max-Age=600, must-revalidate', 600],
    ['max-age=600, s-maxage=900', 900],
    ['max-age="600"', 600],
    ['no-store', 60],
    ['no-cache, max-age=600', 60],
    ['max-age=0', 60],
    ['max-age=31536000', 86_400],
    ['', 300],
    ['max-age=-1', 300],
    ['max-age=soon', 300],
    ['x-max-age=600', 300],
    [`max-age=${'9'.repeat(400)}`, 86_400],
  ])('takes %s for %i seconds [AS-12]', (cacheControl, expected) => {
    expect(freshness({ cacheControl })).toBe(expected)
  })

  it('counts the time it lay in a cache before us [AS-12]', () => {
    expect(freshness({ cacheControl: 'max-age=600', age: '200' })).toBe(400)
    expect(freshness({ cacheControl: 'max-age=600', age: '9999' })).toBe(60)
    expect(freshness({ cacheControl: 'max-age=600', age: '-5' })).toBe(600)
  })

  it('has a default without a header', () => {
    expect(freshness({})).toBe(300)
  })
})
