/** What the core needs of the outside to issue, exchange and end tokens. The same terms as in `ports.ts`. */
import type { AccessToken, Claims, Client, Grant, RefreshToken, Server, TokenGrant } from '@/lib/oauth/model'
import type { AuditEntry, RevocationReason } from './events'

export type Grants = {
  find(id: string): Promise<Grant | null>
  /** The newest grant of a user who logged in through the connection of this server: what is known of them. */
  lastKnown(userId: string, server: Pick<Server, 'organizationId' | 'connectionId'>): Promise<Grant | null>
  /**
   * The newest live login at the same server of the user whom an identity assertion is about: its upstream tokens are
   * those that the assertion's grant reaches. Null of a grant of another kind, and of one that has ended.
   */
  loginOfAsserted(grant: Pick<Grant, 'id'>): Promise<Grant | null>
  /**
   * Records that the grant's code was redeemed, and stores what is issued for it: one statement, under a unique index
   * on the code's hash, only where the grant is live and was not redeemed before, or where the earlier redemption was
   * never answered. Null otherwise, whatever the challenge store said.
   *
   * @throws StoreUnavailable also while it is not known whether an earlier redemption was answered
   */
  redeem(redemption: Redemption): Promise<Redeemed | null>
  /**
   * The live grant that the tokens of a client which acts for itself hang on (RFC 6749 §4.4): one for each client, made
   * when there is none, with its scope brought up to date. One statement: callers at the same time get the same.
   */
  ofClient(
    client: Client,
    server: Server,
    scope: readonly string[],
    now: Date,
    network?: string,
  ): Promise<Grant>
  /**
   * Ends the grant and with it every token that hangs on it, marks its upstream tokens as ended, and records the
   * security event, in one transaction. The grant when this call ended it; null when it is unknown or was revoked before.
   * The core calls `endGrant`, which does the rest.
   */
  revoke(id: string, ending: Ending): Promise<Grant | null>
  /** The same for at most `limit` live grants, which are returned: none, when there are none left. */
  revokeSome(of: GrantsOf, limit: number, ending: Ending): Promise<readonly Grant[]>
}

/** The grant that a code was redeemed for. */
export type Redeemed = TokenGrant & Pick<Grant, 'blocked'>

/**
 * Versions of a server and a client that are remembered: nothing is spent where the rows have others, or anything else
 * is not simply right. Absent when both were just read. Decision 0052.
 */
export type RememberedVersions = { readonly server: number; readonly client: number }

/**
 * Whether the client has hung up, so that nothing reaches it any more. What was spent for it then is given back: it comes
 * again after an outage of ours, whenever that is. Decision 0053.
 */
export type HasHungUp = () => boolean

/** A code or device code that is exchanged for tokens. */
export type Redemption = {
  readonly grantId: string
  /** Whose the grant must be. */
  readonly serverId: string
  readonly clientRowId: string
  readonly remembered?: RememberedVersions | undefined
  readonly codeHash: string
  /** The first refresh token, of a client that gets one. */
  readonly refreshToken?: Omit<RefreshToken, 'grantId'> | undefined
  /** An opaque access token; it gets the grant's scope. */
  readonly accessToken?: Omit<AccessToken, 'grantId' | 'scope'> | undefined
  /** Where the tokens go; kept with the grant where there is no refresh token. */
  readonly network?: string | undefined
  /** Whether access rules will be asked. */
  readonly ruled?: boolean
  readonly hasHungUp?: HasHungUp | undefined
}

/** Why and when a grant ends. */
export type Ending = {
  readonly reason: RevocationReason
  readonly at: Date
  /** What the operator should know besides the reason. */
  readonly detail?: string
  /** What else the audit log is told of so many grants. */
  readonly entries?: (number: number) => readonly AuditEntry[]
}

/**
 * All grants of a server, of a client of a server, of a user, or those that a user has through a connection: of all their
 * sessions at its provider, or of one and those that are of no known session.
 */
export type GrantsOf = { readonly organizationId: string } & (
  | { readonly serverId: string; readonly clientRowId?: string }
  | { readonly userId: string }
  | { readonly userId: string; readonly connectionId: string; readonly session?: UpstreamSession }
)

/** A session at the identity provider: `sid` of its ID tokens. */
export type UpstreamSession = {
  readonly id: string
  /** Whether logins count whose ID token named none. */
  readonly orUnknown: boolean
}

export type RefreshTokens = {
  /**
   * The token with its grant, spent or not, and when the grant's upstream access token expires; null when unknown.
   */
  find(hash: string): Promise<{
    readonly token: RefreshToken
    readonly grant: Grant
    readonly upstreamExpiresAt?: Date
    /** When the upstream tokens came. */
    readonly upstreamUpdatedAt?: Date
    /** Whether they can be refreshed. */
    readonly upstreamRenewable?: boolean
  } | null>
  /**
   * Exchanges a token for its successor, and stores the access token that goes with it, in one statement. Succeeds when
   * the token is not expired, its grant is live and not blocked, and it is unspent, was first rotated within the grace,
   * or was rotated by an instance that never answered. The first caller stores the successor; a later one finds it
   * stored. Retries within the grace never move it.
   *
   * @throws StoreUnavailable
   */
  rotate(hash: string, rotation: Rotation): Promise<RotationOutcome>
  /**
   * The same in one statement with all that a refresh has to know, for a token whose server and client are remembered:
   * the grant when all is well. Null for anything else, with nothing done: also where the token is spent, its row has
   * another nonce or key, the grant lacks some of the scope, or the identity provider is to be asked first.
   *
   * @throws StoreUnavailable
   */
  renew(renewal: Renewal): Promise<TokenGrant | null>
}

