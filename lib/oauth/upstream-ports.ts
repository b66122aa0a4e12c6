/** What the core needs of a customer's identity provider. The same terms as in `ports.ts`. */
import type { Identity, TimelineEvent, UpstreamTokens } from './model'
import type { InteractionError, Prompt } from './protocol/prompt'

/** Why the identity provider's side of a login failed. `reason` goes on the timeline, nothing goes on the wire. */
export class UpstreamError extends Error {
  /** By name, as `StoreUnavailable`. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'UpstreamError'
  }

  /** Why the user would have to be asked: for the client that wanted it otherwise (`prompt=none`). */
  readonly interaction: InteractionError | undefined

  constructor(
    readonly reason: Extract<TimelineEvent['reason'], `upstream_${string}`>,
    readonly detail: string,
    options: ErrorOptions & { readonly interaction?: InteractionError } = {},
  ) {
    super(`${reason}: ${detail}`, options)
    this.name = 'UpstreamError'
    this.interaction = options.interaction
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
      readonly prompt?: readonly Prompt[]
      /** Seconds. */
      readonly maxAge?: number
      readonly uiLocales?: string
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
