import type { Grant, Server } from '../model'
import type { Ports } from '../ports'
import { OAuthError } from '../protocol/errors'
import { type Parameters, parseParameters, requireNoDuplicates } from '../protocol/parameters'
import { formatScope } from '../protocol/scope'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'

/**
 * Introspection (RFC 7662 §2), for the server's own resource server alone. A token is active only while its grant
 * lives, so a revocation shows here at once, also for access tokens that still verify offline.
 *
 * @param authorization `Bearer vst_rs_…`, or Basic with the server's slug and the same credential
 * @returns `{ active: false }` and nothing else for whatever is not a live token of this server
 * @throws OAuthError `invalid_client` when the resource server does not prove itself
 */
export async function introspect(
  server: Server,
  body: URLSearchParams,
  authorization: string | undefined,
  ports: Ports,
): Promise<Readonly<Record<string, unknown>>> {
  const form = parseParameters(body)
  requireNoDuplicates(form)
  authenticateResourceServer(server, authorization)
  const token = requireToken(form)
  const found = token.startsWith('vst_rt_')
    ? await describeRefreshToken(server, token, ports)
    : await describeAccessToken(server, token, ports)
  return found ?? { active: false }
}

function authenticateResourceServer(server: Server, authorization: string | undefined): void {
  const [scheme = '', value = ''] = authorization?.split(' ') ?? []
  const presented =
    scheme.toLowerCase() === 'bearer'
      ? value
      : scheme.toLowerCase() === 'basic'
        ? basicPassword(value, server)
        : ''
  if (
    !presented ||
    !server.resourceSecretHash ||
    !equalSecrets(hashSecret(presented), server.resourceSecretHash)
  )
    throw new OAuthError('invalid_client', 'the resource server must authenticate with its own credential')
}

function basicPassword(encoded: string, server: Server): string {
  const [user, password = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(/:(.*)/s)
  return user === server.slug ? password : ''
}

function requireToken(form: Parameters): string {
  const token = form.get('token')
  if (!token) throw new OAuthError('invalid_request', 'token is missing')
  return token
}

async function describeAccessToken(server: Server, token: string, ports: Ports) {
  const claims = await ports.signer.verify(server.id, token)
  const now = ports.clock().getTime() / 1000
  if (!claims || claims.iss !== server.issuer || claims.aud !== server.resource) return null
  if (typeof claims.exp !== 'number' || claims.exp <= now || typeof claims.gid !== 'string') return null
  const grant = await liveGrant(server, claims.gid, ports)
  return grant && { active: true, token_type: 'Bearer', ...claims }
}

async function describeRefreshToken(server: Server, token: string, ports: Ports) {
  const found = await ports.refreshTokens.find(hashSecret(token))
  if (!found || found.token.rotatedAt || found.token.expiresAt <= ports.clock()) return null
  const { grant } = found
  if (grant.serverId !== server.id || grant.revokedAt) return null
  return {
    active: true,
    iss: server.issuer,
    sub: grant.userId,
    client_id: grant.clientId,
    scope: formatScope(grant.scope),
    exp: Math.floor(found.token.expiresAt.getTime() / 1000),
    gid: grant.id,
  }
}

async function liveGrant(server: Server, id: string, ports: Ports): Promise<Grant | null> {
  const grant = await ports.grants.find(id)
  return grant && !grant.revokedAt && grant.serverId === server.id ? grant : null
}
