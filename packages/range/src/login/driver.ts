import type { Answer } from '../http'

/** What a person and the network saw of one login. */
export type Visit = {
  /** Where the browser was sent in the end: to the client, or where the server should have sent nobody. */
  readonly arrival?: URL
  /** Every answer on the way, in order. */
  readonly answers: readonly Answer[]
}

/**
 * Logs in as the test user would.
 *
 * @param url the authorization URL to begin with
 * @param redirectUri of the client: the login ends in front of it, or of anything that no server answers for
 */
export type LoginDriver = (url: string, redirectUri: string) => Promise<Visit>

/** Names that no one may own (RFC 2606, RFC 6761): the range's clients and attackers live there. */
const RESERVED = /(^|\.)(example|invalid|test)$/

/** Whether a browser that comes here has left the authorization server for good. */
export function hasLeft(url: URL, redirectUri: string): boolean {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return true
  if (RESERVED.test(url.hostname)) return true
  if (!URL.canParse(redirectUri)) return false
  const client = new URL(redirectUri)
  return client.origin === url.origin && client.pathname === url.pathname
}
