/**
 * The nouns of the authorization server, as the core sees them. Wire names live in the zod schemas of
 * `protocol/`; here everything is camelCase and readonly. `ARCHITECTURE.md` explains how they hang together.
 */
import type { AccessPolicy, Condition } from './protocol/access-rules'
import type { ResponseMode } from './protocol/authorization-response'
import type { ClientAdmission, Standing } from './protocol/client-admission'
import type { JwkSet } from './protocol/client-keys'
import type { GrantType } from './protocol/grant-types'
import type { Prompt } from './protocol/prompt'
import type { DescribedScope } from './protocol/scope-risk'

/** Claims of a token or of userinfo, as their issuer wrote them. */
export type Claims = Readonly<Record<string, unknown>>

/** The members of a JSON document, as its author wrote them or as its reader is sent them. */
export type JsonMembers = Readonly<Record<string, unknown>>

/** A scope that a server offers. */
export type ServerScope = DescribedScope & {
  /** Scopes to ask of the identity provider when this one is requested. */
  readonly upstreamScopes: readonly string[]
  /** Who may have it; absent: everyone. */
  readonly when?: Condition
}

/**
 * `jwt`: verified offline until it expires. `opaque`: verified by introspection, where a revocation applies at once.
 */
export type TokenFormat = 'jwt' | 'opaque'

/** Which metadata documents are accepted: any, none, or those at these hosts (`URL.host`). */
export type ClientPolicy = 'any' | 'off' | { readonly hosts: readonly string[] }

/** Whether clients may register themselves (RFC 7591), and how many at once may wait for their first token. */
export type RegistrationPolicy = 'off' | { readonly quota: number }

/** An identity provider whose assertions about users a server takes in place of a login (ID-JAG). */
export type TrustedIssuer = {
  /** Its `iss`, to the letter. */
  readonly issuer: string
  /** Where its keys lie; discovered when absent. */
  readonly jwksUri?: string
  /** Of an issuer that serves several companies, the one whose users count. */
  readonly tenant?: string
  /** The most that its assertions may give; absent: what the server offers. */
  readonly scopes?: readonly string[]
  /** Whether clients without a proof of their own may present its assertions. */
  readonly publicClients: boolean
}

/** One protected MCP server: one OAuth resource and one issuer (RFC 8414 §2). */
export type Server = {
  readonly id: string
  /** Of a row that is kept in memory: a statement that relies on it finds the same. Absent when it was just read. */
  readonly version?: number
  readonly organizationId: string
  readonly connectionId: string
  readonly slug: string
  readonly name: string
  /** Computed at creation, never changed. */
  readonly issuer: string
  /** The audience of every token, exactly as configured (RFC 8707 §2). */
  readonly resource: string
  /** Other spellings of the resource that clients may send. */
  readonly aliases: readonly string[]
  readonly scopes: readonly ServerScope[]
  /** Which users may come; absent: all whom the identity provider lets in. */
  readonly access?: AccessPolicy
  readonly clientPolicy: ClientPolicy
  readonly registration: RegistrationPolicy
  /** Absent: anyone. */
  readonly clientAdmission?: ClientAdmission
  /** SHA-256 (hex) of the initial access token (RFC 7591 §1.2): whoever registers with it needs no admission. */
  readonly registrationTokenHash?: string
  readonly trustedIssuers: readonly TrustedIssuer[]
  /** Whether devices without a browser may be logged in from another one (RFC 8628). */
  readonly deviceGrant: boolean
  /** Of its access tokens. */
  readonly tokenFormat: TokenFormat
  /** Seconds. */
  readonly accessTokenLifetime: number
  /** Seconds without use after which a refresh token expires. */
  readonly refreshTokenLifetime: number
  /** Upstream claims copied into access tokens, by name. */
  readonly passedClaims: readonly string[]
  /** Seconds after which the identity provider is asked again, whatever its token says; absent: a day. */
  readonly upstreamMaxAge?: number
  /** SHA-256 (hex) of the resource server's own credential, for introspection; absent when it has none. */
  readonly resourceSecretHash?: string
  /** Upstream scopes that its resource server may be handed tokens with; absent: it is handed none (RFC 8693). */
  readonly handoffScopes?: readonly string[]
}

