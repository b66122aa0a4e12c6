import type { Ports } from '../ports'
import { clientIdHost } from '../protocol/client-id-url'
import { redirectHost, redirectKind } from '../protocol/redirect-uri'
import type { ConsentView } from './view'

/**
 * What the consent page shows: who asks and how we know them, where the user will be sent, what for, and which
 * login comes next. Reading it uses nothing up.
 *
 * @returns null when the request is unknown, expired or over
 */
export async function consentPrompt(requestId: string, ports: Ports): Promise<ConsentView | null> {
  const request = await ports.requests.findOpen(requestId, ports.clock())
  if (!request) return null
  const [server, client] = await Promise.all([
    ports.servers.find(request.serverId),
    ports.clients.findByRowId(request.clientRowId),
  ])
  const connection = server && (await ports.connections.find(server.connectionId))
  if (!server || !client || !connection) return null
  return {
    client: {
      kind: client.kind,
      clientId: client.clientId,
      ...(client.name && { name: client.name }),
      ...(client.uri && { uri: client.uri }),
      ...(client.kind === 'metadata_document' && { documentHost: clientIdHost(client.clientId) }),
    },
    redirect: request.deviceCodeId
      ? { kind: 'device', host: '' }
      : { kind: redirectKind(request.redirectUri), host: redirectHost(request.redirectUri) },
    server: { name: server.name, resource: server.resource },
    connection: { name: connection.name },
    scopes: server.scopes.filter(({ name }) => request.scope.includes(name)),
    offline: client.grantTypes.includes('refresh_token'),
    reference: request.reference,
  }
}
