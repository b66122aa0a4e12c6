import type { Server } from '../model'
import type { Ports } from '../ports'
import { OAuthError } from '../protocol/errors'
import { type Parameters, parseParameters, requireNoDuplicates } from '../protocol/parameters'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import { describeAccessToken, describeRefreshToken } from './describe-token'

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
  // What the token's prefix says it is; `token_type_hint` could only be wrong.
  const describer = token.startsWith('vst_rt_') ? describeRefreshToken : describeAccessToken
  const found = await describer(server, token, ports)
  return found ? { ...found, active: true } : { active: false }
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