export type TokenEndpointAuthMethod =
  | 'none'
  | 'client_secret_basic'
  | 'client_secret_post'
  | 'private_key_jwt'

/** An MCP client. Clients belong to one server. */
export type Client = Standing & {
  readonly id: string
  /** Of a row that is kept in memory: a statement that relies on it finds the same. Absent when it was just read. */
  readonly version?: number
  readonly serverId: string
  /** The `client_id` on the wire, unique within the server. */
  readonly clientId: string
  /**
   * How the client is known: pre-registered, self-registered (RFC 7591), or described by a metadata document at its
   * `client_id` (CIMD).
   */
  readonly kind: 'preregistered' | 'registered' | 'metadata_document'
  /** As the client claims; absent when it claims none. */
  readonly name?: string
  /** Its home page, as the client claims. */
  readonly uri?: string
  readonly redirectUris: readonly string[]
  readonly tokenEndpointAuthMethod: TokenEndpointAuthMethod
  /** SHA-256 (hex); absent for clients without a secret. */
  readonly secretHash?: string
  /** The public keys it signs assertions with, by value or by reference. A client with `none` need not sign. */
  readonly jwks?: JwkSet
  readonly jwksUri?: string
  /** Present from when a change of the registration (RFC 7592) issued the secret until the client has used it. */
  readonly unusedSecret?: UnusedSecret
  readonly grantTypes: readonly GrantType[]
  /** The scopes it registered; absent: any scope of the server. */
  readonly scope?: readonly string[]
  readonly createdAt: Date
}

/** A secret whose client may never have got the answer that has it. */
export type UnusedSecret = {
  /** What it is derived with, so that the same change asked for again is answered with the same secret. */
  readonly nonce: string
  /** How the client authenticated before: good until the secret was used. */
  readonly before: Pick<Client, 'tokenEndpointAuthMethod' | 'jwks' | 'jwksUri'>
}

/** How a user is logged in: the customer's identity provider. Secrets stay inside `lib/store` and `lib/upstream`. */
export type Connection = {
  readonly id: string
  readonly organizationId: string
  readonly slug: string
  /** For the consent page: "Okta", "Acme login". */
  readonly name: string
  /** `platform`: our own accounts, where there is no identity provider. */
  readonly type: 'oidc' | 'oauth2' | 'saml' | 'platform'
  /** Requested at every login, in addition to what the requested scopes need. */
  readonly scopes: readonly string[]
}

/** One visit to `/oauth/authorize` and its stored row, until a code is issued (RFC 6749 §4.1.1). */
export type AuthorizationRequest = {
  readonly id: string
  /** What the error page shows the user: short, unique, leads the operator to the timeline. */
  readonly reference: string
  readonly serverId: string
  /** Row id of the client. */
  readonly clientRowId: string
  /** `client_id` on the wire. */
  readonly clientId: string
  /** Byte for byte as requested; for a device our own page, where its user's part ends. */
  readonly redirectUri: string
  /** The device that waits for the answer (RFC 8628); absent when a client is called back. */
  readonly deviceCodeId?: string
  readonly state?: string
  readonly responseMode: ResponseMode
  /** The client's, for its ID token; the one sent upstream is our own. */
  readonly clientNonce?: string
  /** Granted if the user allows: requested scopes that the server offers. */
  readonly scope: readonly string[]
  readonly prompt: readonly Prompt[]
  /** Seconds that may have passed since the user authenticated. */
  readonly maxAge?: number
  readonly uiLocales?: string
  readonly loginHint?: string
  readonly createdAt: Date
  readonly expiresAt: Date
  /** When the user pressed Allow, or an earlier answer stood in for it. */
  readonly consentedAt?: Date
  /** Row id of the user whose remembered consent replaced Allow: it counts for this user only, and once. */
  readonly rememberedFor?: string
  /** Requested scopes that the page showed as allowed before, and so did not ask for. */
  readonly assumedScope?: readonly string[]
  /** Set when the login is complete; then a code is issued, and the request has ended. */
  readonly grantId?: string
}

