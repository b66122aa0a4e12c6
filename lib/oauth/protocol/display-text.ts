/** The default length of displayed client-supplied text: long enough for every honest name. */
const DISPLAY_LENGTH = 48

/** UTF-16 units looked at per visible character, so that no client can make us segment a megabyte. */
const UNITS_PER_CHARACTER = 16

/** Characters that draw nothing, reorder their neighbours (bidi controls) or have no agreed shape. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** More combining marks than any script stacks on one letter: they would spill over the lines around. */
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Makes client-supplied text safe to show: one line, no invisible or reordering characters, cut to `length` visible
 * characters. Names of self-registered clients are whatever an attacker likes (RFC 7591 §5). The result still has to be
 * escaped for HTML and isolated from the text around it (`<bdi>`).
 *
 * @returns the empty string when nothing visible is left
 */
export function displayText(text: string, length = DISPLAY_LENGTH): string {
  const line = text
    .slice(0, length * UNITS_PER_CHARACTER)
    .normalize('NFC')
    .replace(/\s+/g, ' ')
    .replace(INVISIBLE, '')
    .replace(STACKED_MARKS, '$1')
    .replace(/ {2,}/g, ' ')
    .trim()
  const visible = Array.from(graphemes.segment(line), (part) => part.segment)
  return visible.length > length
    ? `${visible
        .slice(0, length - 1)
        .join('')
        .trimEnd()}…`
    : line
}
