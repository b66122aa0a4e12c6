/**
 * What the core needs of the outside, one narrow type per aggregate. Each verb is one atomic statement: there is
 * no `get` followed by `markUsed`. Every implementation runs the port's contract suite (`*.contract.ts`).
 * A store that cannot be reached throws {@link StoreUnavailable}.
 */
import type { AssertionIds, AssertionVerifier, ClientDocuments, Clients, Fetcher } from './client-ports'
import type {
  AccessToken,
  AuthorizationRequest,
  Connection,
  Grant,
  Identity,
  LoginAttempt,
  RefreshToken,
  RevocationReason,
  Server,
  TimelineEvent,
  UpstreamTokens,
} from './model'

/** A store is down or does not answer in time: 503 `temporarily_unavailable`, never a 400 or 401. */
export class StoreUnavailable extends Error {
  /** By name: the class exists once in each of Next's bundles, the stores once in the process. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'StoreUnavailable'
  }

  constructor(
    readonly store: 'postgres' | 'challenges',
    options?: ErrorOptions,
  ) {
    super(`${store} unavailable`, options)
    this.name = 'StoreUnavailable'
  }
}

export type Servers = {
  findByIssuer(issuer: string): Promise<Server | null>
  find(id: string): Promise<Server | null>
  /** Servers whose resource has this origin (RFC 9728 §3: resource metadata lies on the resource's own origin). */
  listByResourceOrigin(origin: string): Promise<readonly Server[]>
}

export type Connections = {
  find(id: string): Promise<Connection | null>
}

export type NewAuthorizationRequest = Omit<
  AuthorizationRequest,
  'id' | 'reference' | 'consentedAt' | 'grantId' | 'createdAt'
>

/** A request that never became one: shown to the user, kept for the operator. */
export type RefusedRequest = {
  readonly serverId: string
  /** As presented, cut to 200 characters. */
  readonly clientId?: string
  readonly event: TimelineEvent
}

export type AuthorizationRequests = {
  create(request: NewAuthorizationRequest, event: TimelineEvent): Promise<AuthorizationRequest>
  /** Keeps a refused request for the operator and returns the reference that finds it. */
  refuse(request: RefusedRequest): Promise<string>
  /** Null when unknown, expired, denied or over. */
  findOpen(id: string, now: Date): Promise<AuthorizationRequest | null>
  /** The reference even of a request that is over; null when unknown. */
  findReference(id: string): Promise<string | null>
  /**
   * Records Allow together with a fresh login attempt, which replaces an earlier one, and extends the expiry.
   * Null when the request is unknown, expired, denied or over.
   */
  allow(
    id: string,
    decision: { readonly attempt: LoginAttempt; readonly expiresAt: Date; readonly event: TimelineEvent },
  ): Promise<AuthorizationRequest | null>
  /** Records Deny and ends the request. Null when it was over already. */
  deny(id: string, event: TimelineEvent): Promise<AuthorizationRequest | null>
  /**
   * Takes the login attempt with this state: of any number of concurrent callers exactly one gets it, and nobody
   * gets it again. Null when unknown, expired, made for another connection, or before consent.
   */
  takeAttempt(
    stateHash: string,
    connectionId: string,
    now: Date,
  ): Promise<{ readonly request: AuthorizationRequest; readonly attempt: LoginAttempt } | null>
  /** Ends the request with a failure. */
  fail(id: string, event: TimelineEvent): Promise<void>
  /** Adds a line to the timeline. */
  record(id: string, event: TimelineEvent): Promise<void>
}

export type CompletedLogin = {
  readonly request: AuthorizationRequest
  readonly server: Server
  readonly connectionId: string
  readonly identity: Identity
  readonly upstreamTokens: UpstreamTokens
  /** Copied to the grant. */
  readonly claims: Readonly<Record<string, unknown>>
  readonly event: TimelineEvent
}

export type Logins = {
  /**
   * One transaction writes user, sealed upstream tokens, grant and consent, and ends the authorization request.
   * Every completed login makes a grant of its own. Null when the request ended meanwhile, by Deny in another tab
   * for example: then nothing is written.
   */
  complete(login: CompletedLogin, now: Date): Promise<Grant | null>
}

export type Grants = {
  find(id: string): Promise<Grant | null>
  /**
   * Records that the grant's code was redeemed and, unless `refreshToken` is null, stores the first refresh token:
   * one statement, under a unique index on the code's hash, only where the grant is live and was not redeemed
   * before. Null otherwise, whatever the challenge store said.
   */
  redeem(
    grantId: string,
    codeHash: string,
    refreshToken: RefreshToken | null,
    now: Date,
  ): Promise<Grant | null>
  /** Ends the grant and with it every token that hangs on it. Harmless when it is revoked already. */
  revoke(id: string, reason: RevocationReason, now: Date): Promise<void>
}

