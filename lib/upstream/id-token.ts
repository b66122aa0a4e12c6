import { errors, type JWK, type JWTPayload, type JWTVerifyOptions, jwtVerify, type RemoteJWKSet } from 'jose'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { isIssuerTemplate } from '@/lib/oauth/protocol/issuers'
import { CLOCK_TOLERANCE, clockSkew } from './clock-skew'
import { ALGORITHMS, withAnyKey } from './signature'

/** What an ID token is compared with. */
type ExpectedIdToken = {
  readonly issuers: readonly string[]
  /** The issuer that the provider's metadata names: a template where there are several. */
  readonly template: string
  readonly clientId: string
  readonly nonce: string
  readonly now: Date
  /** What time it is at the provider, as far as its answer said. */
  readonly theirTime?: Date
}

/**
 * Validates an ID token (OIDC Core §3.1.3.7): signature, issuer, audience, time, nonce. The signature is checked
 * although the token came over TLS. `sub` is not checked here: see `subject`. Decision 0012.
 *
 * @throws UpstreamError with a reason of its own for each check
 */
export async function validateIdToken(
  idToken: string,
  keys: RemoteJWKSet,
  expected: ExpectedIdToken,
): Promise<JWTPayload & { readonly iss: string }> {
  const { claims, keyId } = await verify(idToken, keys, {
    algorithms: ALGORITHMS,
    issuer: [...expected.issuers],
    audience: expected.clientId,
    requiredClaims: ['exp', 'iat'],
    currentDate: expected.now,
    clockTolerance: CLOCK_TOLERANCE,
  }).catch((error: unknown) => {
    throw clockFailure(error, expected) ?? idTokenFailure(error)
  })
  const iss = String(claims.iss)
  if (!maySignFor(iss, keyId, keys, expected))
    throw failure('signature', 'is signed with a key of another tenant')
  // "The Client MUST reject the ID Token if … it contains additional audiences not trusted by the Client."
  if (Array.isArray(claims.aud) && claims.aud.length > 1 && claims.azp !== expected.clientId)
    throw new UpstreamError(
      'upstream_extra_audience',
      'The ID token is meant for others as well, and does not say (azp) that it was issued to our client.',
    )
  if (claims.nonce === undefined)
    throw new UpstreamError(
      'upstream_nonce_missing',
      'The ID token has no nonce, though the request of this login sent one.',
    )
  if (claims.nonce !== expected.nonce)
    throw failure('nonce', 'does not carry the nonce of this login: it may be a replayed one')
  return { ...claims, iss }
}

/** Entra ID says of each of its keys whose tokens it signs: one tenant's, or with a template everyone's. */
function maySignFor(
  iss: string,
  keyId: string | undefined,
  keys: RemoteJWKSet,
  { template }: ExpectedIdToken,
): boolean {
  if (!isIssuerTemplate(template)) return true
  const key: (JWK & { readonly issuer?: unknown }) | undefined = keys
    .jwks()
    ?.keys.find(({ kid }) => kid === keyId)
  const signed = key?.issuer
  return signed === undefined || signed === template || signed === iss
}

async function verify(idToken: string, keys: RemoteJWKSet, options: JWTVerifyOptions) {
  const once = async () => {
    const { payload, protectedHeader } = await withAnyKey(keys, (key) => jwtVerify(idToken, key, options))
    return { claims: payload, keyId: protectedHeader.kid }
  }
  try {
    return await once()
  } catch (error) {
    // A provider that gives its keys no id, or a new key the old id, rotates without our noticing.
    if (!(error instanceof errors.JWSSignatureVerificationFailed)) throw error
    await keys.reload()
    return once()
  }
}

/**
 * When the user authenticated (OpenID Connect Core §2): undefined where the token does not say so, which some do with
 * a 0, or names a time to come.
 */
export function authTimeOf(claims: JWTPayload, now: Date): Date | undefined {
  const { auth_time: time } = claims
  if (typeof time !== 'number' || !(time > 0)) return undefined
  return time <= now.getTime() / 1000 + CLOCK_TOLERANCE ? new Date(time * 1000) : undefined
}

type Check = 'nonce' | 'audience' | 'issuer' | 'signature'

const failure = (check: Check, problem: string) =>
  new UpstreamError(
    check === 'signature' ? 'upstream_signature_invalid' : `upstream_${check}_mismatch`,
    `The ID token ${problem}.`,
  )

const CHECKED_CLAIMS: Readonly<Record<string, () => UpstreamError>> = {
  iss: () =>
    failure(
      'issuer',
      'comes from another issuer than the connection’s, or from a tenant that is not allowed',
    ),
  aud: () => failure('audience', 'is meant for another client: check the client ID of the connection'),
  nbf: () =>
    new UpstreamError('upstream_token_expired', 'The ID token is not valid yet: compare the clocks.'),
}

/**
 * A token with the nonce of this login was made minutes ago at most: when it is of another time, a clock is wrong.
 * Whatever else it says, an old one without the nonce is only old.
 */
function clockFailure(error: unknown, { nonce, now, theirTime }: ExpectedIdToken): UpstreamError | undefined {
  const isAboutTime =
    error instanceof errors.JWTExpired ||
    (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf')
  if (!isAboutTime || error.payload.nonce !== nonce) return undefined
  const skew = clockSkew(error.payload, now, theirTime)
  return skew === undefined ? undefined : new UpstreamError('upstream_clock_skew', skew)
}

/** The errors of jose carry the token's claims, so none is passed on, not even as a cause. */
function idTokenFailure(error: unknown): unknown {
  if (error instanceof UpstreamError) return error
  if (error instanceof errors.JWTExpired)
    return new UpstreamError('upstream_token_expired', 'The ID token has expired: compare the clocks.')
  if (error instanceof errors.JWTClaimValidationFailed)
    return CHECKED_CLAIMS[error.claim]?.() ?? malformed('lacks an expiry or a time of issue')
  if (error instanceof errors.JWTInvalid || error instanceof errors.JWSInvalid)
    return malformed('is not a signed JWT (encrypted ones are not supported)')
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return failure(
      'signature',
      'is signed with an algorithm that is not accepted: choose RS256, PS256, ES256 or EdDSA there',
    )
  if (error instanceof errors.JWKSNoMatchingKey)
    return failure('signature', 'is signed with a key that the provider does not publish')
  return failure('signature', 'cannot be verified with the keys that the provider publishes')
}

const malformed = (problem: string) =>
  new UpstreamError('upstream_response_invalid', `The ID token ${problem}.`)
