import type { AuthorizationRequest, Identity } from '../model'

/**
 * A client that asks with `max_age` must be told when the user authenticated (OpenID Connect Core §2). The identity
 * provider was asked with it too and has to say so; for one that does not, the login it has just completed counts.
 */
export function withAuthTime(
  identity: Identity,
  request: Pick<AuthorizationRequest, 'maxAge'>,
  now: Date,
): Identity {
  return identity.authTime || request.maxAge === undefined ? identity : { ...identity, authTime: now }
}
