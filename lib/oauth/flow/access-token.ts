/** Access tokens as this server knows its own, for every endpoint that is shown one. */
import type { AccessToken, Claims, Grant, Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'

export type AccessTokenPorts = Pick<Ports, 'accessTokens' | 'clock' | 'signer'>

/**
 * A signed access token of this server that has not expired and was not revoked alone, with its grant, which may be
 * revoked. Null for any other token, also another server's (RFC 9068 §4).
 */
export async function findSignedAccessToken(
  server: Server,
  presented: string,
  ports: AccessTokenPorts,
): Promise<{ readonly claims: Claims; readonly grant: Grant } | null> {
  const claims = await ports.signer.verify(server.id, presented)
  if (!claims || claims.iss !== server.issuer || claims.aud !== server.resource) return null
  const { exp, jti, gid } = claims
  const now = ports.clock().getTime() / 1000
  if (typeof exp !== 'number' || exp <= now || typeof jti !== 'string' || typeof gid !== 'string') return null
  const grant = await ports.accessTokens.findGrantOfSigned({ id: jti, grantId: gid }, server)
  return grant?.serverId === server.id ? { claims, grant } : null
}

/** The same of an opaque access token. */
export async function findOpaqueAccessToken(
  server: Server,
  presented: string,
  ports: AccessTokenPorts,
): Promise<{ readonly token: AccessToken; readonly grant: Grant } | null> {
  const found = await ports.accessTokens.find(hashSecret(presented), server)
  if (found?.grant.serverId !== server.id) return null
  const { expiresAt, audience } = found.token
  return expiresAt > ports.clock() && audience === server.resource ? found : null
}
