import { isDeepStrictEqual } from 'node:util'
import type { Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import { ClientDocumentError } from '../protocol/client-document'
import { clientIdHost, isClientIdUrl } from '../protocol/client-id-url'
import { OAuthError } from '../protocol/errors'
import { DOCUMENT_TRUST_LIFETIME } from '../protocol/lifetimes'
import {
  clientOf,
  loadClientDocument,
  type MetadataDocumentPorts,
  notLetIn,
  requireUsable,
} from './metadata-document'

export type FindClientPorts = Pick<Ports, 'clients'> & MetadataDocumentPorts

/** Longer ids are not looked up: no client has one. */
const MAX_CLIENT_ID_LENGTH = 2048

/**
 * The client with this `client_id` at this server, whichever way it is known; null when there is none. One that is
 * known by its address is what its document says now.
 *
 * @throws ClientDocumentError when there is an address and no document to go by
 */
export async function findClient(
  server: Server,
  clientId: string,
  ports: FindClientPorts,
): Promise<Client | null> {
  if (!isPossible(clientId)) return null
  if (!isClientIdUrl(clientId)) return ports.clients.find(server.id, clientId)
  requireUsable(server, clientId)
  const known = isShut(server, clientId) ? await ports.clients.find(server.id, clientId) : undefined
  if (known === null || (known && !known.approvedAt)) throw notLetIn()
  return remember(server, clientId, ports)
}

/** Nothing is fetched for a client that may not come anyway. */
const isShut = ({ clientAdmission: rule }: Server, clientId: string): boolean =>
  rule?.others === 'refuse' && !rule.hosts.includes(clientIdHost(clientId))

/**
 * Finds a client that was seen before, at the endpoints where it presents its grants. No document is fetched on behalf
 * of an unauthenticated client, and a stored copy is used when the document cannot be fetched: an outage of its host
 * logs no user out.
 */
export async function findKnownClient(
  server: Server,
  clientId: string,
  ports: FindClientPorts,
): Promise<Client | null> {
  const known = isPossible(clientId) ? await ports.clients.find(server.id, clientId) : null
  if (known?.kind !== 'metadata_document') return known
  try {
    requireUsable(server, clientId)
  } catch (error) {
    if (error instanceof ClientDocumentError) return null
    throw error
  }
  try {
    // Keys in the document change when the client says so, with its `Cache-Control`.
    return await remember(server, clientId, ports, {
      known,
      ...(!known.jwks && { goodFor: DOCUMENT_TRUST_LIFETIME }),
    })
  } catch (error) {
    if (error instanceof ClientDocumentError) return known
    throw error
  }
}

/**
 * Finds a client that may come to this endpoint first and without a browser: it pushes its request, presents an
 * identity assertion, or is a device. Errors of its document become errors of these endpoints.
 *
 * @throws OAuthError `invalid_client`, or `temporarily_unavailable` when the document cannot be fetched
 */
export async function findNewcomer(
  server: Server,
  clientId: string,
  ports: FindClientPorts,
): Promise<Client | null> {
  try {
    return (await findKnownClient(server, clientId, ports)) ?? (await findClient(server, clientId, ports))
  } catch (error) {
    if (!(error instanceof ClientDocumentError)) throw error
    const isTransient = error.reason === 'client_document_unreachable'
    throw new OAuthError(isTransient ? 'temporarily_unavailable' : 'invalid_client', error.description, {
      cause: error,
    })
  }
}

/** Brings the client's row up to date with its document. */
async function remember(
  server: Server,
  clientId: string,
  ports: FindClientPorts,
  earlier: { readonly known?: Client; readonly goodFor?: number } = {},
): Promise<Client> {
  const known = earlier.known ?? (await ports.clients.find(server.id, clientId))
  const { goodFor } = earlier
  const document = await loadClientDocument(clientId, ports, { isKnown: known !== null, goodFor })
  const described = clientOf(server, document)
  return known && isUpToDate(known, described) ? known : ports.clients.remember(described)
}

function isUpToDate(known: Client, { metadata: _, ...described }: ReturnType<typeof clientOf>): boolean {
  const { createdAt, blockedAt, approvedAt, askedAt, firstTokenAt, version, id, ...stored } = known
  return isDeepStrictEqual(stored, described)
}

const isPossible = (clientId: string): boolean =>
  clientId.length <= MAX_CLIENT_ID_LENGTH && !clientId.includes('\0')
