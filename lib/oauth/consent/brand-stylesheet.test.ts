import { describe, expect, it } from 'vitest'
import { brandStylesheet } from './brand-stylesheet'

describe('the stylesheet of a brand', () => {
  it('sets the accent in both schemes, and nothing else', () => {
    expect(brandStylesheet({ light: '#0044cc', dark: '#88aaff' })).toBe(`:root {
  --vst-accent: #0044cc;
  --vst-accent-strong: #003399;
}
@media (prefers-color-scheme: dark) {
:root {
  --vst-accent: #88aaff;
  --vst-accent-strong: #a6bfff;
}
}
`)
  })

  it.each([
    '#0044cc;} .warning { display: none',
    'red; --vst-warning: #ffffff',
    '#0044cc /*',
    'expression(alert(1))',
    '#04c',
    '',
  ])('is empty when what was stored is no colour: %s', (value) => {
    expect(brandStylesheet({ light: value, dark: '#88aaff' })).toBe('')
    expect(brandStylesheet({ light: '#0044cc', dark: value })).toBe('')
  })

  it('is empty for a server without one', () => {
    expect(brandStylesheet(null)).toBe('')
  })
})
