import type { AuthorizationRequest, Identity } from '../model'

/**
 * A client that sends `max_age` must get `auth_time` (OpenID Connect Core §2). The identity provider was asked for it
 * too; for one that does not send it, the time of the completed login counts.
 */
export function withAuthTime(
  identity: Identity,
  request: Pick<AuthorizationRequest, 'maxAge'>,
  now: Date,
): Identity {
  return identity.authTime || request.maxAge === undefined ? identity : { ...identity, authTime: now }
}
