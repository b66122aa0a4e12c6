import { authorizationCodeGrant, type Configuration, customFetch } from 'openid-client'
import type { UpstreamTokens } from '@/lib/oauth/model'
import type { UpstreamContext } from './context'
import { formOf, readTokenResponse, toUpstreamTokens, withoutLibrary } from './token-response'

/** What the token endpoint answered, and what clock it has (the `Date` header, RFC 9110 §6.6.1). */
type ExchangedCode = { readonly tokens: UpstreamTokens; readonly theirTime?: Date }

/**
 * Redeems the identity provider's code with our own verifier (RFC 6749 §4.1.3, RFC 7636 §4.5). The ID token is
 * returned as it came: `id-token` validates it.
 *
 * @param parameters the checked authorization response
 * @param expected.codeVerifier absent where the connection does without PKCE
 * @throws UpstreamError
 */
export async function exchangeCode(
  configuration: Configuration,
  parameters: URLSearchParams,
  expected: { readonly state: string; readonly codeVerifier?: string },
  context: UpstreamContext,
): Promise<ExchangedCode> {
  let idToken: string | undefined
  let date: string | null = null
  configuration[customFetch] = async (url, init) => {
    const response = await context.http.request('token endpoint', url, formOf(init))
    date = response.headers.get('date')
    // openid-client insists on the letter of RFC 6749 and on a string as `sub`; real providers do neither. It is
    // given the answer in proper form, and the ID token is kept from it.
    const { id_token, ...answer } = await readTokenResponse(response)
    idToken = id_token
    return Response.json(answer)
  }

  const currentUrl = new URL(context.callbackUrl)
  currentUrl.search = parameters.toString()
  const answer = await authorizationCodeGrant(configuration, currentUrl, {
    expectedState: expected.state,
    ...(expected.codeVerifier !== undefined && { pkceCodeVerifier: expected.codeVerifier }),
  }).catch((error: unknown) => {
    throw withoutLibrary(error)
  })

  const theirTime = new Date(date ?? Number.NaN)
  return {
    tokens: toUpstreamTokens(answer, idToken, context.clock()),
    ...(Number.isFinite(theirTime.getTime()) && { theirTime }),
  }
}
