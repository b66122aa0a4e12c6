import { clientIdHost } from './client-id-url'
import { parseUrl } from './parse-url'

/**
 * Which clients that no operator named may come, of those that `clientPolicy` and `registration` let in. Decision 0095.
 */
export type ClientAdmission = {
  /** These come without being asked about (`URL.host`). */
  readonly hosts: readonly string[]
  /** All others wait until an administrator allows them, or stay out. */
  readonly others: 'approval' | 'refuse'
}

/** What was decided about a client. */
export type Standing = {
  /** Since when the operator keeps it out; absent: it may come in. */
  readonly blockedAt?: Date
  /** Since when it may come although the server's rule says nothing of it. */
  readonly approvedAt?: Date
  /** When it entered the list of those that wait for that. */
  readonly askedAt?: Date
  /** When it got its first token; may be missing of a row that is kept in memory. */
  readonly firstTokenAt?: Date
}

/**
 * Whether the hosts that an operator listed vouch for a client: a document lies at one of them, and leads to none but
 * them; one that registered itself is only where its codes go. Programs on the user's computer are on no host, and names
 * prove nothing.
 */
export function isOfHosts(
  hosts: readonly string[],
  client: { readonly kind: string; readonly clientId: string; readonly redirectUris: readonly string[] },
  redirectUri?: string,
): boolean {
  const isListed = (uri: string) => hosts.includes(parseUrl(uri)?.host ?? '')
  const isSite = (uri: string) => uri.startsWith('https:')
  if (client.kind === 'metadata_document')
    return (
      hosts.includes(clientIdHost(client.clientId)) &&
      (redirectUri === undefined || !isSite(redirectUri) || isListed(redirectUri))
    )
  return client.redirectUris.length > 0 && client.redirectUris.every((uri) => isSite(uri) && isListed(uri))
}
