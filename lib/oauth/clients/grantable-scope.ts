import type { Client, Server } from '../model'
import { intersect, parseScope } from '../protocol/scope'
import { STANDARD_SCOPE_NAMES } from '../protocol/standard-scopes'

/** All scopes that a client may have at a server. One that the operator registered gets no more than it was given. */
export function grantableScopes(
  server: Pick<Server, 'scopes'>,
  client: Pick<Client, 'kind' | 'scope'>,
): readonly string[] {
  const offered = [...server.scopes.map(({ name }) => name), ...STANDARD_SCOPE_NAMES]
  const limit = client.kind === 'preregistered' ? client.scope : undefined
  return limit ? intersect(offered, [...limit, 'offline_access']) : offered
}

/**
 * The scope to grant: unknown scopes are dropped, and never more is granted than was requested (RFC 6749 §3.3). Without
 * a request, what the client registered, or else what the server offers: older MCP clients send no scope. A
 * pre-registered client gets no more than its `scope`; a self-registered one may request more later, because MCP
 * clients register with the scope of the first challenge and learn of the others when a tool needs them. The standard
 * scopes are granted only on request. Decision 0008.
 */
export function grantableScope(
  server: Server,
  client: Client,
  requested: string | undefined,
): readonly string[] {
  if (requested !== undefined) return intersect(parseScope(requested), grantableScopes(server, client))
  const offered = server.scopes.map(({ name }) => name)
  return client.scope ? intersect(offered, client.scope) : offered
}
