/** The claims of a live token, for introspection and userinfo alike. */
import { type AccessTokenPorts, isFor, verifySignedAccessToken } from '../flow/access-token'
import { refusalOf, scopeNow } from '../flow/admission'
import { judgeLogins } from '../flow/asserted-admission'
import type { Claims, Grant, Server, TokenGrant } from '../model'
import type { Ports } from '../ports/ports'
import type { RuledGrant } from '../ports/tokens'
import { hasAccessRules } from '../protocol/access-rules'
import { formatScope, parseScope } from '../protocol/scope'
import { hashSecret } from '../protocol/secret-hash'
import { subjectOf } from '../protocol/subject'

export type DescribeTokenPorts = Pick<Ports, 'refreshTokens' | 'users'> & AccessTokenPorts

/** The members of an active token (RFC 7662 §2.2). */
export type TokenMembers = Claims

/**
 * Describes an access token of this server, signed or opaque. Null for everything else: a token that is expired,
 * revoked alone or with its grant, another server's, for another resource, or no access token.
 */
export function describeAccessToken(
  server: Server,
  token: string,
  ports: DescribeTokenPorts,
): Promise<TokenMembers | null> {
  const describer = token.startsWith('vst_at_') ? describeOpaqueToken : describeSignedToken
  return describer(server, token, ports)
}

async function describeSignedToken(
  server: Server,
  token: string,
  ports: DescribeTokenPorts,
): Promise<TokenMembers | null> {
  const signed = await verifySignedAccessToken(server, token, ports)
  if (!signed) return null
  const members = { ...signed.claims, token_type: 'Bearer' }
  if (!hasAccessRules(server)) return (await ports.accessTokens.isLiveSigned(signed, server)) ? members : null
  const grant = await ports.accessTokens.findLiveSigned(signed, server)
  const scope =
    grant && (await scopeLeft(server, grant, parseScope(String(signed.claims.scope ?? '')), ports))
  return scope && { ...members, scope: formatScope(scope) }
}

async function describeOpaqueToken(
  server: Server,
  presented: string,
  ports: DescribeTokenPorts,
): Promise<TokenMembers | null> {
  const found = await ports.accessTokens.findLive(hashSecret(presented), server, hasAccessRules(server))
  if (!found || !isFor(server, found.token, ports.clock())) return null
  const { token, grant } = found
  const scope = await scopeLeft(server, grant, token.scope, ports)
  if (!scope) return null
  return {
    ...grant.claims,
    ...describeGrant(grant, server),
    token_type: 'Bearer',
    aud: token.audience,
    scope: formatScope(scope),
    jti: token.id,
    iat: inSeconds(token.issuedAt),
    exp: inSeconds(token.expiresAt),
  }
}

/** What access rules leave of a token's scope now; null where they refuse its user. */
async function scopeLeft(
  server: Server,
  grant: RuledGrant,
  scope: readonly string[],
  ports: DescribeTokenPorts,
): Promise<readonly string[] | null> {
  if (refusalOf(server, grant)) return null
  const left = scopeNow(server, grant, scope)
  if (!grant.isAsserted) return left
  const verdict = await judgeLogins(server, { grantId: grant.id }, grant.userClaims ?? {}, ports)
  return verdict.isRefused ? null : verdict.allowed(left)
}

/**
 * A refresh token is for us alone, and what it says of its type and audience must not let a resource server take it
 * for an access token (RFC 7662 §4). `N_A` is the registered word for a token that gives no access (RFC 8693 §2.2.1).
 */
export async function describeRefreshToken(
  server: Server,
  presented: string,
  ports: DescribeTokenPorts,
): Promise<TokenMembers | null> {
  const found = await ports.refreshTokens.find(hashSecret(presented))
  if (!found || !isLive(found.grant, server)) return null
  const { token, grant } = found
  if (token.rotatedAt || token.expiresAt <= ports.clock()) return null
  return {
    ...describeGrant(grant, server),
    token_type: 'N_A',
    aud: server.issuer,
    scope: formatScope(grant.scope),
    iat: inSeconds(token.issuedAt),
    exp: inSeconds(token.expiresAt),
  }
}

const describeGrant = (grant: TokenGrant, server: Server) => ({
  iss: server.issuer,
  sub: subjectOf(grant),
  client_id: grant.clientId,
  gid: grant.id,
})

const isLive = (grant: Grant, server: Server) =>
  !grant.revokedAt && !grant.blocked && grant.serverId === server.id

const inSeconds = (time: Date) => Math.floor(time.getTime() / 1000)
