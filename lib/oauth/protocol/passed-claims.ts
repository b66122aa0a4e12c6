type Claims = Readonly<Record<string, unknown>>

/** When the identity provider last said what the passed claims say, in seconds since 1970: our own claim. */
export const CLAIMS_AT = 'claims_at'

/** What claims may take of a token, in characters of JSON: it stays below 8 KB, which is what headers have room for. */
const ROOM = 5_600

/** Names of claims that there is no room for: each is left out whole, for half a list of groups would be a lie. */
export function cutClaims(names: readonly string[], known: Claims): readonly string[] {
  let room = ROOM
  return names.filter((name) => {
    const size = known[name] === undefined ? 0 : name.length + JSON.stringify(known[name]).length
    if (size > room) return true
    room -= size
    return false
  })
}

/**
 * The claims of an identity provider that a server passes on in its access tokens, as far as there is room, and since
 * when they are known.
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
  const said: Claims = Object.fromEntries(
    names.map((name) => [name, stale.includes(name) ? before[name] : known[name]]),
  )
  const cut = cutClaims(names, said)
  const claims = Object.entries(said).filter(([name, value]) => value !== undefined && !cut.includes(name))
  const isStale = names.some((name) => stale.includes(name))
  const at = isStale ? before[CLAIMS_AT] : Math.floor(now.getTime() / 1000)
  return { ...Object.fromEntries(claims), ...(at !== undefined && { [CLAIMS_AT]: at }) }
}
