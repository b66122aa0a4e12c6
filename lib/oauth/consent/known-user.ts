import type { BrowserSession } from '../ports/consent'
import type { Ports } from '../ports/ports'
import { hashSecret } from '../protocol/secret-hash'

export type KnownUserPorts = Pick<Ports, 'browserSessions' | 'clock'>

/** The value of this browser's session cookie at a connection, if it has one. */
export type SessionCookieOf = (connectionId: string) => string | undefined

/** Which user this browser has been at the connection; null when that is not known, or no longer. */
export async function knownUser(
  connectionId: string,
  sessionCookieOf: SessionCookieOf,
  ports: KnownUserPorts,
): Promise<BrowserSession | null> {
  const value = sessionCookieOf(connectionId)
  return value ? ports.browserSessions.find(hashSecret(value), connectionId, ports.clock()) : null
}
