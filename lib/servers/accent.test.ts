import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrast } from '@/lib/oauth/consent/colour'
import { nearestReadable, SURFACES } from './accent'

/** The custom properties of the light and of the dark scheme, as the pages have them. */
const [light, dark] = readFileSync('public/vestibule.css', 'utf8')
  .split('prefers-color-scheme: dark')
  .map((part) => (name: string) => new RegExp(`--vst-${name}: (#[0-9a-f]{6})`).exec(part)?.[1])

describe('an accent colour', () => {
  it('is measured against the surfaces that the pages have', () => {
    const surfaces = ['surface', 'sunken', 'room', 'on-accent']
    expect(surfaces.map((name) => light?.(name))).toEqual(SURFACES.light)
    expect(surfaces.map((name) => dark?.(name))).toEqual(SURFACES.dark)
  })

  it('is measured as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
  })

  it('of Vestibule’s own passes', () => {
    const [ours, darkOurs] = [light?.('accent') ?? '', dark?.('accent') ?? '']
    expect(nearestReadable(ours, 'light')).toBe(ours)
    expect(nearestReadable(darkOurs, 'dark')).toBe(darkOurs)
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
