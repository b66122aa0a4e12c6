import { isDeepStrictEqual } from 'node:util'
import type { Client, Server } from '../model'
import type { Ports } from '../ports/ports'
import { ClientDocumentError } from '../protocol/client-document'
import { isClientIdUrl } from '../protocol/client-id-url'
import { OAuthError } from '../protocol/errors'
import { DOCUMENT_TRUST_LIFETIME } from '../protocol/lifetimes'
import {
  clientOf,
  loadClientDocument,
  type MetadataDocumentPorts,
  requireAdmitted,
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
  requireAdmitted(server, clientId)
  return remember(server, clientId, ports)
}

/**
 * The same for a client that has been here before, at the endpoints where it answers for its grants. Nobody is asked
 * on behalf of a stranger, and what was stored goes on when the document cannot be had: nobody is logged out by that.
 */
export async function findKnownClient(
  server: Server,
  clientId: string,
  ports: FindClientPorts,
): Promise<Client | null> {
  const known = isPossible(clientId) ? await ports.clients.find(server.id, clientId) : null
  if (known?.kind !== 'metadata_document') return known
  try {
    requireAdmitted(server, clientId)
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
 * The same for a client that may come there first, and not by way of a browser: because it pushes its request, because
 * a company vouches for its user, or because it is a device. What is wrong with its document is told as these endpoints
 * tell it.
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
  const document = await loadClientDocument(clientId, ports, earlier.goodFor)
  const described = clientOf(server, document)
  const known = earlier.known ?? (await ports.clients.find(server.id, clientId))
  return known && isUpToDate(known, described) ? known : ports.clients.remember(described)
}

function isUpToDate(known: Client, { metadata: _, ...described }: ReturnType<typeof clientOf>): boolean {
  const { id: __, createdAt: ___, blockedAt: ____, ...stored } = known
  return isDeepStrictEqual(stored, described)
}

const isPossible = (clientId: string): boolean =>
  clientId.length <= MAX_CLIENT_ID_LENGTH && !clientId.includes('\0')
