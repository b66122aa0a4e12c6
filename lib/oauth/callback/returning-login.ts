import type { PendingAttempt, PendingLogin } from '../flow/pending-login'
import type { Client } from '../model'

/** A login whose user is back from the identity provider. */
export type ReturningLogin = PendingLogin & {
  readonly client: Client
  readonly attempt: PendingAttempt
  /** The connection whose callback was called: the one that the attempt was made for. */
  readonly connectionId: string
  /** The browser's session cookie at the connection, if it has one. */
  readonly session: string | undefined
  /** The client's PKCE challenge, taken at the callback; a device has none. */
  readonly codeChallenge?: string
}
