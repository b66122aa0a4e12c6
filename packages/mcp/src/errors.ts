/** RFC 6750 §3.1; absent: the request brought no token, and is told no more than where to get one. */
export type AccessErrorCode = 'invalid_token' | 'insufficient_scope'

/** A request that is not let in. Adapters answer it with {@link Verifier.refusal}. */
export class AccessError extends Error {
  override readonly name = 'AccessError'
  readonly status: 401 | 403

  /**
   * @param scopes all that the request needs, for the challenge
   */
  constructor(
    readonly code: AccessErrorCode | undefined,
    message: string,
    readonly scopes?: readonly string[],
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.status = code === 'insufficient_scope' ? 403 : 401
  }
}

/**
 * Keys, introspection or a feed that must be followed cannot be reached, so nothing can be said about the token: 503.
 * A 401 would make clients throw away a token that may be good.
 */
export class Unavailable extends Error {
  override readonly name = 'Unavailable'

  /**
   * @param retryAfter seconds
   */
  constructor(
    message: string,
    options?: ErrorOptions,
    readonly retryAfter = 5,
  ) {
    super(message, options)
  }
}

export const invalidToken = (message: string, options?: ErrorOptions): AccessError =>
  new AccessError('invalid_token', message, undefined, options)
