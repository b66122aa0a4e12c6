import { decodeJwt, decodeProtectedHeader } from 'jose'

/**
 * Replaces what differs from run to run: times, random values and free ports. Equal values keep equal names within
 * one mask, numbered in the order of their appearance, so that a recording shows which id is which.
 *
 * @param places what stands for a text that is known beforehand, such as an origin with its free port
 */
export function newMask(places: Readonly<Record<string, string>>): (text: string) => string {
  const names = new Map<string, string>()
  const nameOf = (kind: string, value: string) => {
    const known = names.get(value)
    if (known) return known
    const count = [...names.values()].filter((name) => name.startsWith(`<${kind} `)).length
    const name = `<${kind} ${count + 1}>`
    names.set(value, name)
    return name
  }
  const mask = (text: string): string => {
    let masked = text.replace(JWT, (jwt) => `<jwt ${described(jwt, mask)}>`)
    for (const [place, name] of Object.entries(places)) masked = masked.replaceAll(place, name)
    for (const [pattern, name] of TIMES) masked = masked.replace(pattern, name)
    masked = masked.replace(PREFIXED, (value, kind: string) => nameOf(kind, value))
    for (const [pattern, kind] of VALUES)
      masked = masked.replace(pattern, (value) =>
        kind !== 'reference' && isWords(value) ? value : nameOf(kind, value),
      )
    return masked
  }
  return mask
}

const JWT = /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g

/** Tokens, cookies and other values that say what they are. */
const PREFIXED = /\b(vst_[a-z]+|whsec|msg)_[\w+/=-]{16,}/g

const TIMES: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)/g, '<time>'],
  [/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, '<time>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?( UTC)?/g, '<time>'],
  [/\b[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d\d(:\d\d)? [AP]M( UTC)?/g, '<time>'],
  [/\b\d{1,2}\.\d{1,2}\.\d{4}, \d{1,2}:\d\d(:\d\d)?( UTC)?/g, '<time>'],
  [/\b20\d\d-\d\d-\d\d\b|\b[A-Z][a-z]{2} \d{1,2}, 20\d\d\b|\b\d{1,2}\.\d{1,2}\.20\d\d\b/g, '<day>'],
  [
    /\b(just now|gerade eben)\b|\bvor \d+ (Minute|Stunde|Tag|Monat|Jahr)\w*|\b\d+ (minute|hour|day|month|year)s? ago\b|^in \d+ (minute|hour|day|month|year)s?$/gm,
    '<ago>',
  ],
  [/\b1[789]\d{8}\b/g, '<epoch>'],
  // Of what is good for an hour, and was given out a moment ago.
  [/(?<="expires_in": )359\d/g, '3600'],
  // They are good for a minute: on a slow machine clean-up finds some.
  [/(?<=^ +)\d+(?= {2}pushed requests$)/gm, '<number>'],
  // How many entries the audit log has by then, and what is made of it.
  [/(?<="sequence": )\d+/g, '<sequence>'],
  [/^\d+(?=\n<(time|ago)>\n)/gm, '<sequence>'],
  [/(?<="next": )"[^"]+"/g, '<cursor>'],
  [/(?<=session_token=)[^;]+/g, '<session>'],
  [/(?<=boundary=)\S+/g, '<boundary>'],
  [/'nonce-[^']+'/g, "'nonce-<nonce>'"],
]

const VALUES: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'uuid'],
  [/\b[0-9a-f]{64}\b/g, 'digest'],
  [/(?<![\w-])[\w-]{86}(?![\w-])/g, 'secret'],
  [/(?<=request_uri(%3A|:))[\w-]{44}/g, 'secret'],
  [/(?<![\w-])[\w-]{43,44}(?![\w-])/g, 'secret'],
  [/(?<![\w-])[A-Za-z0-9]{32}(?![\w-])/g, 'id'],
  [/(?<![\w-])[\w-]{22}(?![\w-])/g, 'id'],
  [/(?<=%20|(?<![\w-]))[0-9A-Z]{4}-[0-9A-Z]{4}(?![\w-])/g, 'reference'],
]

/** A text of words, such as `authorization_endpoint`, is nothing random. */
const isWords = (value: string) =>
  value.split(/[-_]/).every((part) => /^([A-Z]?[a-z]+|[A-Z]+|\d{0,3})$/.test(part))

/** What a JWT says, with lifetimes in place of times. */
function described(jwt: string, mask: (text: string) => string): string {
  const { kid, ...header } = decodeProtectedHeader(jwt)
  const { iat = 0, exp = iat, ...claims } = decodeJwt(jwt)
  return mask(
    JSON.stringify({
      ...header,
      ...(kid !== undefined && { kid }),
      claims: sorted(claims),
      lifetime: exp - iat,
    }),
  )
}

/** The same in alphabetical order where order means nothing: keys of objects, and what a JSON schema requires. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(
    entries.map(([key, item]) => [
      key,
      key === 'required' && Array.isArray(item) ? item.toSorted() : sorted(item),
    ]),
  )
}
