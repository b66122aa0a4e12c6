import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'
import * as oidc from 'openid-client'
import { approachCallback, locationOf, REDIRECT } from './attack-login'
import { newVisitor } from './attack-visitor'
import { hostFetch } from './host-fetch'
import type { World } from './world'

/**
 * A strict OpenID client: it discovers the server as OpenID Connect Discovery says, registers, and checks signatures
 * of ID tokens too.
 */
export function openIdClient(issuer: string) {
  return oidc.dynamicClientRegistration(
    new URL(issuer),
    { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' },
    oidc.None(),
    {
      execute: [oidc.allowInsecureRequests, oidc.enableNonRepudiationChecks],
      [oidc.customFetch]: (url, { method, headers, body }) =>
        hostFetch(url, {
          method,
          headers,
          ...((typeof body === 'string' || body instanceof URLSearchParams) && { body }),
        }),
    },
  )
}

export type OpenIdTokens = oidc.TokenEndpointResponse & oidc.TokenEndpointResponseHelpers

/** A whole login with such a client, which checks state, issuer, nonce and the ID token. */
export async function logInWith(
  world: World,
  client: oidc.Configuration,
  scope: string,
  nonce?: string,
): Promise<OpenIdTokens> {
  const verifier = oidc.randomPKCECodeVerifier()
  const state = oidc.randomState()
  const visitor = newVisitor()
  const url = oidc.buildAuthorizationUrl(client, {
    redirect_uri: REDIRECT,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    scope,
    ...(nonce !== undefined && { nonce }),
  })
  const { callback } = await approachCallback(world, visitor, url.href)
  const answer = new URL(locationOf(await visitor.go(callback)))
  return oidc.authorizationCodeGrant(client, answer, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    ...(nonce !== undefined && { expectedNonce: nonce }),
  })
}

/** An ID token's header and claims, as they stand in it. */
export function readIdToken(tokens: { readonly id_token?: string | undefined }): {
  header: Record<string, unknown>
  claims: JWTPayload
} {
  const token = tokens.id_token ?? ''
  return { header: { ...decodeProtectedHeader(token) }, claims: decodeJwt(token) }
}
