/**
 * Which client ids are addresses of client ID metadata documents, and which of those are sound (CIMD §3). An id is
 * compared as a string, so it has to be spelled as the URL standard spells it: then there is one spelling, and the
 * host that is shown to the user is the host that is asked.
 */

import { isLoopbackUrl, parseUrl } from './parse-url'

const MAX_LENGTH = 2048

/** Whether a `client_id` is an address. Ids made here never look like one (CIMD §7.1). */
export const isClientIdUrl = (clientId: string): boolean => /^https?:\/\//i.test(clientId)

/**
 * Why an address cannot be a `client_id`, as a short sentence for the client's developer; null when it can.
 *
 * @param issuer ours: only a server that is on this machine itself knows clients on this machine (CIMD §8.6)
 */
export function checkClientIdUrl(clientId: string, issuer: string): string | null {
  if (clientId.length > MAX_LENGTH) return `it must not be longer than ${MAX_LENGTH} characters`
  if (!parseUrl(clientId)) return 'it is not a valid URL'
  if (clientId.includes('#')) return 'it must not have a fragment'
  if (clientId.includes('?')) return 'it must not have a query'
  const url = new URL(clientId)
  if (url.username || url.password) return 'it must not have a user name or password'
  const here = url.protocol === 'http:' && isLoopbackUrl(url) && isLoopbackUrl(new URL(issuer))
  if (url.protocol !== 'https:' && !here) return 'it must use https'
  if (url.href !== clientId)
    return 'it must be spelled plainly: host in lower case, a path, no dot segments, no usual port'
  return null
}

/** Where the document lies, and so who speaks for the client: the host, with its port where it is not the usual one. */
export const clientIdHost = (clientId: string): string => new URL(clientId).host
