/**
 * What the core needs of the outside, one narrow type per aggregate. Each verb is one atomic statement: there is
 * no `get` followed by `markUsed`. Every implementation runs the port's contract suite (`*.contract.ts`).
 * A store that cannot be reached throws {@link StoreUnavailable}.
 */

import type {
  AuthorizationRequest,
  Claims,
  Client,
  Connection,
  Grant,
  Identity,
  Server,
  UpstreamTokens,
  User,
} from '@/lib/oauth/model'
import type { TimelineEvent } from '@/lib/oauth/timeline'
import type { AuthorizationRequests } from './authorization-requests'
import type { ApplicationLogos, Brands } from './brand'
import type {
  AssertionIds,
  AssertionVerifier,
  ClientDocuments,
  Clients,
  Fetcher,
  Registrations,
} from './clients'
import type { BrowserSessions, Consents, NewBrowserSession } from './consent'
import type { Departures } from './departures'
import type { DeviceCodes } from './device'
import type { SecurityEvents } from './events'
import type { Provisioned } from './provisioned'
import type { PushedRequests } from './pushed-requests'
import type { Revocations } from './revocations'
import type { SamlAssertions } from './saml-assertions'
import type { AccessTokens, Grants, RefreshTokens, TokenSigner } from './tokens'
import type { Upstream } from './upstream'
import type { UpstreamTokenStore } from './upstream-tokens'

/** A store is down or does not answer in time: 503 `temporarily_unavailable`, never a 400 or 401. */
export class StoreUnavailable extends Error {
  /** By name: the class exists once in each of Next's bundles, the stores once in the process. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'StoreUnavailable'
  }

  constructor(
    readonly store: 'postgres' | 'challenges' | 'limits',
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

/** Whom an identity assertion is about: by what it says, or by the grant that was given for it. */
export type AssertedUser =
  | { readonly organizationId: string; readonly identity: Identity }
  | { readonly grantId: string }

/** A login that a user has at a connection. */
export type KnownLogin = {
  /** Whether it is the one that the assertion is about, and not another one of the same user. */
  readonly isAsserted: boolean
  /** Subject and email. */
  readonly named: Claims
  /** What its provider said at the last login or refresh; absent where there was none. */
  readonly told?: Claims
  /** What SCIM says of it now, in the place of `told`. */
  readonly provisioned?: Claims
}

export type Users = {
  find(id: string): Promise<User | null>
  /** The logins at a connection of the user whom an assertion is about, linked ones included. Decision 0151. */
  loginsAt(connectionId: string, asserted: AssertedUser): Promise<readonly KnownLogin[]>
}

export type CompletedLogin = {
  readonly request: AuthorizationRequest
  readonly server: Server
  readonly connectionId: string
  readonly identity: Identity
  readonly upstreamTokens: UpstreamTokens
  /** Copied to the grant, for tokens and for access rules. */
  readonly claims: Claims
  readonly userClaims: Claims
  /** All scopes that the client may have here: of what was granted earlier, no others are taken over. */
  readonly grantable: readonly string[]
  /** The id of the grant that is written. */
  readonly grantId: string
  /** What this browser is remembered by from now on. */
  readonly session: NewBrowserSession
  readonly event: TimelineEvent
  /** The code that was issued for the grant, and its line; a device gets none. */
  readonly issued?: { readonly codeHash: string; readonly event: TimelineEvent }
}

/**
 * The result of completing a login. `request_over`: it ended in between, by Deny in another tab for example.
 * `consent_lapsed`: its consent does not hold for the user who signed in, or no longer. `user_blocked`: the operator
 * has blocked this user. `signed_out`: the identity provider has ended what it said of them.
 */
export type LoginOutcome =
  | { readonly outcome: 'completed'; readonly userId: string }
  | { readonly outcome: 'request_over' | 'consent_lapsed' | 'user_blocked' | 'signed_out' }

/** A user asserted by a trusted issuer: no browser, no upstream tokens, no consent here. */
export type AssertedLogin = Pick<CompletedLogin, 'server' | 'identity' | 'claims'> & {
  readonly client: Client
  readonly scope: readonly string[]
  readonly userClaims?: Claims
  /** Where the request comes from, as far as that may be kept: a /24 or a /48. */
  readonly network?: string
}

export type Logins = {
  /**
   * One transaction writes user, sealed upstream tokens, grant, consent and browser session, and ends the authorization
   * request; otherwise nothing is written. Every completed login makes a grant of its own, which also has the scopes of the
   * user's live grants with the same client and redirect URI. Logins of one user wait for one another.
   */
  complete(login: CompletedLogin, now: Date): Promise<LoginOutcome>
  /**
   * One transaction writes user and grant of an assertion. A user has one live grant of this kind with each client;
   * scope and claims are brought up to date. What the assertion does not say of the user stays as it was. Null, and
   * nothing written, while the operator keeps the user out.
   */
  assert(login: AssertedLogin, now: Date): Promise<Grant | null>
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

export type Secrets = {
  /** `prefix` followed by 32 random bytes in base64url. */
  token(prefix: TokenPrefix): string
  /** Random id: 16 bytes in base64url. */
  id(): string
  /** What a user types for a device: eight letters, see `protocol/user-code.ts`. */
  userCode(): string
  /** The key that new refresh tokens' successors are derived with. */
  currentKeyId(): string
  /** A refresh token's successor: HMAC-SHA-256, under the key with this id, of the presented token and the nonce. */
  deriveRefreshToken(presented: string, nonce: string, keyId: string): string
}

export type TokenPrefix =
  | 'vst_code_'
  | 'vst_at_'
  | 'vst_rt_'
  | 'vst_cs_'
  | 'vst_rat_'
  | 'vst_rs_'
  | 'vst_dc_'
  | 'vst_iat_'

/** Everything the core asks of the outside. */
export type Ports = {
  readonly servers: Servers
  readonly brands: Brands
  readonly applicationLogos: ApplicationLogos
  readonly connections: Connections
  readonly users: Users
  readonly clients: Clients
  readonly registrations: Registrations
  readonly clientDocuments: ClientDocuments
  readonly fetcher: Fetcher
  readonly assertionIds: AssertionIds
  readonly assertionVerifier: AssertionVerifier
  readonly requests: AuthorizationRequests
  readonly pushedRequests: PushedRequests
  readonly samlAssertions: SamlAssertions
  readonly logins: Logins
  readonly grants: Grants
  readonly refreshTokens: RefreshTokens
  readonly accessTokens: AccessTokens
  readonly revocations: Revocations
  readonly browserSessions: BrowserSessions
  readonly consents: Consents
  readonly challenges: Challenges
  readonly deviceCodes: DeviceCodes
  readonly departures: Departures
  readonly provisioned: Provisioned
  readonly upstream: Upstream
  readonly upstreamTokens: UpstreamTokenStore
  readonly securityEvents: SecurityEvents
  readonly signer: TokenSigner
  readonly secrets: Secrets
  readonly clock: () => Date
  /** For work that no response waits for: its failure is only logged, under this name. */
  readonly background: (name: string, work: Promise<unknown>) => void
}
