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
  // RFC 8628 §3.5
  | 'authorization_pending'
  | 'slow_down'
  | 'expired_token'
  // RFC 7591 §3.2.2
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'

const STATUS: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  access_denied: 403,
  server_error: 500,
  temporarily_unavailable: 503,
}

/** Options of an {@link OAuthError}: `cause` goes to the log only, `status` overrides the code's usual one. */
export type OAuthErrorOptions = { readonly cause?: unknown; readonly status?: number }

/**
 * An answer the protocol defines. `description` goes on the wire (RFC 6749 §5.2 allows printable ASCII without
 * quotes and backslashes; anything else is replaced); `cause` goes to the log only.
 */
export class OAuthError extends Error {
  readonly description: string
  readonly status: number

  constructor(
    readonly code: OAuthErrorCode,
    description: string,
    options: OAuthErrorOptions = {},
  ) {
    super(`${code}: ${description}`, { cause: options.cause })
    this.name = 'OAuthError'
    this.description = description.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'")
    this.status = options.status ?? STATUS[code] ?? 400
  }

  /** The JSON body of RFC 6749 §5.2. */
  toBody(): { error: OAuthErrorCode; error_description: string } {
    return { error: this.code, error_description: this.description }
  }
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
