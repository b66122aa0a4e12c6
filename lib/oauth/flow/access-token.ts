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
  const signed = await verifySignedAccessToken(server, presented, ports)
  if (!signed) return null
  const grant = await ports.accessTokens.findGrantOfSigned(signed)
  return grant?.serverId === server.id ? { claims: signed.claims, grant } : null
}

/** What a signed access token says, as far as it can be told without its grant. */
export async function verifySignedAccessToken(
  server: Server,
  presented: string,
  ports: Pick<AccessTokenPorts, 'clock' | 'signer'>,
): Promise<{ readonly claims: Claims; readonly id: string; readonly grantId: string } | null> {
  const claims = await ports.signer.verify(server.id, presented)
  if (!claims || claims.iss !== server.issuer || claims.aud !== server.resource) return null
  const { exp, jti: id, gid: grantId } = claims
  const now = ports.clock().getTime() / 1000
  if (typeof exp !== 'number' || exp <= now || typeof id !== 'string' || typeof grantId !== 'string')
    return null
  return { claims, id, grantId }
}

/** The same of an opaque access token. */
export async function findOpaqueAccessToken(
  server: Server,
  presented: string,
  ports: AccessTokenPorts,
): Promise<{ readonly token: AccessToken; readonly grant: Grant } | null> {
  const found = await ports.accessTokens.find(hashSecret(presented))
  return found?.grant.serverId === server.id && isFor(server, found.token, ports.clock()) ? found : null
}

/** Whether an opaque token has not expired, and is for the server's resource as it is now. */
export const isFor = (
  { resource }: Server,
  { expiresAt, audience }: Pick<AccessToken, 'expiresAt' | 'audience'>,
  now: Date,
): boolean => expiresAt > now && audience === resource