export type Renewal = {
  /** With the nonce and key that the successor was derived with. */
  readonly presented: Pick<RefreshToken, 'hash' | 'nonce' | 'keyId'>
  readonly serverId: string
  readonly clientRowId: string
  readonly remembered: RememberedVersions
  /** What the access token may do; absent: all that was granted. */
  readonly scope?: readonly string[]
  /** Expires with its family at the latest, so many seconds after the grant was made. */
  readonly successor: Omit<RefreshToken, 'grantId'>
  readonly familyLifetime: number
  /** Seconds after which the identity provider is to be asked, where it can be. */
  readonly upstreamMaxAge: number
  /** Seconds since the login after which the user may have to sign in again, where the identity provider cannot be asked. */
  readonly loginMaxAge?: number
  /** Whether access rules will be asked: then only a grant is good that knows what they need. */
  readonly ruled?: boolean
  /** An opaque access token. */
  readonly accessToken?: Omit<AccessToken, 'grantId' | 'scope'>
  readonly hasHungUp?: HasHungUp | undefined
}

export type Rotation = {
  readonly successor: RefreshToken
  /** An opaque access token. */
  readonly accessToken?: AccessToken
  /** Seconds after the first rotation for which the token may come again. */
  readonly grace: number
  readonly hasHungUp?: HasHungUp | undefined
}

/** `reused`: it was spent, its successor was received, and the grace is over. */
export type RotationOutcome = 'rotated' | 'reused' | 'refused'

/** A signed access token, as far as its revocation goes: its `jti`, `gid` and `exp`. */
export type SignedAccessToken = { readonly id: string; readonly grantId: string; readonly expiresAt: Date }

/** The server that a caller goes by, just read or remembered. */
export type SeenServer = Pick<Server, 'id' | 'version'>

/** Expired rows go by themselves: every write takes a few of them away. */
export type AccessTokens = {
  /** Keeps an opaque token. */
  save(token: AccessToken): Promise<void>
  /** An opaque token with its grant, expired or revoked or not; null when it is unknown or was ended. */
  find(hash: string): Promise<{ readonly token: AccessToken; readonly grant: Grant } | null>
  /**
   * An opaque token, expired or not, of a grant of this server that is not revoked, and whose client and user are not
   * blocked. Null for any other, and when the server is not as it is remembered.
   *
   * @param ruled whether access rules will be asked
   */
  findLive(hash: string, server: SeenServer, ruled?: boolean): Promise<LiveAccessToken | null>
  /** Ends an opaque token and nothing else. Harmless when it is unknown. */
  end(hash: string): Promise<void>
  /** Remembers until it expires that a signed token was revoked. Harmless when it was before. */
  revokeSigned(token: SignedAccessToken, now: Date): Promise<void>
  /** The grant, revoked or not, that a signed token hangs on; null when the token itself was revoked. */
  findGrantOfSigned(token: Pick<SignedAccessToken, 'id' | 'grantId'>): Promise<Grant | null>
  /** Whether a signed token was not revoked alone, and its grant is as {@link findLive} wants it. */
  isLiveSigned(token: Pick<SignedAccessToken, 'id' | 'grantId'>, server: SeenServer): Promise<boolean>
  /** The same with the grant, for access rules; null where {@link isLiveSigned} says false. */
  findLiveSigned(
    token: Pick<SignedAccessToken, 'id' | 'grantId'>,
    server: SeenServer,
  ): Promise<RuledGrant | null>
}

/** With what access rules ask of it, where they do: whether it was given for an identity assertion. */
export type RuledGrant = TokenGrant & { readonly isAsserted?: boolean }

/** An opaque access token as far as it is told of. */
export type LiveAccessToken = {
  readonly token: Omit<AccessToken, 'hash' | 'grantId'>
  readonly grant: RuledGrant
}

/** A public key as a JWK (RFC 7517). */
export type PublicJwk = Readonly<Record<string, string>>

/** Signs and verifies with keys that belong to one server; no server's key verifies another's token. */
export type TokenSigner = {
  /**
   * The server's current ES256 key, loaded: what it signs from then on asks no store.
   *
   * @throws StoreUnavailable
   */
  ready(serverId: string): Promise<ReadySigner>
  /** The claims of an access token when the signature is by one of this server's keys and `typ` is right; null otherwise. Checks no claim. */
  verify(serverId: string, token: string): Promise<Claims | null>
  publicKeys(serverId: string): Promise<readonly PublicJwk[]>
}

/** A key at hand. */
export type ReadySigner = {
  /** A compact JWS with `typ: at+jwt` (RFC 9068 §2.1). */
  accessToken(claims: Claims): string
  /**
   * The same with `typ: JWT`. {@link TokenSigner.verify} accepts none of them: an ID token identifies a user and
   * authorizes nothing.
   */
  idToken(claims: Claims): string
  /** The same with `typ: revocations+jwt`. */
  revocations(claims: Claims): string
}