export type RefreshTokens = {
  /** The token with its grant, spent or not; null when unknown. */
  find(hash: string): Promise<{ readonly token: RefreshToken; readonly grant: Grant } | null>
  /**
   * Exchanges a token for its successor in one statement. Succeeds when the token is unspent, or was first rotated
   * after `graceStart`, is not expired, and its grant is live. The first caller stores the successor; a later one
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

/** What is remembered about an authorization code; its values are compared inside the store. */
export type CodeRecord = {
  readonly codeChallenge: string
  readonly serverId: string
  readonly clientId: string
  readonly redirectUri: string
  readonly grantId: string
  /** The authorization request, for its timeline. */
  readonly requestId: string
}

export type CodeRedemption =
  | { readonly outcome: 'redeemed' | 'replayed'; readonly grantId: string; readonly requestId: string }
  | { readonly outcome: 'refused' }

/** What may be lost: PKCE challenges and codes. Redis over REST or TCP, or a Postgres table. */
export type Challenges = {
  /** Remembers the challenge of an authorization request. */
  saveChallenge(requestId: string, codeChallenge: string, lifetime: number): Promise<void>
  /** Gives the challenge a full lifetime (seconds) again; false when it is gone. */
  rearmChallenge(requestId: string, lifetime: number): Promise<boolean>
  /** Takes the challenge: exactly one caller gets it. Null when it is gone. */
  takeChallenge(requestId: string): Promise<string | null>
  saveCode(codeHash: string, record: CodeRecord, lifetime: number): Promise<void>
  /**
   * One atomic step: compares server, client, redirect URI (when given) and challenge, and consumes the code only if all
   * match; `refused` changes nothing, so a thief without the verifier cannot burn the code. A redeemed code stays
   * behind as a spent marker for `spentLifetime` seconds; the same caller again gets `replayed` (RFC 6749 §4.1.2,
   * OAuth 2.1 §4.1.3).
   */
  redeemCode(
    codeHash: string,
    presented: Pick<CodeRecord, 'codeChallenge' | 'serverId' | 'clientId'> & {
      readonly redirectUri?: string
    },
    spentLifetime: number,
  ): Promise<CodeRedemption>
  /** Resolves when the store answers. */
  ping(): Promise<void>
}

/** Why the identity provider's side of a login failed. `reason` goes on the timeline, nothing goes on the wire. */
export class UpstreamError extends Error {
  /** By name, as {@link StoreUnavailable}. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UpstreamError'
  }

  constructor(
    readonly reason: Extract<TimelineEvent['reason'], `upstream_${string}`>,
    readonly detail: string,
    options?: ErrorOptions,
  ) {
    super(`${reason}: ${detail}`, options)
    this.name = 'UpstreamError'
  }
}

/** The customer's identity provider, behind two methods. Both throw {@link UpstreamError}. */
export type Upstream = {
  /** The URL to send the browser to, with our state, nonce and S256 challenge (RFC 9700 §2.1). */
  begin(
    connectionId: string,
    login: {
      readonly state: string
      readonly nonce: string
      readonly codeVerifier: string
      readonly scopes: readonly string[]
      readonly resource: string
      readonly loginHint?: string
    },
  ): Promise<string>
  /**
   * Exchanges the upstream's code and establishes who logged in: validates the ID token (iss, aud, exp, nonce,
   * signature) or fetches userinfo.
   *
   * @param callbackParameters the query of the request to our callback
   */
  complete(
    connectionId: string,
    callbackParameters: URLSearchParams,
    expected: { readonly state: string; readonly nonce: string; readonly codeVerifier: string },
  ): Promise<{ readonly identity: Identity; readonly tokens: UpstreamTokens }>
}

/** A public key as a JWK (RFC 7517). */
export type PublicJwk = Readonly<Record<string, string>>

/** Signs and verifies with keys that belong to one server; no server's key verifies another's token. */
export type TokenSigner = {
  /** A compact JWS with `typ: at+jwt` and the server's current ES256 key (RFC 9068 §2.1). */
  sign(serverId: string, claims: Readonly<Record<string, unknown>>): Promise<string>
  /** The claims when the signature is by one of this server's keys and `typ` is right; null otherwise. Checks no claim. */
  verify(serverId: string, token: string): Promise<Readonly<Record<string, unknown>> | null>
  publicKeys(serverId: string): Promise<readonly PublicJwk[]>
}

export type Secrets = {
  /** `prefix` followed by 32 random bytes in base64url. */
  token(prefix: TokenPrefix): string
  /** Random id: 16 bytes in base64url. */
  id(): string
  /** The key that new refresh tokens' successors are derived with. */
  currentKeyId(): string
  /** A refresh token's successor: HMAC-SHA-256, under the key with this id, of the presented token and the nonce. */
  deriveRefreshToken(presented: string, nonce: string, keyId: string): string
}

export type TokenPrefix = 'vst_code_' | 'vst_at_' | 'vst_rt_' | 'vst_cs_' | 'vst_rs_'

/** Everything the core asks of the outside. */
export type Ports = {
  readonly servers: Servers
  readonly connections: Connections
  readonly clients: Clients
  readonly clientDocuments: ClientDocuments
  readonly fetcher: Fetcher
  readonly assertionIds: AssertionIds
  readonly assertionVerifier: AssertionVerifier
  readonly requests: AuthorizationRequests
  readonly logins: Logins
  readonly grants: Grants
  readonly refreshTokens: RefreshTokens
  readonly accessTokens: AccessTokens
  readonly challenges: Challenges
  readonly upstream: Upstream
  readonly signer: TokenSigner
  readonly secrets: Secrets
  readonly clock: () => Date
}
