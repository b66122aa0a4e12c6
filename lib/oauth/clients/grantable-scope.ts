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
 * Unknown scopes are dropped, and never more is granted than was asked (RFC 6749 §3.3). Who asks for none gets
 * what it registered, or else what the server offers: older MCP clients send no scope at all. A client that the
 * operator registered gets no more than that; one that registered itself may ask for more later, because MCP clients
 * register with the scope of the first challenge and learn of the others when a tool needs them. The standard scopes
 * are granted to those who ask, and to nobody else. Decision 0008.
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
