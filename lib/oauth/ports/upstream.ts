/** What the core needs of a customer's identity provider. The same terms as in `ports.ts`. */
import type { Claims, Identity, UpstreamTokens } from '@/lib/oauth/model'
import type { InteractionError, Prompt } from '@/lib/oauth/protocol/prompt'
import type { TimelineEvent } from '@/lib/oauth/timeline'
import type { SamlAssertion } from './saml-assertions'

/** The stages of a login after the identity provider sent the user back. */
export type UpstreamStage = 'answer' | 'metadata' | 'tokens' | 'identity'

/** Why the identity provider's side of a login failed. `reason` goes on the timeline, nothing goes on the wire. */
export class UpstreamError extends Error {
  /** By name, as `StoreUnavailable`. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UpstreamError'
  }

  /** Why the user would have to be asked: for the client that wanted it otherwise (`prompt=none`). */
  readonly interaction: InteractionError | undefined
  /** Where {@link Upstream.complete} failed. */
  readonly stage: UpstreamStage | undefined
  /** The provider's own codes, well-formed; also in `detail`. */
  readonly codes: readonly string[]

  constructor(
    readonly reason: Extract<TimelineEvent['reason'], `upstream_${string}`>,
    readonly detail: string,
    options: ErrorOptions & {
      readonly interaction?: InteractionError | undefined
      readonly stage?: UpstreamStage | undefined
      readonly codes?: readonly string[]
    } = {},
  ) {
    super(`${reason}: ${detail}`, options)
    this.name = 'UpstreamError'
    this.interaction = options.interaction
    this.stage = options.stage
    this.codes = options.codes ?? []
  }
}

/**
 * A connection as a statement of the same request has just read it, so that nobody has to read it again. What it holds is
 * for those who wrote it: its secret is sealed. Decision 0142.
 */
export type ReadConnection = { readonly id: string }

/** Who logged in at the identity provider, and what it gave for them. */
export type UpstreamLogin = {
  readonly identity: Identity
  readonly tokens: UpstreamTokens
  readonly remark?: UpstreamRemark
}

/** A warning for the operator about a successful login. */
export type UpstreamRemark = { readonly reason: UpstreamError['reason']; readonly detail: string }

/**
 * The result of an upstream refresh. `refused`: the user's session there has ended. `unavailable`: nothing is known
 * about it, also after an operator's mistake (`upstream_client_rejected`).
 */
export type UpstreamRefresh =
  | { readonly outcome: 'refreshed'; readonly tokens: UpstreamTokens; readonly claims?: RefreshedClaims }
  | { readonly outcome: 'refused'; readonly detail: string }
  | { readonly outcome: 'unavailable'; readonly reason: UpstreamError['reason']; readonly detail: string }

/** What the provider says of the user now; `stale` are needed claims that it could not be asked about. */
export type RefreshedClaims = { readonly known: Claims; readonly stale: readonly string[] }

/** How an upstream revocation went. `unsupported`: the identity provider has no endpoint for it. */
export type UpstreamRevocation =
  | { readonly outcome: 'revoked' }
  | { readonly outcome: 'unsupported' }
  | { readonly outcome: 'failed'; readonly detail: string }

/** A JWT that a provider sent by itself. */
export type SentToken = {
  readonly header: Claims
  readonly claims: Claims
  /** What it knows us by. */
  readonly audience: string
}

/** A SAML response: a validated assertion, or why there is none, as a code for {@link Upstream.complete}. */
export type ReceivedResponse = { readonly assertion: SamlAssertion } | { readonly failure: string }

/** A security event token that a transmitter sent. */
export type SentSignal = SentToken & {
  /** Who names the users of the connection. */
  readonly subjectIssuers: readonly string[]
}

/** The customer's identity provider. `begin`, `complete`, `receive`, `verify` and `verifySignal` throw {@link UpstreamError}, the others do not. */
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
      readonly prompt?: readonly Prompt[]
      /** Seconds. */
      readonly maxAge?: number
      readonly uiLocales?: string
      readonly loginHint?: string
      readonly read?: ReadConnection | undefined
    },
  ): Promise<string>
  /**
   * Exchanges the upstream's code and establishes who logged in: validates the ID token (iss, aud, exp, nonce,
   * signature) or fetches userinfo.
   *
   * @param callbackParameters the query of the request to our callback
   * @param expected.claims names of claims that are needed: userinfo is asked for those that the ID token lacks
   */
  complete(
    connectionId: string,
    callbackParameters: URLSearchParams,
    expected: {
      readonly state: string
      readonly nonce: string
      readonly codeVerifier: string
      readonly claims?: readonly string[]
      readonly read?: ReadConnection | undefined
    },
  ): Promise<UpstreamLogin>
  /**
   * Refreshes (RFC 6749 §6). An ID token that comes along must be about the same user (OIDC Core §12.2).
   *
   * @param held.scope asked for; absent: whatever was granted
   * @param held.granted what was granted, as far as the provider said it
   * @param held.scopes what the login asked for, in addition to the connection's own
   * @param held.claims names of claims that are needed
   * @param held.idToken the last one that came: what it says and userinfo does not stays true until another comes
   */
  refresh(
    connectionId: string,
    held: {
      readonly refreshToken: string
      readonly subject: string
      readonly identitySource: string
      readonly scope?: string
      readonly granted?: string
      readonly scopes?: readonly string[]
      readonly claims?: readonly string[]
      readonly idToken?: string
    },
  ): Promise<UpstreamRefresh>
  /**
   * A JWT that the provider of the connection sent by itself: its claims, of which nothing else is checked, when they name
   * the provider as their issuer and one of its keys signed them; null otherwise.
   *
   * @throws UpstreamError when the keys cannot be fetched
   */
  verify(connectionId: string, jwt: string): Promise<SentToken | null>
  /** The same of the connection's Shared Signals transmitter. */
  verifySignal(connectionId: string, jwt: string): Promise<SentSignal | null | 'not_configured'>
  /**
   * Validates a SAML response that a browser brought; null where the connection is of another type.
   *
   * @throws UpstreamError when the metadata cannot be had
   */
  receive(connectionId: string, response: string): Promise<ReceivedResponse | null>
  /** Revokes the refresh token, or without one the access token (RFC 7009 §2.1). */
  revoke(
    connectionId: string,
    held: { readonly accessToken: string; readonly refreshToken?: string },
  ): Promise<UpstreamRevocation>
}
