import type { Wrong } from '@/lib/messages/mistakes'
import { contrast, mix, parseColour, READABLE } from '@/lib/oauth/consent/colour'
import type { Accent } from '@/lib/oauth/ports/brand'
import type { Mistake } from '../mistakes'

/**
 * What an accent stands on, or is stood on, in `public/tokens.css`: surface, sunken, room, and the text of a filled
 * button. Decision 0041.
 */
export const SURFACES = {
  light: ['#ffffff', '#f2f5f4', '#ebefed', '#ffffff'],
  dark: ['#192522', '#131d1a', '#121c19', '#06241c'],
} as const

type Scheme = keyof typeof SURFACES

/** In steps this fine a colour is made darker or lighter until it can be read. */
const STEPS = 100

/** The colours that were entered, if they can be read; null when none was. What is wrong is added to `mistakes`. */
export function checkAccent(
  input: { readonly accent: string; readonly accentDark: string },
  mistakes: Mistake[],
): Accent | null {
  const [accent, accentDark] = [input.accent.trim(), input.accentDark.trim()]
  if (accent === '' && accentDark === '') return null
  const light = checkOne(accent || accentDark, 'light')
  const dark = checkOne(accentDark || accent, 'dark')
  if (accent !== '' && light.wrong) mistakes.push({ path: ['accent'], ...light.wrong })
  if (accentDark !== '' && dark.wrong) mistakes.push({ path: ['accent_dark'], ...dark.wrong })
  return { light: light.colour, dark: dark.colour }
}

/** The nearest colour with enough contrast on the surfaces of a scheme: the same hue, darker or lighter. */
export function nearestReadable(colour: string, scheme: Scheme): string {
  const towards = scheme === 'light' ? '#000000' : '#ffffff'
  const candidates = Array.from({ length: STEPS + 1 }, (_, step) => mix(colour, towards, step / STEPS))
  return candidates.find((candidate) => isReadable(candidate, scheme)) ?? towards
}

function isReadable(colour: string, scheme: Scheme): boolean {
  return SURFACES[scheme].every((surface) => contrast(colour, surface) >= READABLE)
}

function checkOne(value: string, scheme: Scheme): { colour: string; wrong?: Wrong } {
  const colour = parseColour(value)
  if (!colour) return { colour: '', wrong: { code: 'not_a_colour' } }
  const nearest = nearestReadable(colour, scheme)
  if (nearest === colour) return { colour }
  return { colour: nearest, wrong: { code: `unreadable_${scheme}`, params: { nearest } } }
}
