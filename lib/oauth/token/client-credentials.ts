import type { Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import { OAuthError } from '../protocol/errors'
import { checkResources } from '../protocol/resource'
import { intersect, parseScope } from '../protocol/scope'
import { type IssuePorts, issueTokens, type TokenResponse } from './issue'
import type { TokenRequest } from './token-request'

export type ClientCredentialsPorts = Pick<Ports, 'accessTokens' | 'grants'> & IssuePorts

/**
 * `grant_type=client_credentials` (RFC 6749 §4.4, MCP `oauth-client-credentials`): a token for the client itself, whose
 * `sub` is its `client_id` (RFC 9068 §2.2), and no refresh token (RFC 6749 §4.4.3). Only for authenticated clients that
 * the operator named for it: a self-registered client could otherwise authorize itself. Decision 0035.
 *
 * @throws OAuthError `unauthorized_client`, `invalid_scope` or `invalid_target`
 */
export async function issueToClient(
  { server, client, form, network }: TokenRequest,
  ports: ClientCredentialsPorts,
): Promise<TokenResponse> {
  if (client.kind !== 'preregistered' || client.tokenEndpointAuthMethod === 'none')
    throw new OAuthError('unauthorized_client', 'the client may not act for itself')
  checkResources(form.getAll('resource'), server)
  const allowed = allowedScope(server, client)
  const scope = requestedScope(allowed, form.get('scope'))
  const grant = await ports.grants.ofClient(client, server, allowed, ports.clock(), network)
  return issueTokens(server, grant, scope, ports)
}

/** What the operator registered for the client, as far as the server offers it. */
function allowedScope(server: Server, client: Client): readonly string[] {
  const offered = server.scopes.map(({ name }) => name)
  return client.scope ? intersect(offered, client.scope) : offered
}

/** Without a requested scope, all of it (RFC 6749 §3.3); otherwise the allowed part of the request. */
function requestedScope(allowed: readonly string[], requested: string | undefined): readonly string[] {
  if (requested === undefined) return allowed
  const scope = intersect(parseScope(requested), allowed)
  if (scope.length === 0) throw new OAuthError('invalid_scope', 'the client may have none of these scopes')
  return scope
}
