import type { Client } from '../model'
import { ClientDocumentError } from '../protocol/client-document'
import { type ClientJwk, candidateKeys } from '../protocol/client-keys'
import { OAuthError } from '../protocol/errors'
import { findPublishedKeys, type KeySetPorts } from './key-set'

export type ClientAssertionKeysPorts = KeySetPorts

/**
 * The client's keys that may have signed with this header, by value or from where they lie.
 *
 * @throws OAuthError `temporarily_unavailable` when the keys cannot be had: the client has done nothing wrong
 */
export async function findAssertionKeys(
  client: Client,
  header: { readonly alg: string; readonly kid?: string },
  ports: ClientAssertionKeysPorts,
): Promise<readonly ClientJwk[]> {
  const { jwks, jwksUri, kind } = client
  if (jwks) return candidateKeys(jwks, header)
  if (!jwksUri) return []
  try {
    return await findPublishedKeys(jwksUri, header, ports, { isKnown: kind !== 'registered' })
  } catch (error) {
    if (!(error instanceof ClientDocumentError)) throw error
    throw new OAuthError('temporarily_unavailable', "the client's keys cannot be fetched, try again later", {
      cause: error,
    })
  }
}
