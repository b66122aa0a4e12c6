import type { Grant, Server } from '../model'
import type { Ports } from '../ports/ports'
import { idTokenClaims } from '../protocol/id-token'
import { ID_TOKEN_LIFETIME } from '../protocol/lifetimes'
import { parseScope } from '../protocol/scope'
import { subjectOf } from '../protocol/subject'
import type { TokenResponse } from './issue'

export type IdTokenPorts = Pick<Ports, 'clock' | 'signer'>

/**
 * Adds an ID token to a token response whose scope has `openid` (OpenID Connect Core §3.1.3.3, §12.2). Only grant types
 * with a user behind them call it.
 *
 * @param nonce the client's, when its authorization code is redeemed; a refresh has none (§12.2)
 */
export async function withIdToken(
  tokens: TokenResponse,
  server: Server,
  grant: Grant,
  nonce: string | undefined,
  ports: IdTokenPorts,
): Promise<TokenResponse> {
  if (!parseScope(tokens.scope).includes('openid')) return tokens
  const claims = idTokenClaims({
    issuer: server.issuer,
    subject: subjectOf(grant),
    clientId: grant.clientId,
    issuedAt: Math.floor(ports.clock().getTime() / 1000),
    lifetime: ID_TOKEN_LIFETIME,
    accessToken: tokens.access_token,
    ...(grant.authTime && { authTime: grant.authTime }),
    ...(nonce !== undefined && { nonce }),
  })
  return { ...tokens, id_token: await ports.signer.signIdToken(server.id, claims) }
}
