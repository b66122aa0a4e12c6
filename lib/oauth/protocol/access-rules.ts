/**
 * Who may use a server, by what the identity provider says of them. Pure: a policy and claims give a verdict. Decision
 * 0079.
 */

import { parseUrl } from './parse-url'

type Claims = Readonly<Record<string, unknown>>

/** Compared as text, so that `true` and `7` equal "true" and "7". */
export type ClaimValue = string | number | boolean

/** A condition on claims, as it is configured. A claim that is absent matches nothing. */
export type Condition =
  /** The claim is this value; of a list, its only one. */
  | { readonly claim: string; readonly equals: ClaimValue }
  /** The claim, or any value of a list, is one of these. */
  | { readonly claim: string; readonly in: readonly ClaimValue[] }
  /** The claim is a list with this value, or this value alone. */
  | { readonly claim: string; readonly contains: ClaimValue }
  /** The email is verified, and of this domain: not of one below it. */
  | { readonly claim: 'email'; readonly domain: string }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }

/** Users by email address or as `sub:SUBJECT`, and a condition: either is enough. */
export type AccessBlock = { readonly users: readonly string[]; readonly when?: Condition }

/** `deny` is asked first, then `allow`; whoever is in neither gets the default. */
export type AccessPolicy = {
  readonly default: 'allow' | 'deny'
  readonly allow?: AccessBlock
  readonly deny?: AccessBlock
  /** Whom a refused user is told to ask: an address or a sentence. */
  readonly contact?: string
}

/**
 * Why a user is refused: listed under `deny`, its condition holds, the default applies, or a claim that decides is only
 * pointed at (`claims_overage`).
 */
export type AccessRefusal = {
  readonly reason: 'user_denied' | 'condition_denied' | 'not_allowed' | 'claims_overage'
  /** Claims that were asked for and are not known. */
  readonly missing: readonly string[]
}

/** Null where the user may come. */
export function accessRefusal(policy: AccessPolicy | undefined, claims: Claims): AccessRefusal | null {
  if (!policy) return null
  const { deny, allow } = policy
  const missing = [...new Set([...claimsIn(deny?.when), ...claimsIn(allow?.when)])].filter(
    (name) => claimValue(claims, name) === undefined,
  )
  const because = (reason: AccessRefusal['reason']): AccessRefusal => ({ reason, missing })
  const isOpen = (when: Condition | undefined) => claimsIn(when).some((name) => isPointedAt(claims, name))
  if (deny?.users.some((user) => isUser(user, claims, false))) return because('user_denied')
  if (deny?.when && matches(deny.when, claims, 'deny')) return because('condition_denied')
  if (isOpen(deny?.when)) return because('claims_overage')
  if (allow?.users.some((user) => isUser(user, claims, true))) return null
  if (allow?.when && matches(allow.when, claims, 'allow')) return null
  if (policy.default === 'allow') return null
  return because(isOpen(allow?.when) ? 'claims_overage' : 'not_allowed')
}

/**
 * The same where little is known of a user: refused is who is surely denied. What is not known counts neither way.
 */
export function surelyDenied(policy: AccessPolicy | undefined, claims: Claims): AccessRefusal | null {
  const { users = [], when } = policy?.deny ?? {}
  if (users.some((user) => isUser(user, claims, false))) return { reason: 'user_denied', missing: [] }
  // As under `allow`: there an absent claim matches nothing, also below a `not`.
  return when && matches(when, claims, 'allow') ? { reason: 'condition_denied', missing: [] } : null
}

/** Whether all that a server's rules ask of its users is known of this one. */
export const knowsAll = (server: Ruled, claims: Claims): boolean =>
  ruledClaims(server).every((name) => claimValue(claims, name) !== undefined)

/** The claims that `deny` asks for and that are not known. */
export const unknownToDeny = (policy: AccessPolicy | undefined, claims: Claims): readonly string[] =>
  claimsIn(policy?.deny?.when).filter((name) => claimValue(claims, name) === undefined)

/** The scopes that a user may have: all but those of the server whose condition does not hold. */
export function allowedScope(
  scope: readonly string[],
  offered: readonly { readonly name: string; readonly when?: Condition }[],
  claims: Claims,
): readonly string[] {
  const refused = offered.filter(({ when }) => when && !matches(when, claims, 'allow'))
  return refused.length === 0 ? scope : scope.filter((name) => !refused.some((one) => one.name === name))
}

type Ruled = {
  readonly access?: AccessPolicy
  readonly scopes: readonly { readonly name: string; readonly when?: Condition }[]
}

