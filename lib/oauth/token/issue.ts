import type { Grant, RefreshToken, Server } from '../model'
import type { Ports } from '../ports/ports'
import { REFRESH_TOKEN_MAX_LIFETIME } from '../protocol/lifetimes'
import { formatScope } from '../protocol/scope'
import { hashSecret } from '../protocol/secret-hash'
import { subjectOf } from '../protocol/subject'

export type IssuePorts = Pick<Ports, 'accessTokens' | 'clock' | 'secrets' | 'signer'>

/** The body of a successful token response (RFC 6749 §5.1); absent fields are omitted. */
export type TokenResponse = {
  readonly access_token: string
  readonly token_type: 'Bearer'
  /** Seconds. */
  readonly expires_in: number
  readonly scope: string
  readonly refresh_token?: string
  /** OpenID Connect Core §3.1.3.3; see `id-token.ts`. */
  readonly id_token?: string
}

/**
 * Issues an access token in the server's format and words the response. The audience is always the resource as
 * configured, however the client spelled it.
 *
 * @param scope what the token may do: the grant's scope, or less
 */
export async function issueTokens(
  server: Server,
  grant: Grant,
  scope: readonly string[],
  refreshToken: string | undefined,
  ports: IssuePorts,
): Promise<TokenResponse> {
  const format = server.tokenFormat === 'opaque' ? opaqueAccessToken : signedAccessToken
  return {
    access_token: await format(server, grant, scope, ports),
    token_type: 'Bearer',
    expires_in: server.accessTokenLifetime,
    scope: formatScope(scope),
    ...(refreshToken && { refresh_token: refreshToken }),
  }
}

/** A JWT (RFC 9068 §2.2), which is not stored. */
function signedAccessToken(
  server: Server,
  grant: Grant,
  scope: readonly string[],
  ports: IssuePorts,
): Promise<string> {
  const now = Math.floor(ports.clock().getTime() / 1000)
  return ports.signer.sign(server.id, {
    ...grant.claims,
    iss: server.issuer,
    sub: subjectOf(grant),
    aud: server.resource,
    client_id: grant.clientId,
    scope: formatScope(scope),
    jti: ports.secrets.id(),
    iat: now,
    exp: now + server.accessTokenLifetime,
    gid: grant.id,
  })
}

/** A random string, of which only the hash is stored. */
async function opaqueAccessToken(
  server: Server,
  grant: Grant,
  scope: readonly string[],
  ports: IssuePorts,
): Promise<string> {
  const token = ports.secrets.token('vst_at_')
  const issuedAt = ports.clock()
  await ports.accessTokens.save({
    hash: hashSecret(token),
    id: ports.secrets.id(),
    grantId: grant.id,
    audience: server.resource,
    scope,
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + server.accessTokenLifetime * 1000),
  })
  return token
}

/**
 * The row of a refresh token. It expires when it was not used for the server's refresh lifetime, and at the latest
 * with its family.
 */
export function refreshTokenRow(
  token: string,
  server: Server,
  grant: { readonly id: string; readonly createdAt: Date; readonly network?: string | undefined },
  ports: IssuePorts,
): RefreshToken {
  const sliding = ports.clock().getTime() + server.refreshTokenLifetime * 1000
  const absolute = grant.createdAt.getTime() + REFRESH_TOKEN_MAX_LIFETIME * 1000
  return {
    hash: hashSecret(token),
    grantId: grant.id,
    nonce: ports.secrets.id(),
    keyId: ports.secrets.currentKeyId(),
    issuedAt: ports.clock(),
    ...(grant.network !== undefined && { network: grant.network }),
    expiresAt: new Date(Math.min(sliding, absolute)),
  }
}
