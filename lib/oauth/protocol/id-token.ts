import { createHash } from 'node:crypto'

/** The algorithm of every server's keys, and so of its ID tokens. */
export const ID_TOKEN_ALGORITHM = 'ES256'

/** What an ID token is made of. Times are in seconds since 1970. */
export type IdTokenFacts = {
  readonly issuer: string
  /** The same as in access tokens. */
  readonly subject: string
  readonly clientId: string
  readonly issuedAt: number
  readonly lifetime: number
  /** When the user authenticated at the identity provider; absent when unknown. */
  readonly authTime?: Date
  /** As the client sent it; for the answer to its authorization code only. */
  readonly nonce?: string
  /** The one issued beside it. */
  readonly accessToken: string
}

/**
 * The claims of an ID token (OpenID Connect Core §2, §3.1.3.6). Name and email are not among them: with an access token
 * issued, they are served by the userinfo endpoint (§5.4). Decision 0026.
 */
export function idTokenClaims(facts: IdTokenFacts): Readonly<Record<string, unknown>> {
  return {
    iss: facts.issuer,
    sub: facts.subject,
    aud: facts.clientId,
    iat: facts.issuedAt,
    exp: facts.issuedAt + facts.lifetime,
    ...(facts.authTime && { auth_time: Math.floor(facts.authTime.getTime() / 1000) }),
    ...(facts.nonce !== undefined && { nonce: facts.nonce }),
    at_hash: accessTokenHash(facts.accessToken),
  }
}

/** The left half of the access token's SHA-256, the hash of ES256 (OpenID Connect Core §3.1.3.6). */
function accessTokenHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url')
}
