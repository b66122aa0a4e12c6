import type { Accent } from '../ports/brand'
import { mix, parseColour } from './colour'

/** How far the colour under the pointer is from the accent. */
const STRONGER = 0.25

/**
 * The stylesheet of a server's branding: two custom properties and nothing else. A stored value that is no colour is
 * left out.
 *
 * @param place the whole page, or the preview in the console alone
 */
export function brandStylesheet(accent: Accent | null, place: ':root' | '.brand-preview' = ':root'): string {
  const [light, dark] = [parseColour(accent?.light ?? ''), parseColour(accent?.dark ?? '')]
  if (!light || !dark) return ''
  return `${properties(place, light, '#000000')}@media (prefers-color-scheme: dark) {\n${properties(place, dark, '#ffffff')}}\n`
}

function properties(place: string, accent: string, towards: string): string {
  return `${place} {\n  --vst-accent: ${accent};\n  --vst-accent-strong: ${mix(accent, towards, STRONGER)};\n}\n`
}
