import { describe, expect, it } from 'vitest'
import { brandStylesheet } from './brand-stylesheet'

describe('the stylesheet of a brand', () => {
  it('sets the accent in both schemes, and corners, and nothing else', () => {
    const accent = { light: '#0044cc', dark: '#88aaff' }
    expect(brandStylesheet({ accent, cornerRadius: 10 })).toBe(`:root {
  --vst-accent: light-dark(#0044cc, #88aaff);
  --vst-accent-strong: light-dark(#003399, #a6bfff);
  --vst-radius: 10px;
  --vst-radius-inner: 6px;
}
`)
  })

  it.each([-1, 25, 1.5, Number.NaN])('has no corners of %s pixels', (cornerRadius) => {
    expect(brandStylesheet({ cornerRadius })).toBe('')
  })

  it.each([
    '#0044cc;} .warning { display: none',
    'red; --vst-warning: #ffffff',
    '#0044cc /*',
    'expression(alert(1))',
    '#04c',
    '',
  ])('is empty when what was stored is no colour: %s', (value) => {
    expect(brandStylesheet({ accent: { light: value, dark: '#88aaff' } })).toBe('')
    expect(brandStylesheet({ accent: { light: '#0044cc', dark: value } })).toBe('')
  })

  it('is empty for a server without one', () => {
    expect(brandStylesheet(null)).toBe('')
  })
})
