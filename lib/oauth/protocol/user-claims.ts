type Claims = Readonly<Record<string, unknown>>

/** Of the token, not of its user; and where claims lie that are only pointed at. */
const NOT_OF_USER = new Set(
  'iss aud exp iat nbf jti nonce azp at_hash c_hash s_hash sid auth_time _claim_sources'.split(' '),
)

/** How much is kept of one user, in characters of JSON: 1,000 groups by their ids fit. */
const ROOM = 65_536

/** What says that a claim is somewhere else: OIDC Core §5.6.2, and Entra ID's own. */
const POINTERS = ['_claim_names', 'hasgroups'] as const

type Told = {
  readonly subject: string
  readonly email?: string
  readonly emailVerified?: boolean
  readonly claims: Claims
}

/**
 * What is kept of a login for access rules. Subject and email are those by which the user is known here, whatever the
 * identity provider calls them.
 *
 * @param needed names that come first where there is not room for all
 */
export function userClaims(
  { subject, email, emailVerified, claims }: Told,
  needed: readonly string[],
): Claims {
  const known = { ...claims, email, email_verified: email === undefined ? undefined : emailVerified === true }
  return { ...fitting(known, needed), sub: subject }
}

/**
 * The same after an upstream refresh. What was asked for is as the provider says now; the rest stays where it says
 * nothing.
 *
 * @param said.stale names that the provider could not be asked about
 */
export function refreshedUserClaims(
  { known, stale }: { readonly known: Claims; readonly stale: readonly string[] } = { known: {}, stale: [] },
  needed: readonly string[],
  before: Claims,
): Claims {
  const gone = needed.filter((name) => known[name] === undefined && !stale.includes(name))
  const now: Record<string, unknown> = { ...before, ...known }
  for (const name of gone) delete now[name]
  // Where nothing could be asked, what was only pointed at still is.
  if (stale.length === 0) for (const name of POINTERS) if (known[name] === undefined) delete now[name]
  // An email whose state is not known any more still keeps out a user who is listed by it.
  if (gone.includes('email')) now.email = before.email
  const { email, email_verified: verified, ...rest } = now
  const current = email === undefined ? rest : { ...rest, email, email_verified: String(verified) === 'true' }
  return { ...fitting(current, needed), sub: before.sub }
}

/** The claim that SCIM says in the place of tokens, where the connection lets it. */
export const PROVISIONED_CLAIM = 'groups'

/**
 * What rules are asked about where SCIM says some of it: what a token says of that, or only points at, does not count.
 * Decision 0129.
 */
export function withProvisioned(claims: Claims, provisioned: Claims | null | undefined): Claims {
  if (!provisioned) return claims
  const { _claim_names: pointed, hasgroups: _, ...said } = claims
  const others = Object.entries(Object(pointed)).filter(([name]) => !Object.hasOwn(provisioned, name))
  return { ...said, _claim_names: Object.fromEntries(others), ...provisioned }
}

function fitting(claims: Claims, needed: readonly string[]): Claims {
  const isNeeded = ([name]: readonly [string, unknown]) => needed.includes(name)
  const all = Object.entries(claims).filter(([name, value]) => value !== undefined && !NOT_OF_USER.has(name))
  const kept: [string, unknown][] = []
  const left: [string, string][] = []
  let room = ROOM
  for (const [name, value] of [...all.filter(isNeeded), ...all.filter((entry) => !isNeeded(entry))]) {
    const size = name.length + JSON.stringify(value).length
    if (size > room) left.push([name, TOO_LARGE])
    else {
      room -= size
      kept.push([name, value])
    }
  }
  const fit = Object.fromEntries(kept)
  if (left.length === 0) return fit
  // What there is, and is not known here, must not pass for absent.
  return { ...fit, _claim_names: { ...Object(fit._claim_names), ...Object.fromEntries(left) } }
}

/** In the place of where a claim lies that is larger than what is kept. */
const TOO_LARGE = 'too_large'
