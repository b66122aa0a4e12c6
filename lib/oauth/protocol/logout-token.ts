/** Logout tokens (OpenID Connect Back-Channel Logout 1.0 §2.4 to §2.6). The signature is verified elsewhere. */
import { typeOf } from './compact-jws'
import { OAuthError } from './errors'
import { CLOCK_TOLERANCE, SENT_TOKEN_MAX_AGE } from './lifetimes'

const LOGOUT_EVENT = 'http://schemas.openid.net/event/backchannel-logout'

/** Explicit typing is recommended only (§2.4): many providers write `JWT`, or nothing. */
const TYPES: readonly unknown[] = ['logout+jwt', 'jwt', undefined]

/** Of `jti`, `sub` and `sid`: an ID token's `sub` has no more (OpenID Connect Core §2). */
const MAX_LENGTH = 255

type Members = Readonly<Record<string, unknown>>

/** What a sound logout token says: whose sessions have ended, or which one. */
export type Logout = {
  readonly subject?: string
  readonly sessionId?: string
  readonly jti: string
  readonly issuedAt: Date
  /** Until then its `jti` has to be remembered. */
  readonly expiresAt: Date
}

/**
 * Checks the claims of a token whose issuer and signature are right.
 *
 * @param audience what the provider knows us by
 * @throws OAuthError `invalid_request`
 */
export function checkLogoutToken(
  { header, claims }: { readonly header: Members; readonly claims: Members },
  audience: string,
  now: Date,
): Logout {
  if (!TYPES.includes(typeOf(header))) throw refusal('its typ is of another kind of token')
  if ('nonce' in claims) throw refusal('it has a nonce, so it is an ID token')
  if (![claims.aud].flat().includes(audience)) throw refusal('its aud is another client')
  if (!isLogout(claims.events)) throw refusal('its events name no logout')
  const { jti, sub, sid } = claims
  if (!isName(jti)) throw refusal('its jti is missing or too long')
  if (sub === undefined && sid === undefined) throw refusal('it has neither sub nor sid')
  for (const name of [sub, sid])
    if (name !== undefined && !isName(name)) throw refusal('its sub or sid is not usable')
  return {
    ...(isName(sub) && { subject: sub }),
    ...(isName(sid) && { sessionId: sid }),
    jti,
    ...checkTimes(claims, now),
  }
}

/** An object with a member of that name, which is an object (§2.4). */
function isLogout(events: unknown): boolean {
  if (typeof events !== 'object' || events === null || !Object.hasOwn(events, LOGOUT_EVENT)) return false
  const event: unknown = Reflect.get(events, LOGOUT_EVENT)
  return typeof event === 'object' && event !== null && !Array.isArray(event)
}

/**
 * When a token was issued, and until when it could come again. One without `exp`, as older providers send it, is good for
 * {@link SENT_TOKEN_MAX_AGE}.
 *
 * @throws OAuthError `invalid_request` when it has expired or was issued in the future
 */
function checkTimes(
  { iat, exp, nbf }: Members,
  now: Date,
): { readonly issuedAt: Date; readonly expiresAt: Date } {
  const seconds = now.getTime() / 1000
  if (!isTime(iat)) throw refusal('its iat is missing')
  if (exp !== undefined && !isTime(exp)) throw refusal('its exp is not a time')
  const end = Math.min(exp ?? Number.POSITIVE_INFINITY, iat + SENT_TOKEN_MAX_AGE) + CLOCK_TOLERANCE
  if (end <= seconds) throw refusal('it has expired, or was issued too long ago')
  for (const time of [iat, nbf])
    if (time !== undefined && (!isTime(time) || time > seconds + CLOCK_TOLERANCE))
      throw refusal('it is not valid yet')
  return { issuedAt: new Date(iat * 1000), expiresAt: new Date(end * 1000) }
}

/** What a token names something by; nothing that a store could fold into another name. */
export const isName = (value: unknown): value is string =>
  typeof value === 'string' &&
  value.trim() !== '' &&
  value.length <= MAX_LENGTH &&
  !/[\p{Cc}\p{Cs}]/u.test(value)

export const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)

/** §2.8: an invalid request is answered 400. */
export const refusal = (reason: string) =>
  new OAuthError('invalid_request', `the token is not acceptable: ${reason}`)
