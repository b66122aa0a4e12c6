import { OAuthError } from './errors'
import type { Parameters } from './parameters'
import { splitUpstreamScope } from './upstream-scope'

/** The grant type (RFC 8693 §2.1). */
export const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'

/** Token types (RFC 8693 §3). */
export const ACCESS_TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:access_token'
const JWT_TYPE = 'urn:ietf:params:oauth:token-type:jwt'

/** What is asked for in exchange for which token. */
export type TokenExchangeRequest = {
  readonly subjectToken: string
  /** Scopes that the token must have; empty: any. */
  readonly scope: readonly string[]
}

/**
 * Reads a token exchange request (RFC 8693 §2.1). The only exchange is of an access token of ours for the user's access
 * token at the identity provider, without another target or actor. Decision 0031.
 *
 * @throws OAuthError `invalid_request`, or `invalid_target` (RFC 8693 §2.2.2)
 */
export function readTokenExchange(form: Parameters): TokenExchangeRequest {
  const subjectToken = required(form, 'subject_token')
  const type = required(form, 'subject_token_type')
  const isOpaque = subjectToken.startsWith('vst_')
  if (type !== ACCESS_TOKEN_TYPE && (type !== JWT_TYPE || isOpaque))
    throw new OAuthError('invalid_request', 'subject_token_type must be the one of an access token')
  if ((form.get('requested_token_type') ?? ACCESS_TOKEN_TYPE) !== ACCESS_TOKEN_TYPE)
    throw new OAuthError('invalid_request', 'only access tokens can be requested')
  if (form.get('actor_token') ?? form.get('actor_token_type'))
    throw new OAuthError('invalid_request', 'an actor token is not accepted')
  if (form.get('audience') ?? form.get('resource'))
    throw new OAuthError('invalid_target', 'the token is for the identity provider and no other target')
  if (form.get('client_secret') ?? form.get('client_assertion'))
    throw new OAuthError('invalid_request', 'the resource server authenticates in the Authorization header')
  return { subjectToken, scope: splitUpstreamScope(form.get('scope') ?? '') }
}

function required(form: Parameters, name: string): string {
  const value = form.get(name)
  if (!value) throw new OAuthError('invalid_request', `${name} is missing`)
  return value
}
