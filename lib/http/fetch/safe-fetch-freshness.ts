/** How long a fetched document stays fresh (RFC 9111 §4.2.1), in seconds, within bounds of ours. */

/** Without a word from its host. */
const DEFAULT = 300

/** Even of a document that must not be kept: it is asked for with every login, and its host is not to be hammered. */
const MINIMUM = 60

/** And no document is believed longer than a day without a look. */
const MAXIMUM = 24 * 3600

/** @param headers of the answer; repeated ones joined by commas */
export function freshness(headers: { readonly cacheControl?: string; readonly age?: string }): number {
  const directives = (headers.cacheControl ?? '')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
  if (directives.some((directive) => /^(no-store|no-cache)(=|$)/.test(directive))) return MINIMUM
  // We are a shared cache: s-maxage has precedence (RFC 9111 §5.2.2.10).
  const lifetime = seconds(directives, 's-maxage') ?? seconds(directives, 'max-age') ?? DEFAULT
  const age = /^\d+$/.test(headers.age ?? '') ? Number(headers.age) : 0
  return Math.min(Math.max(lifetime - age, MINIMUM), MAXIMUM)
}

function seconds(directives: readonly string[], name: string): number | undefined {
  const value = directives
    .map((directive) => new RegExp(`^${name}="?(\\d+)"?$`).exec(directive)?.[1])
    .find((found) => found !== undefined)
  return value === undefined ? undefined : Number(value)
}
