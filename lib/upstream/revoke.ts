import { customFetch, tokenRevocation } from 'openid-client'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import type { OAuthConnectionConfig } from './connection-config'
import type { RevocableTokens, UpstreamContext } from './context'
import { invalidResponse, revocationFailure } from './failure'
import { providerConfiguration } from './provider-configuration'
import { formOf, readRefusal } from './token-response'

/**
 * Revokes a user's tokens at the identity provider (RFC 7009 §2.1): the refresh token, which takes the others along,
 * or the access token where there is no other.
 *
 * @throws UpstreamError when the identity provider does not do it
 */
export async function revokeUpstream(
  connection: OAuthConnectionConfig,
  held: RevocableTokens,
  context: UpstreamContext,
): Promise<'revoked' | 'unsupported'> {
  const configuration = await providerConfiguration(connection, context)
  if (!configuration.serverMetadata().revocation_endpoint) return 'unsupported'
  configuration[customFetch] = async (url, init) => {
    const response = await context.http.request('revocation endpoint', url, formOf(init))
    const failure = revocationFailure(await readRefusal(response))
    if (failure) throw failure
    return new Response(null)
  }
  const [token, hint] =
    held.refreshToken === undefined
      ? ([held.accessToken, 'access_token'] as const)
      : ([held.refreshToken, 'refresh_token'] as const)
  try {
    await tokenRevocation(configuration, token, { token_type_hint: hint })
    return 'revoked'
  } catch (error) {
    if (error instanceof Error && error.cause instanceof UpstreamError) throw error.cause
    if (error instanceof UpstreamError || error instanceof TypeError) throw error
    throw invalidResponse('revocation endpoint', 'cannot be understood')
  }
}
