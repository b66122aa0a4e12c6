import type { Grant, Server } from '../model'
import type { Ports } from '../ports'
import { OAuthError } from '../protocol/errors'
import { type Parameters, parseParameters, requireNoDuplicates } from '../protocol/parameters'
import { formatScope } from '../protocol/scope'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import { subjectOf } from '../protocol/subject'

/** The members of an active token (RFC 7662 §2.2). */
type Members = Readonly<Record<string, unknown>>
type Describer = (server: Server, token: string, ports: Ports) => Promise<Members | null>

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
  const found = await describerFor(token)(server, token, ports)
  return found ? { ...found, active: true } : { active: false }
}

/** What a token's prefix says it is; `token_type_hint` could only be wrong. */
function describerFor(token: string): Describer {
  if (token.startsWith('vst_rt_')) return describeRefreshToken
  return token.startsWith('vst_at_') ? describeOpaqueToken : describeSignedToken
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

async function describeSignedToken(server: Server, token: string, ports: Ports): Promise<Members | null> {
  const claims = await ports.signer.verify(server.id, token)
  const now = ports.clock().getTime() / 1000
  if (!claims || claims.iss !== server.issuer || claims.aud !== server.resource) return null
  const { exp, jti, gid } = claims
  if (typeof exp !== 'number' || exp <= now || typeof jti !== 'string' || typeof gid !== 'string') return null
  const grant = await ports.accessTokens.findGrantOfSigned({ id: jti, grantId: gid })
  return grant && isLive(grant, server) ? { ...claims, token_type: 'Bearer' } : null
}

async function describeOpaqueToken(server: Server, presented: string, ports: Ports): Promise<Members | null> {
  const found = await ports.accessTokens.find(hashSecret(presented))
  if (!found || !isLive(found.grant, server)) return null
  const { token, grant } = found
  if (token.expiresAt <= ports.clock() || token.audience !== server.resource) return null
  return {
    ...grant.claims,
    ...describeGrant(grant, server),
    token_type: 'Bearer',
    aud: token.audience,
    scope: formatScope(token.scope),
    jti: token.id,
    iat: inSeconds(token.issuedAt),
    exp: inSeconds(token.expiresAt),
  }
}

/**
 * A refresh token is for us alone, and what it says of its type and audience must not let a resource server take it
 * for an access token (RFC 7662 §4). `N_A` is the registered word for a token that gives no access (RFC 8693 §2.2.1).
 */
async function describeRefreshToken(
  server: Server,
  presented: string,
  ports: Ports,
): Promise<Members | null> {
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

const describeGrant = (grant: Grant, server: Server) => ({
  iss: server.issuer,
  sub: subjectOf(grant),
  client_id: grant.clientId,
  gid: grant.id,
})

const isLive = (grant: Grant, server: Server) => !grant.revokedAt && grant.serverId === server.id

const inSeconds = (time: Date) => Math.floor(time.getTime() / 1000)
