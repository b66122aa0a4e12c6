import { findPublishedKeys } from '../clients/key-set'
import { loadDocument, type RemoteDocumentPorts } from '../clients/remote-document'
import type { JsonMembers, TrustedIssuer } from '../model'
import { ClientDocumentError } from '../protocol/client-document'
import { type ClientJwk, checkJwksUri } from '../protocol/client-keys'
import { OAuthError } from '../protocol/errors'
import { metadataUrls } from '../protocol/urls'

export type TrustedIssuerKeysPorts = RemoteDocumentPorts

/** Bytes of an issuer's metadata that are read. */
const MAX_METADATA = 64 * 1024

/**
 * A key that the issuer has withdrawn must not be accepted for longer than its headers said. An outage costs nothing:
 * an issuer that is down issues no assertions.
 */
const CONFIGURED = { isKnown: true, staleFor: 0 }

/**
 * The keys of a trusted issuer, and of no other, that may have signed with this header. They are fetched under the
 * rules for untrusted addresses: an operator's file may be a customer's.
 *
 * @throws OAuthError `temporarily_unavailable` when they cannot be fetched: the client has done nothing wrong
 */
export async function findIssuerKeys(
  { issuer, jwksUri }: TrustedIssuer,
  header: { readonly alg: string; readonly kid?: string },
  ports: TrustedIssuerKeysPorts,
): Promise<readonly ClientJwk[]> {
  try {
    const url = jwksUri ?? (await discoverKeySet(issuer, ports))
    return await findPublishedKeys(url, header, ports, CONFIGURED)
  } catch (error) {
    if (!(error instanceof ClientDocumentError)) throw error
    throw new OAuthError(
      'temporarily_unavailable',
      'the keys of the issuer cannot be fetched, try again later',
      {
        cause: error,
      },
    )
  }
}

/** Where OpenID Connect Discovery §4 has the metadata, or else where RFC 8414 §3 has it. */
async function discoverKeySet(issuer: string, ports: TrustedIssuerKeysPorts): Promise<string> {
  const kind = { limit: MAX_METADATA, parse: (body: unknown) => keySetIn(body, issuer), ...CONFIGURED }
  const { openid, oauth } = metadataUrls(issuer)
  try {
    return await loadDocument(openid, kind, ports)
  } catch (error) {
    if (!(error instanceof ClientDocumentError) || error.reason !== 'client_document_unreachable') throw error
    return loadDocument(oauth, kind, ports)
  }
}

/** The metadata is the issuer's only if it says so, to the letter (OpenID Connect Discovery §4.3). */
function keySetIn(body: unknown, issuer: string): string {
  const metadata = typeof body === 'object' && body !== null ? (body as JsonMembers) : {}
  const problem =
    metadata.issuer === issuer ? checkJwksUri(metadata.jwks_uri) : 'its issuer is not the one that is trusted'
  if (problem)
    throw new ClientDocumentError(
      'client_document_invalid',
      `the metadata of the issuer cannot be used: ${problem}`,
    )
  return String(metadata.jwks_uri)
}
