/** Colours as `#rrggbb`, and how well one can be read on another (WCAG 2.2). */

/** Three numbers from 0 to 255. */
type Rgb = readonly [number, number, number]

/** The minimum contrast of text (WCAG 2.2, 1.4.3, level AA). */
export const READABLE = 4.5

/** `#0C5A4A` and `#0c5a4a` are read; null for everything else: no names, no functions, no short forms. */
export function parseColour(value: string): string | null {
  const colour = value.toLowerCase()
  return /^#[0-9a-f]{6}$/.test(colour) ? colour : null
}

/** The contrast ratio of two colours, from 1 to 21. */
export function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** @param share of the second colour, from 0 to 1 */
export function mix(colour: string, other: string, share: number): string {
  const [from, to] = [channels(colour), channels(other)]
  const mixed = from.map((value, i) => Math.round(value + ((to[i] ?? 0) - value) * share))
  return `#${mixed.map((value) => value.toString(16).padStart(2, '0')).join('')}`
}

function channels(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

function luminance(colour: string): number {
  const [red, green, blue] = channels(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
