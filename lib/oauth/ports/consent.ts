/** What the core needs of the outside to know what a user allowed before. The same terms as in `ports.ts`. */
import type { AuthorizationRequest, Server } from '@/lib/oauth/model'

/** "This browser has been this user at this connection". It authenticates no one. */
export type BrowserSession = {
  /** SHA-256 (hex) of the cookie's value. */
  readonly hash: string
  readonly organizationId: string
  readonly connectionId: string
  readonly userId: string
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** One that begins with a login; the login says whose it is. */
export type NewBrowserSession = Pick<BrowserSession, 'hash' | 'createdAt' | 'expiresAt'> & {
  /** The hash of the session that this browser had at the connection before, which ends. */
  readonly replaced?: string
}

/** They begin with a login, see `Logins`. Expired rows go by themselves: every one that begins takes a few of them away. */
export type BrowserSessions = {
  /** Null when it is unknown, expired, ended, or of another connection. */
  find(hash: string, connectionId: string, now: Date): Promise<BrowserSession | null>
  /** Harmless when it is unknown. */
  end(hash: string): Promise<void>
  /** Ends all of a user at a connection, in every browser, and what they are signed in with at a platform connection. */
  endAll(of: Pick<BrowserSession, 'organizationId' | 'connectionId' | 'userId'>): Promise<void>
}

/** What a consent is looked up by: the client, its redirect URI and the server with its resource. */
export type Asking = {
  readonly server: Server
  readonly request: Pick<AuthorizationRequest, 'clientRowId' | 'redirectUri' | 'deviceCodeId'>
}

/** What a user allowed a client, as far as it still holds. */
export type EarlierConsent = {
  /** The scopes of the user's live grants with this client and redirect URI (on loopback at any port). */
  readonly granted: readonly string[]
  /** Whether a refresh token came of one of them. */
  readonly offline: boolean
  /**
   * The scopes of the user's recorded answer for exactly this redirect URI and resource. Null without one: revoking
   * any grant of this user with this client withdraws it.
   */
  readonly answered: readonly string[] | null
}

export type Consents = {
  /**
   * Null when the user has no live grant with this client and redirect URI, and always for a device: all devices share
   * one redirect URI, and the grant of one must not widen that of the next, which may be an attacker's.
   */
  earlier(userId: string, asking: Asking, now: Date): Promise<EarlierConsent | null>
}
