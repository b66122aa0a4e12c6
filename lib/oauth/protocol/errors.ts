/** Every error code this server can send, by the document that defines it. A typo does not compile. */
export type OAuthErrorCode =
  // RFC 6749 §4.1.2.1 and §5.2
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'server_error'
  | 'temporarily_unavailable'
  // RFC 8707 §2
  | 'invalid_target'
  // OpenID Connect Core §3.1.2.6
  | 'login_required'
  | 'consent_required'
  | 'interaction_required'
  | 'account_selection_required'
  | 'request_not_supported'
  // RFC 9101 §7, RFC 9126 §2.3
  | 'invalid_request_uri'
  // RFC 8628 §3.5
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  // RFC 7591 §3.2.2
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  // RFC 6750 §3.1
  | 'invalid_token'

const STATUS: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  invalid_token: 401,
  access_denied: 403,
  server_error: 500,
  temporarily_unavailable: 503,
}

/**
 * Options of an {@link OAuthError}: `cause` goes to the log only, `status` overrides the code's usual one, `challenge`
 * is the `WWW-Authenticate` of a 401 for who came with something else than Basic, `retryAfter` are seconds (RFC 9110
 * §10.2.3).
 */
export type OAuthErrorOptions = {
  readonly cause?: unknown
  readonly status?: number
  readonly retryAfter?: number
  readonly challenge?: string
}

/**
 * An answer the protocol defines. `description` goes on the wire (RFC 6749 §5.2 allows printable ASCII without
 * quotes and backslashes; anything else is replaced); `cause` goes to the log only.
 */
export class OAuthError extends Error {
  readonly description: string
  readonly status: number
  /** Seconds; a 503 has them always. */
  readonly retryAfter: number | undefined
  readonly challenge: string | undefined

  constructor(
    readonly code: OAuthErrorCode,
    description: string,
    options: OAuthErrorOptions = {},
  ) {
    super(`${code}: ${description}`, { cause: options.cause })
    this.name = 'OAuthError'
    this.description = description.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'")
    this.status = options.status ?? STATUS[code] ?? 400
    this.retryAfter = options.retryAfter ?? (this.status === 503 ? 30 : undefined)
    this.challenge = options.challenge
  }

  /** The JSON body of RFC 6749 §5.2. */
  toBody(): { error: OAuthErrorCode; error_description: string } {
    return { error: this.code, error_description: this.description }
  }
}

/**
 * A limit has been reached (RFC 6585 §4): 429. Of the codes that say "not now", this is the one on which clients keep
 * their tokens and their registration.
 *
 * @param retryAfter seconds
 */
export function tooManyRequests(description: string, retryAfter: number): OAuthError {
  return new OAuthError('temporarily_unavailable', description, { status: 429, retryAfter })
}

/** A redirect URI that has been checked against the client: only {@link resolveRedirectUri} can make one. */
export type ValidatedRedirect = {
  readonly redirectUri: string
  /** The client's `state`, returned as it came; absent when the client sent none. */
  readonly state?: string
  readonly responseMode: 'query' | 'form_post'
  /** Our issuer, returned as `iss` (RFC 9207 §2). */
  readonly issuer: string
  readonly [validated]: true
}
declare const validated: unique symbol

/** RFC 6749 §4.1.2.1: reported to the client by redirect. A plain OAuthError at the authorization endpoint is shown. */
export class RedirectedError extends OAuthError {
  constructor(
    readonly redirect: ValidatedRedirect,
    code: OAuthErrorCode,
    description: string,
    options: OAuthErrorOptions = {},
  ) {
    super(code, description, options)
    this.name = 'RedirectedError'
  }
}