/** The stored part of a login attempt at the identity provider, made only after consent. */
export type LoginAttempt = {
  /** Names the browser's cookie. */
  readonly id: string
  /** SHA-256 (hex) of the `state` sent upstream. */
  readonly stateHash: string
  readonly nonce: string
  /** Our own PKCE verifier towards the upstream; sealed at rest. */
  readonly codeVerifier: string
}

/** Who the identity provider says this is. Keyed by `subject` within `identitySource`, never by email. */
export type Identity = {
  /** `oidc`: the validated issuer; `oauth2`: `connection:{id}`. */
  readonly identitySource: string
  readonly subject: string
  readonly email?: string
  readonly emailVerified?: boolean
  readonly name?: string
  /** When the user authenticated there, as far as it says. */
  readonly authTime?: Date
  /** All claims received, for the server's `passedClaims`. */
  readonly claims: Claims
}

/** An end user, as the identity provider described them at the last login. */
export type User = {
  readonly id: string
  readonly email?: string
  /** True only if the identity provider said so. */
  readonly emailVerified: boolean
  readonly name?: string
}

/** What the identity provider gave us; stored sealed and never shown to an MCP client. */
export type UpstreamTokens = {
  readonly accessToken: string
  readonly refreshToken?: string
  readonly idToken?: string
  readonly scope?: string
  readonly expiresAt?: Date
}

/**
 * What the user gave: user + client + resource + scope. Every token hangs on one, also a client's own, which involves
 * no user (RFC 6749 §4.4).
 */
export type Grant = {
  readonly id: string
  readonly serverId: string
  /** Absent where the client acts for itself. */
  readonly userId?: string
  readonly clientRowId: string
  /** `client_id` on the wire. */
  readonly clientId: string
  /** Where the code went; absent where no redirect was involved. */
  readonly redirectUri?: string
  readonly scope: readonly string[]
  /** Upstream claims chosen by the server's `passedClaims`, copied into access tokens; see `flow/passed-claims`. */
  readonly claims: Claims
  /** What the identity provider says of the user, for access rules; absent until it was asked since they exist. */
  readonly userClaims?: Claims
  /** What SCIM says of the user now, in the place of `userClaims`; absent where tokens say it. Decision 0129. */
  readonly provisionedClaims?: Claims
  /** The client's `nonce`, and when the user authenticated: for ID tokens. */
  readonly nonce?: string
  readonly authTime?: Date
  readonly createdAt: Date
  readonly revokedAt?: Date
  /** Which of the two the operator has blocked: while set, no token of the grant is valid. */
  readonly blocked?: 'client' | 'user'
}

/** A grant as far as its tokens tell of it. */
export type TokenGrant = Omit<
  Grant,
  'serverId' | 'clientRowId' | 'redirectUri' | 'createdAt' | 'revokedAt' | 'blocked'
>

/** A stored refresh token: the hash of it, and what is needed to derive its successor (see `token/refresh-token.ts`). */
export type RefreshToken = {
  /** SHA-256 (hex). */
  readonly hash: string
  readonly grantId: string
  /** The successor is derived from it and the presented token; see `successorNonce`. */
  readonly nonce: string
  /** The key the successor is derived with, so that a change of keys breaks no retry. */
  readonly keyId: string
  readonly issuedAt: Date
  /** Where it was issued to, as far as that may be kept: a /24 or a /48, `203.0.113.0/24`. */
  readonly network?: string
  readonly expiresAt: Date
  /** When it was first exchanged for its successor. */
  readonly rotatedAt?: Date
}

/** A stored opaque access token. */
export type AccessToken = {
  /** SHA-256 (hex). */
  readonly hash: string
  /** Its `jti` at introspection; reveals nothing of the token. */
  readonly id: string
  readonly grantId: string
  /** The server's resource when it was issued. */
  readonly audience: string
  /** The grant's, or less. */
  readonly scope: readonly string[]
  readonly issuedAt: Date
  readonly expiresAt: Date
}
