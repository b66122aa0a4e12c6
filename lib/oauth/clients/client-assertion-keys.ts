import type { Client } from '../model'
import type { Ports } from '../ports'
import { ClientDocumentError } from '../protocol/client-document'
import { type ClientJwk, candidateKeys, type JwkSet } from '../protocol/client-keys'
import { OAuthError } from '../protocol/errors'
import { KEY_SET_COOL_DOWN } from '../protocol/lifetimes'
import { loadDocument } from './remote-document'

/** Bytes of a key set that are read. */
const MAX_KEY_SET = 64 * 1024

/**
 * The client's keys that may have signed with this header. A key id that is not in the set we have may be a new one:
 * the set is fetched again, though not with every guess of a stranger.
 *
 * @throws OAuthError `temporarily_unavailable` when the keys cannot be had: the client has done nothing wrong
 */
export async function findAssertionKeys(
  client: Client,
  header: { readonly alg: string; readonly kid?: string },
  ports: Ports,
): Promise<readonly ClientJwk[]> {
  const { jwks, jwksUri } = client
  if (jwks) return candidateKeys(jwks, header)
  if (!jwksUri) return []
  try {
    const candidates = candidateKeys(await loadKeySet(jwksUri, ports), header)
    if (candidates.length > 0) return candidates
    return candidateKeys(await loadKeySet(jwksUri, ports, KEY_SET_COOL_DOWN), header)
  } catch (error) {
    if (!(error instanceof ClientDocumentError)) throw error
    throw new OAuthError('temporarily_unavailable', "the client's keys cannot be fetched, try again later", {
      cause: error,
    })
  }
}

const loadKeySet = (url: string, ports: Ports, goodFor?: number): Promise<JwkSet> =>
  loadDocument(url, { limit: MAX_KEY_SET, parse: parseKeySet }, ports, goodFor)

/** Keys of kinds and for uses that we do not know are left alone, so only the frame is checked. */
function parseKeySet(body: unknown): JwkSet {
  const keys: unknown = typeof body === 'object' && body !== null ? (body as { keys?: unknown }).keys : null
  if (!Array.isArray(keys))
    throw new ClientDocumentError('client_document_invalid', 'the key set of the client has no list of keys')
  const isObject = (key: unknown) => typeof key === 'object' && key !== null && !Array.isArray(key)
  return { keys: keys.filter(isObject) }
}
