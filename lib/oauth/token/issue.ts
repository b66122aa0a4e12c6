import type { Grant, RefreshToken, Server } from '../model'
import type { Ports } from '../ports'
import { REFRESH_TOKEN_MAX_LIFETIME } from '../protocol/lifetimes'
import { formatScope } from '../protocol/scope'
import { hashSecret } from '../protocol/secret-hash'

/** The body of a successful token response (RFC 6749 §5.1); absent fields are omitted. */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
}

/**
 * Signs an access token (RFC 9068 §2.2) and words the response. The audience is always the resource as configured,
 * however the client spelled it.
 *
 * @param scope what the token may do: the grant's scope, or less
 */
export async function issueTokens(
  server: Server,
  grant: Grant,
  scope: readonly string[],
  refreshToken: string | undefined,
  ports: Ports,
): Promise<TokenResponse> {
  const now = Math.floor(ports.clock().getTime() / 1000)
  const accessToken = await ports.signer.sign(server.id, {
    ...grant.claims,
    iss: server.issuer,
    sub: grant.userId,
    aud: server.resource,
    client_id: grant.clientId,
    scope: formatScope(scope),
    jti: ports.secrets.id(),
    iat: now,
    exp: now + server.accessTokenLifetime,
    gid: grant.id,
  })
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: server.accessTokenLifetime,
    scope: formatScope(scope),
    ...(refreshToken && { refresh_token: refreshToken }),
  }
}

/**
 * The row of a refresh token. It expires when it was not used for the server's refresh lifetime, and at the latest
 * with its family.
 */
export function refreshTokenRow(
  token: string,
  server: Server,
  grant: { readonly id: string; readonly createdAt: Date },
  ports: Ports,
): RefreshToken {
  const sliding = ports.clock().getTime() + server.refreshTokenLifetime * 1000
  const absolute = grant.createdAt.getTime() + REFRESH_TOKEN_MAX_LIFETIME * 1000
  return {
    hash: hashSecret(token),
    grantId: grant.id,
    nonce: ports.secrets.id(),
    keyId: ports.secrets.currentKeyId(),
    expiresAt: new Date(Math.min(sliding, absolute)),
  }
}
