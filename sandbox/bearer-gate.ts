import {
  type AuthInfo,
  bearerAuthChallengeResponse,
  type OAuthTokenVerifier,
  verifyBearerToken,
} from '@modelcontextprotocol/server'
import { AuthorizationServerUnavailable } from './authorization-server'

export type BearerGateOptions = {
  readonly verifier: OAuthTokenVerifier
  /** Where the resource metadata is; clients learn there which authorization server to go to (RFC 9728 §5.1). */
  readonly resourceMetadataUrl: string
  /** Scopes without which no request is served. */
  readonly requiredScopes: readonly string[]
}

/**
 * Lets a request pass with a good access token, and answers every other one as RFC 6750 §3 says:
 * 401 without credentials, 401 `invalid_token`, 403 `insufficient_scope`; 503 while tokens cannot be verified.
 */
export function bearerGate(options: BearerGateOptions): (request: Request) => Promise<AuthInfo | Response> {
  const { verifier, resourceMetadataUrl } = options
  const requiredScopes = [...options.requiredScopes]

  return async (request) => {
    const authorization = request.headers.get('authorization')
    if (authorization === null) {
      // RFC 6750 §3.1: no error code for a request that did not try to authenticate.
      const challenge = `Bearer resource_metadata="${resourceMetadataUrl}", scope="${requiredScopes.join(' ')}"`
      return new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } })
    }
    try {
      return await verifyBearerToken(authorization, { verifier, requiredScopes, resourceMetadataUrl })
    } catch (error) {
      // A 401 would make clients throw away a token that may be good.
      if (error instanceof AuthorizationServerUnavailable) {
        return new Response(null, { status: 503, headers: { 'Retry-After': '5' } })
      }
      return bearerAuthChallengeResponse(error, { requiredScopes, resourceMetadataUrl })
    }
  }
}