/** Whether a server asks anything of its users' claims. */
export const hasAccessRules = ({ access, scopes }: Ruled): boolean =>
  access !== undefined || scopes.some(({ when }) => when !== undefined)

/** The names of the claims that a server's rules ask for. */
export function ruledClaims({ access, scopes }: Ruled): readonly string[] {
  const conditions = [access?.deny?.when, access?.allow?.when, ...scopes.map(({ when }) => when)]
  const listed = [...(access?.deny?.users ?? []), ...(access?.allow?.users ?? [])]
  const names = [
    ...conditions.flatMap(claimsIn),
    ...listed.filter((user) => !isSubject(user)).map(() => EMAIL),
  ]
  return [...new Set(names.flatMap((name) => (name === EMAIL ? [EMAIL, VERIFIED] : [name])))]
}

const EMAIL = 'email'
const VERIFIED = 'email_verified'
const SUBJECT = 'sub:'

const isSubject = (user: string) => user.startsWith(SUBJECT)

/**
 * An absent claim never works in the user's favour: below a `not` it counts as matching where that keeps the user out.
 *
 * @param block where the condition stands
 */
function matches(condition: Condition, claims: Claims, block: 'allow' | 'deny', isNegated = false): boolean {
  if ('all' in condition) return condition.all.every((one) => matches(one, claims, block, isNegated))
  if ('any' in condition) return condition.any.some((one) => matches(one, claims, block, isNegated))
  if ('not' in condition) return !matches(condition.not, claims, block, !isNegated)
  const value = claimValue(claims, condition.claim)
  if (value === undefined) return isNegated && block === 'allow'
  const same = sameIn(condition.claim)
  if ('domain' in condition) return isAt(value, condition.domain)
  const values = [value].flat()
  if ('equals' in condition) return values.length === 1 && same(values[0], condition.equals)
  if ('contains' in condition) return values.some((one) => same(one, condition.contains))
  return values.some((one) => condition.in.some((listed) => same(one, listed)))
}

/**
 * An email that is not verified may be anybody's: it counts as absent. So does what no condition can look into: null,
 * objects, and lists of nothing else. Below a `not` it would let everybody in.
 */
function claimValue(claims: Claims, name: string): unknown {
  if (!Object.hasOwn(claims, name) || (name === EMAIL && claims[VERIFIED] !== true)) return undefined
  const value = claims[name]
  const isEmptyList = Array.isArray(value) && value.length === 0
  return isEmptyList || [value].flat().some(isScalar) ? value : undefined
}

/**
 * Whether a claim is not here, but somewhere else. Entra names it in `_claim_names` where a user is in too many groups for a token (OIDC Core §5.6.2), or says
 * `hasgroups`.
 */
export function isPointedAt(claims: Claims, name: string): boolean {
  if (claimValue(claims, name) !== undefined) return false
  return Object.hasOwn(Object(claims._claim_names), name) || (name === 'groups' && hasGroups(claims))
}

const hasGroups = ({ hasgroups }: Claims) => hasgroups === true || hasgroups === 'true'

const isScalar = (value: unknown): value is ClaimValue =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** Mail servers tell no letters' case apart; claims do. */
const sameIn = (claim: string) => (value: unknown, wanted: ClaimValue) =>
  isScalar(value) && (claim === EMAIL ? lower(value) === lower(wanted) : String(value) === String(wanted))

const lower = (value: ClaimValue) => String(value).toLowerCase()

function isAt(email: unknown, domain: string): boolean {
  const [, its] = typeof email === 'string' ? (/@([^@]*)$/.exec(email) ?? []) : []
  return its !== undefined && inAscii(its) === inAscii(domain)
}

/** A domain with letters beyond ASCII is written with them in one place and as `xn--…` in another (RFC 5891 §4). */
const inAscii = (domain: string) =>
  (/[^\w.-]/.test(domain) && !/[\s/?#:@\\[\]%]/.test(domain) && parseUrl(`https://${domain}`)?.hostname) ||
  lower(domain)

/** @param verified whether an email counts only if it is verified: a listed one that is kept out need not be */
function isUser(user: string, claims: Claims, verified: boolean): boolean {
  if (isSubject(user)) return claims.sub === user.slice(SUBJECT.length)
  const email = verified ? claimValue(claims, EMAIL) : claims[EMAIL]
  return typeof email === 'string' && lower(email) === lower(user)
}

/** The names of the claims that a condition asks for. */
function claimsIn(condition: Condition | undefined): readonly string[] {
  if (!condition) return []
  if ('all' in condition) return condition.all.flatMap(claimsIn)
  if ('any' in condition) return condition.any.flatMap(claimsIn)
  return 'not' in condition ? claimsIn(condition.not) : [condition.claim]
}
