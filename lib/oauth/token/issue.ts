import type { AccessToken, Claims, Grant, RefreshToken, Server, TokenGrant } from '../model'
import type { Ports } from '../ports/ports'
import { REFRESH_TOKEN_MAX_LIFETIME } from '../protocol/lifetimes'
import { formatScope } from '../protocol/scope'
import { hashSecret, successorNonce } from '../protocol/secret-hash'
import { subjectOf } from '../protocol/subject'
import { idTokenFor } from './id-token'

export type IssuePorts = Pick<Ports, 'clock' | 'secrets' | 'signer'>

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

/** Tokens that are ready to be issued, before anything is spent for them. */
export type Issuance = {
  /** The row of an opaque access token, which is stored with what is spent for it. */
  readonly accessToken?: Omit<AccessToken, 'grantId' | 'scope'>
  /**
   * Words the response. It asks no store, so that nothing can come between spending and answering.
   *
   * @param scope what the access token may do: the grant's scope, or less
   * @param further.idToken absent where no user is behind the grant type; `nonce`: the client's, when its code is redeemed
   */
  respond(grant: TokenGrant, scope: readonly string[], further?: Further): TokenResponse
}

type Further = {
  readonly refreshToken?: string | undefined
  readonly idToken?: { readonly nonce?: string | undefined }
}

/**
 * Makes everything of an access token that can fail. The audience is always the resource as configured, however the
 * client spelled it.
 *
 * @throws StoreUnavailable
 */
export async function prepareTokens(server: Server, ports: IssuePorts): Promise<Issuance> {
  const signer = await ports.signer.ready(server.id)
  const opaque = server.tokenFormat === 'opaque' ? newOpaqueToken(server, ports) : undefined
  return {
    ...(opaque && { accessToken: opaque.row }),
    respond(grant, scope, { refreshToken, idToken } = {}) {
      const claims = () => accessTokenClaims(server, grant, scope, ports)
      const tokens = {
        access_token: opaque?.token ?? signer.accessToken(claims()),
        token_type: 'Bearer',
        expires_in: server.accessTokenLifetime,
        scope: formatScope(scope),
        ...(refreshToken && { refresh_token: refreshToken }),
      } as const
      if (!idToken || !scope.includes('openid')) return tokens
      const described = idTokenFor(tokens.access_token, server, grant, idToken.nonce, ports.clock())
      return { ...tokens, id_token: signer.idToken(described) }
    },
  }
}

/** The claims of a JWT (RFC 9068 §2.2), which is not stored. */
function accessTokenClaims(
  server: Server,
  grant: TokenGrant,
  scope: readonly string[],
  ports: IssuePorts,
): Claims {
  const now = Math.floor(ports.clock().getTime() / 1000)
  return {
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
  }
}

/** A random string, of which only the hash is stored. */
function newOpaqueToken(server: Server, ports: IssuePorts) {
  const token = ports.secrets.token('vst_at_')
  const issuedAt = ports.clock()
  const expiresAt = new Date(issuedAt.getTime() + server.accessTokenLifetime * 1000)
  const row = {
    hash: hashSecret(token),
    id: ports.secrets.id(),
    audience: server.resource,
    issuedAt,
    expiresAt,
  }
  return { token, row }
}

/**
 * Issues tokens for a grant that nothing was spent for: a retry gets others.
 *
 * @throws StoreUnavailable
 */
export async function issueTokens(
  server: Server,
  grant: Grant,
  scope: readonly string[],
  ports: IssuePorts & Pick<Ports, 'accessTokens'>,
): Promise<TokenResponse> {
  const tokens = await prepareTokens(server, ports)
  if (tokens.accessToken) await ports.accessTokens.save({ ...tokens.accessToken, grantId: grant.id, scope })
  return tokens.respond(grant, scope)
}

/** What the row of a refresh token tells of its family. */
export type Family = {
  readonly clientRowId: string
  /** Of the grant: its tokens expire with it. Absent where the statement that stores the token minds that. */
  readonly createdAt?: Date
  readonly network?: string | undefined
}

/**
 * The row of a refresh token. It expires when it was not used for the server's refresh lifetime, and at the latest
 * with its family.
 */
export function newRefreshToken(
  token: string,
  server: Server,
  { clientRowId, createdAt, network }: Family,
  ports: IssuePorts,
): Omit<RefreshToken, 'grantId'> {
  const issuedAt = ports.clock()
  const sliding = issuedAt.getTime() + server.refreshTokenLifetime * 1000
  const absolute = createdAt ? createdAt.getTime() + REFRESH_TOKEN_MAX_LIFETIME * 1000 : sliding
  return {
    hash: hashSecret(token),
    nonce: successorNonce(token, clientRowId),
    keyId: ports.secrets.currentKeyId(),
    issuedAt,
    ...(network !== undefined && { network }),
    expiresAt: new Date(Math.min(sliding, absolute)),
  }
}
