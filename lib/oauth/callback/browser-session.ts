import type { Ports } from '../ports/ports'
import { BROWSER_SESSION_LIFETIME } from '../protocol/lifetimes'
import { hashSecret } from '../protocol/secret-hash'

export type BrowserSessionPorts = Pick<Ports, 'background' | 'browserSessions' | 'clock' | 'secrets'>

type LoggedIn = {
  readonly organizationId: string
  readonly connectionId: string
  readonly userId: string
  /** What the cookie held before, if anything. */
  readonly replaced: string | undefined
}

/**
 * Remembers which user this browser has just been. A login does not fail for want of it: its code is issued by now.
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
  const started = ports.browserSessions.start(session, replaced && hashSecret(replaced))
  ports.background('browser session', started)
  return started.then(
    () => value,
    () => undefined,
  )
}
