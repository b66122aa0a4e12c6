/**
 * Identity assertions (ID-JAG, draft-ietf-oauth-identity-assertion-authz-grant) as MCP Enterprise-Managed
 * Authorization ("EMA") profiles them: a company's identity provider vouches for one user towards one authorization
 * server and one client. The signature is verified elsewhere, in between {@link readIdJag} and {@link checkIdJag}.
 * Decision 0035.
 */
import { ASSERTION_ALGORITHMS } from './client-assertion'
import { readCompactJws, typeOf } from './compact-jws'
import { OAuthError } from './errors'
import { CLOCK_TOLERANCE, ID_JAG_MAX_AGE } from './lifetimes'
import { matchesResource } from './resource'
import { parseScope } from './scope'

/** Advertised by a server that takes them (draft §7.2). */
export const ID_JAG_PROFILE = 'urn:ietf:params:oauth:grant-profile:id-jag'

/** Explicit typing (RFC 8725 §3.11): an ID token of the same issuer is no authorization grant. */
const TYPE = 'oauth-id-jag+jwt'

/** Characters. Real ones have about a thousand. */
const MAX_LENGTH = 16_384

/** As OpenID Connect Core §2 limits it. */
const MAX_SUBJECT_LENGTH = 255

/**
 * Claims that narrow an assertion in ways that we do not enforce: the key that its holder must prove (RFC 7800 §3.1),
 * and rich authorization details (RFC 9396 §2). Ignoring them would widen it.
 */
const NOT_ENFORCED = ['cnf', 'authorization_details']

type Members = Readonly<Record<string, unknown>>

/** An assertion as it was presented; nothing of it is verified yet. */
export type IdJag = {
  readonly header: { readonly alg: string; readonly kid?: string }
  /** Whom to verify it with, if it is trusted. */
  readonly issuer: string
}

/** What the claims of a sound assertion say. */
export type AssertedIdentity = {
  readonly subject: string
  readonly jti: string
  /** Until then its `jti` has to be remembered. */
  readonly expiresAt: Date
  /** Absent when the assertion names none. */
  readonly scope?: readonly string[]
  readonly authTime?: Date
}

/** @throws OAuthError `invalid_grant` when it is no JWT that could be accepted */
export function readIdJag(jwt: string): IdJag {
  const parts = readCompactJws(jwt, MAX_LENGTH)
  if (!parts) throw refusal('it is not a signed JWT')
  const { header, claims } = parts
  const { alg, kid } = header
  if (typeOf(header) !== TYPE) throw refusal(`its typ must be ${TYPE}`)
  if (typeof alg !== 'string' || !ASSERTION_ALGORITHMS.includes(alg))
    throw refusal(`its alg must be one of ${ASSERTION_ALGORITHMS.join(', ')}`)
  if ('crit' in header) throw refusal('its header has extensions that are not understood')
  if (kid !== undefined && typeof kid !== 'string') throw refusal('its kid is not a string')
  if (typeof claims.iss !== 'string') throw refusal('iss is missing')
  return { header: { alg, ...(kid !== undefined && { kid }) }, issuer: claims.iss }
}

/**
 * Checks the claims of an assertion whose signature is right (draft §4.4.1, EMA §5.1 and §7). Audience and resource are
 * a pair: an assertion for another server is refused even where both trust the issuer (EMA §7.6).
 *
 * @param expected.tenant of a multi-tenant issuer, the one that is trusted
 * @throws OAuthError `invalid_grant`
 */
export function checkIdJag(
  claims: Members,
  expected: {
    readonly issuer: string
    readonly tenant?: string
    readonly server: {
      readonly issuer: string
      readonly resource: string
      readonly aliases: readonly string[]
    }
    readonly clientId: string
    readonly now: Date
  },
): AssertedIdentity {
  const { issuer, tenant, server, clientId, now } = expected
  if (claims.iss !== issuer) throw refusal('its iss is another one')
  // A shared issuer vouches for the users of all its tenants: `sub` is only unique within one.
  if (claims.tenant !== tenant) throw refusal('its tenant is not the one that is trusted')
  if (!isAudience(claims.aud, server.issuer)) throw refusal('its aud must be the issuer of this server alone')
  if (claims.client_id !== clientId) throw refusal('its client_id is that of another client')
  const resources: readonly unknown[] = [claims.resource ?? []].flat()
  if (!resources.every((value) => typeof value === 'string' && matchesResource(value, server)))
    throw refusal('its resource is not the one that this server protects')
  const narrowed = NOT_ENFORCED.find((name) => name in claims)
  if (narrowed) throw refusal(`it is limited by ${narrowed}, which is not supported`)
  const { jti, scope, auth_time: authTime } = claims
  if (typeof jti !== 'string' || jti === '') throw refusal('jti is missing')
  if (scope !== undefined && typeof scope !== 'string') throw refusal('its scope is not a string')
  return {
    subject: subjectIn(claims),
    jti,
    expiresAt: checkTimes(claims, now),
    ...(scope !== undefined && { scope: parseScope(scope) }),
    ...(isTime(authTime) && { authTime: new Date(authTime * 1000) }),
  }
}

/** Every refusal is `invalid_grant` (RFC 7521 §4.1.1, EMA §7.6.2). */
export const refusal = (reason: string) =>
  new OAuthError('invalid_grant', `the identity assertion is not acceptable: ${reason}`)

/** One audience. At the root of an origin the URL with and without its slash is the same (RFC 3986 §6.2.3). */
function isAudience(aud: unknown, issuer: string): boolean {
  const audience: unknown = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  return audience === issuer || (new URL(issuer).pathname === '/' && audience === `${issuer}/`)
}

/** Users are keyed by it, so no character that a store could fold into another user's. */
function subjectIn({ sub }: Members): string {
  if (typeof sub !== 'string' || sub.trim() === '') throw refusal('sub is missing')
  if (sub.length > MAX_SUBJECT_LENGTH || /[\p{Cc}\p{Cs}]/u.test(sub)) throw refusal('its sub is not usable')
  return sub
}

/** Until when it could be presented again, with the tolerance for clocks that differ. */
function checkTimes({ exp, iat, nbf }: Members, now: Date): Date {
  const seconds = now.getTime() / 1000
  if (!isTime(exp) || !isTime(iat)) throw refusal('exp or iat is missing')
  const end = Math.min(exp, iat + ID_JAG_MAX_AGE) + CLOCK_TOLERANCE
  if (end <= seconds) throw refusal('it has expired, or was issued too long ago')
  for (const time of [iat, nbf])
    if (time !== undefined && (!isTime(time) || time > seconds + CLOCK_TOLERANCE))
      throw refusal('it is not valid yet')
  return new Date(end * 1000)
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
