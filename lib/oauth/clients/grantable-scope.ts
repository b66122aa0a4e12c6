import type { Client, Server } from '../model'
import { intersect, parseScope } from '../protocol/scope'
import { STANDARD_SCOPE_NAMES } from '../protocol/standard-scopes'

/**
 * Unknown scopes are dropped, and never more is granted than was asked (RFC 6749 §3.3). Who asks for none gets
 * what it registered, or else what the server offers: older MCP clients send no scope at all. A client that the
 * operator registered gets no more than that; one that registered itself may ask for more later, because MCP clients
 * register with the scope of the first challenge and learn of the others when a tool needs them. The standard scopes
 * are granted to those who ask, and to nobody else.
 */
export function grantableScope(
  server: Server,
  client: Client,
  requested: string | undefined,
): readonly string[] {
  const offered = server.scopes.map(({ name }) => name)
  const registered = client.scope ? intersect(offered, client.scope) : offered
  if (requested === undefined) return registered
  const grantable = [...offered, ...STANDARD_SCOPE_NAMES]
  const limit = client.kind === 'preregistered' && client.scope
  return intersect(
    parseScope(requested),
    limit ? [...intersect(grantable, limit), 'offline_access'] : grantable,
  )
}
