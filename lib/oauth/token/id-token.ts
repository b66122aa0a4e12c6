import type { Claims, Server, TokenGrant } from '../model'
import { idTokenClaims } from '../protocol/id-token'
import { ID_TOKEN_LIFETIME } from '../protocol/lifetimes'
import { subjectOf } from '../protocol/subject'

/**
 * The claims of the ID token that goes with an access token whose scope has `openid` (OpenID Connect Core §3.1.3.3,
 * §12.2).
 *
 * @param nonce the client's, when its authorization code is redeemed; a refresh has none (§12.2)
 */
export function idTokenFor(
  accessToken: string,
  server: Server,
  grant: TokenGrant,
  nonce: string | undefined,
  now: Date,
): Claims {
  return idTokenClaims({
    issuer: server.issuer,
    subject: subjectOf(grant),
    clientId: grant.clientId,
    issuedAt: Math.floor(now.getTime() / 1000),
    lifetime: ID_TOKEN_LIFETIME,
    accessToken,
    ...(grant.authTime && { authTime: grant.authTime }),
    ...(nonce !== undefined && { nonce }),
  })
}
