import { ClientDocumentError } from '../protocol/client-document'
import { type ClientJwk, candidateKeys, type JwkSet } from '../protocol/client-keys'
import { KEY_SET_COOL_DOWN } from '../protocol/lifetimes'
import { type DocumentKind, loadDocument, type RemoteDocumentPorts } from './remote-document'

export type KeySetPorts = RemoteDocumentPorts

/** Bytes of a key set that are read. */
const MAX_KEY_SET = 64 * 1024

/**
 * The published keys that may have signed with this header. An unknown key id may be a new key: the set is fetched
 * again, but not for every guess of an attacker.
 *
 * @param url of the set; the client chose it, so it is fetched under the rules for untrusted addresses
 * @param kind see {@link DocumentKind}
 * @throws ClientDocumentError when the set cannot be fetched
 */
export async function findPublishedKeys(
  url: string,
  header: { readonly alg: string; readonly kid?: string },
  ports: KeySetPorts,
  { isKnown, staleFor }: Pick<DocumentKind<JwkSet>, 'isKnown' | 'staleFor'>,
): Promise<readonly ClientJwk[]> {
  const kind = {
    limit: MAX_KEY_SET,
    parse: parseKeySet,
    isKnown,
    ...(staleFor !== undefined && { staleFor }),
  }
  const candidates = candidateKeys(await loadDocument(url, kind, ports), header)
  if (candidates.length > 0) return candidates
  return candidateKeys(await loadDocument(url, kind, ports, KEY_SET_COOL_DOWN), header)
}

/** Keys of kinds and for uses that we do not know are left alone, so only the frame is checked. */
function parseKeySet(body: unknown): JwkSet {
  const keys: unknown = typeof body === 'object' && body !== null ? (body as { keys?: unknown }).keys : null
  if (!Array.isArray(keys))
    throw new ClientDocumentError('client_document_invalid', 'the key set has no list of keys')
  const isObject = (key: unknown) => typeof key === 'object' && key !== null && !Array.isArray(key)
  return { keys: keys.filter(isObject) }
}
