import type { Brand } from '../ports/brand'
import { mix, parseColour } from './colour'

/** How far the colour under the pointer is from the accent. */
const STRONGER = 0.25

/** Pixels: rounder is no corner any more. */
const ROUNDEST = 24

/** Of what lies in a card. */
const INNER = 0.55

/**
 * The stylesheet of a branding: a few tokens and nothing else. A stored value that is no colour or length is left out.
 *
 * @param place the whole page, or the previews in the console alone
 */
export function brandStylesheet(
  brand: Pick<Brand, 'accent' | 'cornerRadius'> | null,
  place: ':root' | '.brand-preview' = ':root',
): string {
  const tokens = [...accentTokens(brand?.accent), ...cornerTokens(brand?.cornerRadius)]
  return tokens.length > 0 ? `${place} {\n${tokens.map((token) => `  ${token};\n`).join('')}}\n` : ''
}

function accentTokens(accent: Brand['accent']): readonly string[] {
  const [light, dark] = [parseColour(accent?.light ?? ''), parseColour(accent?.dark ?? '')]
  if (!light || !dark) return []
  const strong = [mix(light, '#000000', STRONGER), mix(dark, '#ffffff', STRONGER)]
  return [
    `--vst-accent: light-dark(${light}, ${dark})`,
    `--vst-accent-strong: light-dark(${strong.join(', ')})`,
  ]
}

function cornerTokens(radius: number | undefined): readonly string[] {
  if (radius === undefined || !Number.isInteger(radius) || radius < 0 || radius > ROUNDEST) return []
  return [`--vst-radius: ${radius}px`, `--vst-radius-inner: ${Math.round(radius * INNER)}px`]
}
