import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { AuthorizationServer } from './authorization-server'
import { AccessError, invalidToken, Unavailable } from './errors'

/**
 * Algorithms whose keys can be published. None of them is `none` or symmetric, so that no token can be signed with a
 * public key as the secret; and which of them a key may be used with, the key set says (RFC 7517 §4.4).
 */
export const ALGORITHMS: readonly string[] = [
  ...['ES256', 'ES384', 'ES512', 'PS256', 'PS384', 'PS512', 'RS256', 'RS384', 'RS512', 'EdDSA', 'Ed25519'],
]

export type Expected = {
  readonly issuer: string
  readonly resource: string
  readonly algorithms: readonly string[]
  /** Seconds that clocks may differ. */
  readonly leeway: number
  readonly now: () => number
}

/** Whether a token has the form of a signed JWT; others say nothing by themselves. */
export const looksSigned = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)

/**
 * The claims of a signed access token (RFC 9068 §4): type, algorithm, signature, issuer, audience and times. What the
 * header says of where a key is to be had (`jku`, `jwk`, `x5u`) is not read, and a `crit` refuses the token.
 *
 * @throws AccessError `invalid_token`
 * @throws Unavailable
 */
export async function verifySigned(
  token: string,
  expected: Expected,
  { keys }: AuthorizationServer,
): Promise<JWTPayload> {
  const { issuer, resource, algorithms, leeway, now } = expected
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys, {
      issuer,
      audience: resource,
      // Other JWTs of the issuer, such as ID tokens, are signed with the same keys.
      typ: 'at+jwt',
      algorithms: [...algorithms],
      clockTolerance: leeway,
      currentDate: new Date(now()),
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
    })
    // `jose` knows one extension (`b64`), which access tokens have no use for.
    if (protectedHeader.crit) throw invalidToken('the token is malformed')
    requireUnbound(payload)
    const { iat = Number.NaN, nbf = 0 } = payload
    // `-1e999` is a number to `JSON.parse`.
    if (!Number.isFinite(iat) || !Number.isFinite(nbf)) throw invalidToken('the token is malformed')
    if (iat > now() / 1000 + leeway) throw invalidToken('the token is of the future')
    return payload
  } catch (error) {
    if (error instanceof AccessError || error instanceof Unavailable) throw error
    if (error instanceof errors.JOSEError)
      throw invalidToken(sentences[error.code] ?? 'the token is malformed')
    // A published key that cannot be used is no fault of the token.
    throw new Unavailable('the published keys cannot be used', { cause: error })
  }
}

/** A token that is bound to a key (RFC 9449 §7.1, RFC 8705 §3) is no bearer token: a thief would be let in with it. */
export function requireUnbound(claims: JWTPayload): void {
  if ('cnf' in claims) throw invalidToken('the token is bound to a key, and was sent without a proof of it')
}

/** What a client may be told: nothing that it could not know. */
const sentences: Readonly<Record<string, string>> = {
  ERR_JWT_EXPIRED: 'the token has expired',
  ERR_JWT_CLAIM_VALIDATION_FAILED:
    'the token was issued by another issuer, for another resource or another use',
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'the signature is wrong',
  ERR_JWKS_NO_MATCHING_KEY: 'the token was signed with an unknown key',
}
