/** What the core needs of the outside to keep the upstream tokens of a grant. The same terms as in `ports.ts`. */
import type { Claims, UpstreamTokens } from '@/lib/oauth/model'

/** How the upstream tokens of a live grant stand. Holds no token. */
export type UpstreamTokenStatus = {
  readonly grantId: string
  /** Changes with everything that a refresh brings, good or bad. */
  readonly revision: number
  /** Whether there is a refresh token. */
  readonly renewable: boolean
  /** Of the access token; absent when the identity provider did not say. */
  readonly expiresAt?: Date
  /** When the access token came. */
  readonly updatedAt: Date
  /** Of the access token; absent when the identity provider did not say. */
  readonly scope?: string
  /** What a refresh gives that asks for no scope, where that is more than `scope`. */
  readonly grantedScope?: string
  /** The scope that narrowing the access token to was tried, in vain. */
  readonly unnarrowableTo?: string
  /** A refresh is in progress, and no other may start until then. */
  readonly leasedUntil?: Date
  /** The first refresh in a row that got no answer, how many did, and when the next may be tried. */
  readonly failingSince?: Date
  readonly failures: number
  readonly retryAt?: Date
}

/** What a refresh is made with. */
export type LeasedTokens = {
  readonly connectionId: string
  readonly refreshToken: string
  /** Who the identity provider knows the user as: the refreshed tokens must be the same user's. */
  readonly subject: string
  readonly identitySource: string
  /** What a refresh gives that asks for no scope. */
  readonly scope?: string
  /** The last one that came, validated or of the same user. */
  readonly idToken?: string
}

/** What an upstream refresh brought; absent tokens stay as they are. */
export type RefreshedTokens = UpstreamTokens & {
  /** Given when the scope was narrowed: what a refresh without a scope gives. */
  readonly grantedScope?: string
  readonly unnarrowableTo?: string
  /** Replaces what the grant passes on of the user. */
  readonly passedClaims?: Claims
  /** Replaces what is known of the user, for access rules. */
  readonly userClaims?: Claims
}

/** The tokens of a revoked grant, on their way out. */
export type EndedTokens = {
  readonly grantId: string
  readonly serverId: string
  readonly userId: string
  readonly clientId: string
  readonly connectionId: string
  readonly accessToken: string
  readonly refreshToken?: string
  /** Whether the user has no other live grant whose tokens come from this connection. */
  readonly isLast: boolean
}

export type UpstreamTokenStore = {
  /** Null when there are none, or the grant is revoked. */
  status(grantId: string): Promise<UpstreamTokenStatus | null>
  /** The access token as it is now, with its status; null as above. */
  read(
    grantId: string,
  ): Promise<{ readonly accessToken: string; readonly status: UpstreamTokenStatus } | null>
  /**
   * Takes the lease on a row that is still at this revision: of any number of concurrent callers exactly one gets it,
   * and no other before `until`. Null otherwise, and for a row without a refresh token or of a revoked grant.
   */
  lease(
    grantId: string,
    revision: number,
    lease: { readonly id: string; readonly until: Date },
    now: Date,
  ): Promise<LeasedTokens | null>
  /**
   * Stores the refreshed tokens and ends the lease, also of a grant that was revoked in between. False when another
   * holder has the lease by now: then nothing is written.
   */
  save(grantId: string, leaseId: string, tokens: RefreshedTokens, now: Date): Promise<boolean>
  /** Notes that the refresh got no answer, and ends the lease. False as above. */
  fail(
    grantId: string,
    leaseId: string,
    times: { readonly now: Date; readonly retryAt: Date },
  ): Promise<boolean>
  /** Deletes tokens that the identity provider has refused. Harmless when they are gone. */
  discard(grantId: string): Promise<void>
  /**
   * Takes away the tokens of some revoked grants, at most `limit`, except those with a lease: each is given to exactly
   * one caller.
   */
  takeEnded(limit: number, now: Date): Promise<readonly EndedTokens[]>
}
