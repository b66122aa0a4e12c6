import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrast } from '@/lib/oauth/consent/colour'
import { nearestReadable, SURFACES } from './accent'

const tokens = readFileSync('public/tokens.css', 'utf8')

/** A token in the light and in the dark scheme, as the pages have it. */
function token(name: string) {
  const [, light = '', dark = ''] =
    new RegExp(`--vst-${name}: light-dark\\((#\\w{6}), (#\\w{6})\\)`).exec(tokens) ?? []
  return { light, dark }
}

describe('an accent colour', () => {
  it('is measured against the surfaces that the pages have', () => {
    const surfaces = ['surface', 'sunken', 'room', 'on-accent']
    expect(surfaces.map((name) => token(name).light)).toEqual(SURFACES.light)
    expect(surfaces.map((name) => token(name).dark)).toEqual(SURFACES.dark)
  })

  it('is measured as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
  })

  it('of Vestibule’s own passes', () => {
    const { light, dark } = token('accent')
    expect(nearestReadable(light, 'light')).toBe(light)
    expect(nearestReadable(dark, 'dark')).toBe(dark)
  })

  it('is made as little darker or lighter as it takes', () => {
    for (const [scheme, colour] of [
      ['light', '#ff8800'],
      ['light', '#ffffff'],
      ['dark', '#003388'],
      ['dark', '#000000'],
    ] as const) {
      const nearest = nearestReadable(colour, scheme)
      const worst = Math.min(...SURFACES[scheme].map((surface) => contrast(nearest, surface)))
      expect(worst).toBeGreaterThanOrEqual(4.5)
      expect(worst).toBeLessThan(4.8)
    }
  })
})
