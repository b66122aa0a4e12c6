/**
 * JWTs that clients authenticate with (RFC 7523 §3, OpenID Connect Core §9 `private_key_jwt`): what must be in one.
 * The signature is verified elsewhere, in between {@link readAssertion} and {@link checkAssertionClaims}.
 */
import { readCompactJws, typeOf } from './compact-jws'
import { OAuthError } from './errors'
import { CLOCK_TOLERANCE } from './lifetimes'
import { type Endpoint, endpointUrl } from './urls'

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Asymmetric ones only: `none` proves nothing, and with HMAC a public key would be the secret. */
export const ASSERTION_ALGORITHMS: readonly string[] = ['RS256', 'PS256', 'ES256', 'EdDSA']

/** Characters. Real ones have about a thousand. */
const MAX_LENGTH = 8192

/** Seconds that an assertion may live: its `jti` is remembered as long. */
const MAX_LIFETIME = 3600

/** What a JWT of this kind may call itself; other kinds, signed with the same key, are no proof here. */
const TYPES: readonly unknown[] = [undefined, 'jwt', 'client-authentication+jwt']

type Members = Readonly<Record<string, unknown>>

/** An assertion as it was presented; nothing of it is verified yet. */
export type Assertion = {
  readonly header: { readonly alg: string; readonly kid?: string }
  readonly claims: Members
}

/**
 * Takes an assertion apart.
 *
 * @throws OAuthError `invalid_client` when it is no JWT that could be accepted
 */
export function readAssertion(jwt: string): Assertion {
  const parts = readCompactJws(jwt, MAX_LENGTH)
  if (!parts) throw refusal('it is not a signed JWT')
  const { header, claims } = parts
  const { alg, kid } = header
  if (typeof alg !== 'string' || !ASSERTION_ALGORITHMS.includes(alg))
    throw refusal(`its alg must be one of ${ASSERTION_ALGORITHMS.join(', ')}`)
  if ('crit' in header) throw refusal('its header has extensions that are not understood')
  if (!TYPES.includes(typeOf(header))) throw refusal('its typ is that of another kind of JWT')
  if (kid !== undefined && typeof kid !== 'string') throw refusal('its kid is not a string')
  return { header: { alg, ...(kid !== undefined && { kid }) }, claims }
}

/** The endpoints that clients authenticate at. */
const AUTHENTICATED: readonly Endpoint[] = ['token', 'revoke', 'par']

/** Accepted values of `aud`: our issuer, or an endpoint of ours that clients authenticate at (RFC 9126 §2). */
export function assertionAudiences(issuer: string): readonly string[] {
  const atRoot = new URL(issuer).pathname === '/' ? [`${issuer}/token`] : []
  return [issuer, ...AUTHENTICATED.map((endpoint) => endpointUrl(issuer, endpoint)), ...atRoot]
}

/**
 * Checks the claims of an assertion with a valid signature (RFC 7523 §3). All audiences must be ours: another server
 * that is an audience too could present the assertion here.
 *
 * @returns what has to be stored so that the assertion is accepted only once
 * @throws OAuthError `invalid_client`
 */
export function checkAssertionClaims(
  claims: Members,
  expected: { readonly clientId: string; readonly audiences: readonly string[]; readonly now: Date },
): { readonly jti: string; readonly expiresAt: Date } {
  const { iss, sub, jti, exp, nbf, iat } = claims
  const now = expected.now.getTime() / 1000
  if (iss !== expected.clientId || sub !== expected.clientId)
    throw refusal('its iss and sub must both be the client_id')
  const audiences: readonly unknown[] = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  const known = audiences.every((value) => typeof value === 'string' && expected.audiences.includes(value))
  if (audiences.length === 0 || !known) throw refusal('its aud must be the issuer or the token endpoint')
  if (!isTime(exp)) throw refusal('exp is missing')
  if (exp <= now) throw refusal('it has expired')
  if (exp > now + MAX_LIFETIME + CLOCK_TOLERANCE)
    throw refusal(`its exp is more than ${MAX_LIFETIME} seconds ahead`)
  for (const time of [nbf, iat])
    if (time !== undefined && (!isTime(time) || time > now + CLOCK_TOLERANCE))
      throw refusal('it is not valid yet')
  if (typeof jti !== 'string' || jti === '') throw refusal('jti is missing')
  return { jti, expiresAt: new Date(exp * 1000) }
}

/** Every refusal is `invalid_client` (RFC 7521 §4.2.1). */
export const refusal = (reason: string) =>
  new OAuthError('invalid_client', `the client assertion is not acceptable: ${reason}`)

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value)
