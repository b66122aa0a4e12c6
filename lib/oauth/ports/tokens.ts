/** What the core needs of the outside to issue, exchange and end tokens. The same terms as in `ports.ts`. */
import type {
  AccessToken,
  Claims,
  Client,
  Grant,
  RefreshToken,
  RevocationReason,
  Server,
} from '@/lib/oauth/model'

export type Grants = {
  find(id: string): Promise<Grant | null>
  /**
   * Records that the grant's code was redeemed and, unless `refreshToken` is null, stores the first refresh token:
   * one statement, under a unique index on the code's hash, only where the grant is live and was not redeemed
   * before. Null otherwise, whatever the challenge store said.
   *
   * @param network where the tokens go; kept with the refresh token, or with the grant where there is none
   */
  redeem(
    grantId: string,
    codeHash: string,
    refreshToken: RefreshToken | null,
    now: Date,
    network?: string,
  ): Promise<Grant | null>
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
   * Ends the grant and with it every token that hangs on it, and marks its upstream tokens as ended. The grant when
   * this call ended it; null when it is unknown or was revoked before. The core calls `endGrant`, which does the rest.
   */
  revoke(id: string, reason: RevocationReason, now: Date): Promise<Grant | null>
  /** The same for at most `limit` live grants, which are returned: none, when there are none left. */
  revokeSome(of: GrantsOf, limit: number, reason: RevocationReason, now: Date): Promise<readonly Grant[]>
}

/** All grants of a server, of a client of a server, or of a user. */
export type GrantsOf = { readonly organizationId: string } & (
  | { readonly serverId: string; readonly clientRowId?: string }
  | { readonly userId: string }
)

export type RefreshTokens = {
  /** The token with its grant, spent or not; null when unknown. */
  find(hash: string): Promise<{ readonly token: RefreshToken; readonly grant: Grant } | null>
  /**
   * Exchanges a token for its successor in one statement. Succeeds when the token is unspent, or was first rotated
   * after `graceStart`, is not expired, and its grant is live and not blocked. The first caller stores the successor; a later one
   * finds it stored. The first rotation's time is never changed. False otherwise.
   */
  rotate(
    hash: string,
    successor: RefreshToken,
    times: { readonly now: Date; readonly graceStart: Date },
  ): Promise<boolean>
}

/** A signed access token, as far as its revocation goes: its `jti`, `gid` and `exp`. */
export type SignedAccessToken = { readonly id: string; readonly grantId: string; readonly expiresAt: Date }

/** Expired rows go by themselves: every write takes a few of them away. */
export type AccessTokens = {
  /** Keeps an opaque token. */
  save(token: AccessToken): Promise<void>
  /** An opaque token with its grant, expired or revoked or not; null when it is unknown or was ended. */
  find(hash: string): Promise<{ readonly token: AccessToken; readonly grant: Grant } | null>
  /** Ends an opaque token and nothing else. Harmless when it is unknown. */
  end(hash: string): Promise<void>
  /** Remembers until it expires that a signed token was revoked. Harmless when it was before. */
  revokeSigned(token: SignedAccessToken, now: Date): Promise<void>
  /** The grant, revoked or not, that a signed token hangs on; null when the token itself was revoked. */
  findGrantOfSigned(token: Pick<SignedAccessToken, 'id' | 'grantId'>): Promise<Grant | null>
}

/** A public key as a JWK (RFC 7517). */
export type PublicJwk = Readonly<Record<string, string>>

/** Signs and verifies with keys that belong to one server; no server's key verifies another's token. */
export type TokenSigner = {
  /** A compact JWS with `typ: at+jwt` and the server's current ES256 key (RFC 9068 §2.1). */
  sign(serverId: string, claims: Claims): Promise<string>
  /**
   * The same with `typ: JWT`, for ID tokens. {@link verify} accepts none of them: an ID token identifies a user and
   * authorizes nothing.
   */
  signIdToken(serverId: string, claims: Claims): Promise<string>
  /** The claims of an access token when the signature is by one of this server's keys and `typ` is right; null otherwise. Checks no claim. */
  verify(serverId: string, token: string): Promise<Claims | null>
  publicKeys(serverId: string): Promise<readonly PublicJwk[]>
}
