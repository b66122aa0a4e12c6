import { bearerChallenge } from './challenge'

type BearerErrorCode = 'invalid_request' | 'invalid_token' | 'insufficient_scope'

const STATUS: Readonly<Record<BearerErrorCode, number>> = {
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
}

/**
 * An error of a protected resource of ours (RFC 6750 §3.1). Without a code it only says that a token is needed, as for
 * a request without credentials.
 */
export class BearerError extends Error {
  readonly status: number
  /** The `WWW-Authenticate` header. */
  readonly challenge: string

  constructor(
    readonly code?: BearerErrorCode,
    readonly description?: string,
    /** What the request would have needed. */
    scope?: readonly string[],
  ) {
    super(description ?? 'no access token')
    this.name = 'BearerError'
    this.status = code ? STATUS[code] : 401
    this.challenge = bearerChallenge({
      ...(code && { error: code }),
      ...(description && { errorDescription: description }),
      ...(scope && { scope }),
    })
  }

  /** The JSON body, for those who cannot read headers. */
  toBody(): object {
    return this.code ? { error: this.code, error_description: this.description } : {}
  }
}
