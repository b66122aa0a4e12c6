import type { ClientPolicy, Server } from '../model'
import type { NewClient } from '../ports/clients'
import {
  type ClientDocument,
  ClientDocumentError,
  MAX_CLIENT_DOCUMENT,
  parseClientDocument,
} from '../protocol/client-document'
import { checkClientIdUrl, clientIdHost } from '../protocol/client-id-url'
import { loadDocument, type RemoteDocumentPorts } from './remote-document'
import { WELL_KNOWN_DOCUMENTS } from './well-known-documents'

export type MetadataDocumentPorts = RemoteDocumentPorts

/**
 * What the metadata document at this address says of the client (CIMD §5). A well-known client's document is at hand
 * when it cannot be fetched: some hosts turn away requests from data centres.
 *
 * @param earlier.goodFor see {@link loadDocument}
 * @throws ClientDocumentError
 */
export async function loadClientDocument(
  url: string,
  ports: MetadataDocumentPorts,
  earlier: { readonly isKnown: boolean; readonly goodFor?: number | undefined },
): Promise<ClientDocument> {
  const pinned = WELL_KNOWN_DOCUMENTS.get(url)
  const kind = {
    limit: MAX_CLIENT_DOCUMENT,
    parse: (body: unknown) => parseClientDocument(body, url),
    isKnown: earlier.isKnown || pinned !== undefined,
  }
  try {
    return await loadDocument(url, kind, ports, earlier.goodFor)
  } catch (error) {
    if (!pinned || !isUnreachable(error)) throw error
    return parseClientDocument(pinned, url)
  }
}

/**
 * Whether this server lets clients of this address in, before anything is fetched.
 *
 * @throws ClientDocumentError `client_not_allowed`, or `client_document_invalid` for an address that cannot be one
 */
export function requireUsable(server: Server, clientId: string): void {
  if (server.clientPolicy === 'off')
    throw new ClientDocumentError('client_not_allowed', 'clients that are known by an address are not let in')
  const reason = checkClientIdUrl(clientId, server.issuer)
  if (reason !== null)
    throw new ClientDocumentError('client_document_invalid', `client_id is not a usable address: ${reason}`)
  if (!isAdmitted(server.clientPolicy, clientIdHost(clientId))) throw notLetIn()
}

export const notLetIn = () =>
  new ClientDocumentError('client_not_allowed', 'clients of this host are not let in')

/** The client of a document, as it is stored at one server. */
export function clientOf(server: Server, document: ClientDocument) {
  const { clientId, clientName, redirectUris, tokenEndpointAuthMethod, grantTypes } = document
  const { scope, jwks, jwksUri } = document
  return {
    serverId: server.id,
    clientId,
    kind: 'metadata_document',
    name: clientName,
    redirectUris,
    tokenEndpointAuthMethod,
    grantTypes,
    metadata: document,
    ...(scope && { scope }),
    ...(jwks && { jwks }),
    ...(jwksUri && { jwksUri }),
  } as const satisfies NewClient
}

const isAdmitted = (policy: ClientPolicy, host: string): boolean =>
  typeof policy === 'object' ? policy.hosts.includes(host) : policy === 'any'

const isUnreachable = (error: unknown): boolean =>
  error instanceof ClientDocumentError && error.reason === 'client_document_unreachable'
