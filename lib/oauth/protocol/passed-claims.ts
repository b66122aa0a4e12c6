type Claims = Readonly<Record<string, unknown>>

/** When the identity provider last said what the passed claims say, in seconds since 1970: our own claim. */
export const CLAIMS_AT = 'claims_at'

/**
 * The claims of an identity provider that a server passes on in its access tokens, and since when they are known.
 *
 * @param claims.stale names that the provider could not be asked about: their values stay, and so does their time
 * @param before what was passed on until now
 */
export function passedClaims(
  names: readonly string[],
  { known, stale = [] }: { readonly known: Claims; readonly stale?: readonly string[] },
  now: Date,
  before: Claims = {},
): Claims {
  if (names.length === 0) return {}
  const claims = names.flatMap((name) => {
    const value = stale.includes(name) ? before[name] : known[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const isStale = names.some((name) => stale.includes(name))
  const at = isStale ? before[CLAIMS_AT] : Math.floor(now.getTime() / 1000)
  return { ...Object.fromEntries(claims), ...(at !== undefined && { [CLAIMS_AT]: at }) }
}
