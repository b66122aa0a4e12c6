import { buildAuthorizationUrl, type Configuration } from 'openid-client'
import { deriveCodeChallenge } from '@/lib/oauth/protocol/pkce'
import type { OAuthConnectionConfig } from './connection-config'
import type { LoginRequest } from './context'

/** What the operator's additional parameters cannot replace: the login's security rests on them. */
const PROTECTED = new Set([
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
])

/**
 * Builds the URL to send the browser to (RFC 6749 §4.1.1, RFC 7636 §4.3, OIDC Core §3.1.2.1). State, nonce and
 * challenge are always sent, whatever the provider's metadata says: some require them without announcing it, and the
 * others ignore them. Decision 0002.
 *
 * @param scopes all scopes to request; duplicates are sent once
 * @param options.wishes of the client, see {@link forwardedWishes}
 * @param options.pkce whether to send our S256 challenge
 */
export function authorizationRequest(
  configuration: Configuration,
  connection: OAuthConnectionConfig,
  login: LoginRequest,
  options: {
    readonly callbackUrl: string
    readonly scopes: readonly string[]
    readonly wishes?: Readonly<Record<string, string>>
    readonly pkce: boolean
  },
): string {
  const scopes = new Set(options.scopes)
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: connection.clientId,
    redirect_uri: options.callbackUrl,
    state: login.state,
  })
  if (scopes.size > 0) parameters.set('scope', [...scopes].join(' '))
  if (scopes.has('openid')) parameters.set('nonce', login.nonce)
  if (options.pkce) {
    parameters.set('code_challenge', deriveCodeChallenge(login.codeVerifier))
    parameters.set('code_challenge_method', 'S256')
  }
  // Entra refuses a request with a resource it does not know, so only on demand (RFC 8707 §2).
  if (connection.forwardResource) parameters.set('resource', login.resource)
  for (const [name, value] of Object.entries({ ...connection.authorizationParameters, ...options.wishes })) {
    if (!PROTECTED.has(name)) parameters.set(name, value)
  }
  return buildAuthorizationUrl(configuration, parameters).href
}
