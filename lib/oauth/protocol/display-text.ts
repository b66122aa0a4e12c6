/** The default length of displayed client-supplied text: long enough for every honest name. */
const DISPLAY_LENGTH = 48

/** UTF-16 units looked at per visible character, so that no client can make us segment a megabyte. */
const UNITS_PER_CHARACTER = 16

/** Characters that draw nothing, reorder their neighbours (bidi controls) or have no agreed shape. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu

/** What a keyboard for emoji writes: several pictures joined to one, each with its selector. */
const EMOJI = /\p{Extended_Pictographic}\uFE0F?(?:\u200D\p{Extended_Pictographic}\uFE0F?)*/gu

/**
 * The first character of a name that draws nothing or reorders its neighbours, as `U+202E`; undefined when there is
 * none. Two names that look the same are the same name then. Decision 0078.
 */
export function invisibleIn(name: string): string | undefined {
  const found = name.replace(EMOJI, '').match(INVISIBLE)?.[0].codePointAt(0)
  return found === undefined ? undefined : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`
}

/** The same text without such characters, as registered clients are stored: their names are whatever they like. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '')

/** More combining marks than any script stacks on one letter: they would spill over the lines around. */
const STACKED_MARKS = /(\p{M}{3})\p{M}+/gu

/** Words of ASCII, as most names are: one character each, and nothing to change. Segmenting them is what costs. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * Makes client-supplied text safe to show: one line, no invisible or reordering characters, cut to `length` visible
 * characters. Names of self-registered clients are whatever an attacker likes (RFC 7591 §5). The result still has to be
 * escaped for HTML and isolated from the text around it (`<bdi>`).
 *
 * @returns the empty string when nothing visible is left
 */
export function displayText(text: string, length = DISPLAY_LENGTH): string {
  if (text.length <= length && PLAIN.test(text)) return text
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
