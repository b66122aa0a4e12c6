import type { Connection } from '@/lib/oauth/model'

/** Whom an identity provider means. What is given has to fit, all of it. */
export type UpstreamName = {
  /** As in its ID tokens (OpenID Connect Core §2). */
  readonly subject?: string
  /** Of one session: `sid` of its ID token. */
  readonly sessionId?: string
  /** Their subject, or `oid` of their ID token: Entra's subjects differ from client to client. */
  readonly account?: string
  /** Verified. */
  readonly email?: string
}

/** A user of ours whom it means. */
export type DepartedUser = { readonly id: string; readonly name: string }

export type Departures = {
  /**
   * From now on no login at the connection completes with what the provider said of them until `at`; also of one whom we
   * do not know yet. Their browsers are known at the connection no more. Logins that complete at the same time are
   * waited for, so that what they made is there to be ended.
   *
   * @param at by the clock of the provider
   * @returns the users who have logged in there
   */
  begin(
    connection: Pick<Connection, 'id' | 'organizationId'>,
    who: UpstreamName,
    at: Date,
    now: Date,
  ): Promise<readonly DepartedUser[]>
}
