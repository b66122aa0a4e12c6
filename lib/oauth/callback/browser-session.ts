import { type Ports, StoreUnavailable } from '../ports/ports'
import { BROWSER_SESSION_LIFETIME } from '../protocol/lifetimes'
import { hashSecret } from '../protocol/secret-hash'

export type BrowserSessionPorts = Pick<Ports, 'browserSessions' | 'clock' | 'secrets'>

type LoggedIn = {
  readonly organizationId: string
  readonly connectionId: string
  readonly userId: string
  /** What the cookie held before, if anything. */
  readonly replaced: string | undefined
}

/**
 * Remembers which user this browser has just been. A login does not fail for want of it.
 *
 * @returns the cookie's value; undefined when it could not be stored
 */
export async function startBrowserSession(
  { replaced, ...user }: LoggedIn,
  ports: BrowserSessionPorts,
): Promise<string | undefined> {
  const value = ports.secrets.id() + ports.secrets.id()
  const createdAt = ports.clock()
  const expiresAt = new Date(createdAt.getTime() + BROWSER_SESSION_LIFETIME * 1000)
  const session = { ...user, hash: hashSecret(value), createdAt, expiresAt }
  try {
    await ports.browserSessions.start(session, replaced && hashSecret(replaced))
    return value
  } catch (error) {
    if (error instanceof StoreUnavailable) return undefined
    throw error
  }
}
