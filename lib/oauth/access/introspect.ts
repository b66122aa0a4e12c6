import { authenticateResourceServer } from '../clients/authenticate-resource-server'
import { requireFresh } from '../flow/unconfirmed'
import type { Server } from '../model'
import { OAuthError } from '../protocol/errors'
import { type Parameters, parseParameters, requireNoDuplicates } from '../protocol/parameters'
import {
  type DescribeTokenPorts,
  describeAccessToken,
  describeRefreshToken,
  type TokenMembers,
} from './describe-token'

export type IntrospectPorts = DescribeTokenPorts

/**
 * Introspection (RFC 7662 §2), for the server's own resource server alone. A token is active only while its grant
 * lives, so a revocation shows here at once, also for access tokens that still verify offline. Decision 0020.
 *
 * @param authorization `Bearer vst_rs_…`, or Basic with the server's slug and the same credential
 * @returns `{ active: false }` and nothing else for whatever is not a live token of this server
 * @throws OAuthError `invalid_client` when the resource server does not prove itself
 */
export async function introspect(
  server: Server,
  body: URLSearchParams,
  authorization: string | undefined,
  ports: IntrospectPorts,
): Promise<TokenMembers> {
  const form = parseParameters(body)
  requireNoDuplicates(form)
  authenticateResourceServer(server, authorization)
  const token = requireToken(form)
  // What the token's prefix says it is; `token_type_hint` could only be wrong.
  const describer = token.startsWith('vst_rt_') ? describeRefreshToken : describeAccessToken
  const found = await describer(server, token, ports)
  if (found) return { ...found, active: true }
  requireFresh(server)
  return { active: false }
}

function requireToken(form: Parameters): string {
  const token = form.get('token')
  if (!token) throw new OAuthError('invalid_request', 'token is missing')
  return token
}
