/** Whom the operator keeps out. The rule is asked wherever a login begins or a token is made. */
import type { Client } from '../model'
import { OAuthError, type OAuthErrorCode } from '../protocol/errors'

/** What is said at the token endpoint of a grant whose client or user is blocked. */
export const blockedGrant = () =>
  new OAuthError('invalid_grant', 'the operator has blocked the client or its user')

/** A blocked client: distinct from other refusals, so that user and operator learn the reason. */
export class BlockedClientError extends OAuthError {
  constructor(code: OAuthErrorCode) {
    super(code, 'the operator has blocked this client', { status: 400 })
    this.name = 'BlockedClientError'
  }
}

/**
 * Never `invalid_client`, which has clients forget their registration and make a new one.
 *
 * @param code that is right at the endpoint
 * @throws BlockedClientError when the operator keeps the client out
 */
export function refuseBlocked(client: Client, code: 'unauthorized_client' | 'invalid_grant'): void {
  if (client.blockedAt) throw new BlockedClientError(code)
}
