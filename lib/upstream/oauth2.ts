/** Connections to an OAuth 2.0 server that is no OpenID provider (GitHub and the like): userinfo says who it is. */
import type { Identity } from '@/lib/oauth/model'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { authorizationRequest } from './authorization-request'
import { checkAuthorizationResponse } from './authorization-response'
import { clientConfiguration } from './client-configuration'
import { exchangeCode } from './code-exchange'
import type { OAuthConnectionConfig } from './connection-config'
import type { EstablishedLogin, ExpectedLogin, LoginRequest, UpstreamContext } from './context'
import { refuseSilentLogin } from './login-wishes'
import { inStage } from './stage'
import { readSubject } from './subject'
import { aboutAnotherUser, fetchUserinfo } from './userinfo'

type OAuth2Connection = Extract<OAuthConnectionConfig, { type: 'oauth2' }>
type Claims = Readonly<Record<string, unknown>>

/**
 * The URL of the login at the OAuth 2.0 server.
 *
 * @throws UpstreamError
 */
export async function beginOAuth2Login(
  connection: OAuth2Connection,
  login: LoginRequest,
  context: UpstreamContext,
): Promise<string> {
  refuseSilentLogin(login)
  return authorizationRequest(configurationFor(connection, context), connection, login, {
    callbackUrl: context.callbackUrl,
    scopes: [...connection.scopes, ...login.scopes],
    pkce: connection.pkce,
  })
}

/**
 * Redeems the code and asks userinfo who logged in. The subject counts within this connection only: nothing but the
 * operator's configuration says whose subjects these are.
 *
 * @throws UpstreamError
 */
export async function completeOAuth2Login(
  connection: OAuth2Connection,
  callbackParameters: URLSearchParams,
  expected: ExpectedLogin,
  context: UpstreamContext,
): Promise<EstablishedLogin> {
  const parameters = await inStage('answer', () =>
    checkAuthorizationResponse(callbackParameters, { state: expected.state }),
  )
  const wanted = { state: expected.state, ...(connection.pkce && { codeVerifier: expected.codeVerifier }) }
  const exchanged = await inStage('tokens', () =>
    exchangeCode(configurationFor(connection, context), parameters, wanted, context),
  )
  const { idToken: _unvalidated, ...tokens } = exchanged.tokens
  const identity = await inStage('identity', async () =>
    identityOf(
      connection,
      await fetchUserinfo(connection.userinfoEndpoint, tokens.accessToken, context.http),
    ),
  )
  return { identity, tokens }
}

function configurationFor(connection: OAuth2Connection, context: UpstreamContext) {
  context.http.checkUrl(connection.authorizationEndpoint, 'authorization endpoint')
  const endpoints = {
    issuer: identitySource(connection),
    authorization_endpoint: connection.authorizationEndpoint,
    token_endpoint: connection.tokenEndpoint,
  }
  return clientConfiguration(connection, endpoints, context)
}

const identitySource = (connection: OAuth2Connection) => `connection:${connection.id}`

/** What userinfo says of this user, or why it could not be asked. */
export async function oauth2Userinfo(
  connection: OAuth2Connection,
  subject: string,
  accessToken: string,
  context: UpstreamContext,
): Promise<Claims | UpstreamError> {
  try {
    const userinfo = await fetchUserinfo(connection.userinfoEndpoint, accessToken, context.http)
    if (readSubject(claimAt(userinfo, connection.claims.subject)) === subject) return userinfo
    return aboutAnotherUser()
  } catch (error) {
    if (error instanceof UpstreamError) return error
    throw error
  }
}

function identityOf(connection: OAuth2Connection, userinfo: Claims): Identity {
  const email = claimAt(userinfo, connection.claims.email)
  const name = claimAt(userinfo, connection.claims.name)
  return {
    identitySource: identitySource(connection),
    subject: readSubject(claimAt(userinfo, connection.claims.subject)),
    ...(typeof email === 'string' && email !== '' && { email }),
    ...(typeof name === 'string' && name !== '' && { name }),
    claims: userinfo,
  }
}

/** The claim with this name, or at this path of names with dots between: `data.user.id`, `emails.0.value`. */
function claimAt(claims: Claims, path: string | undefined): unknown {
  if (path === undefined) return undefined
  if (Object.hasOwn(claims, path)) return claims[path]
  return path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Claims)[name]
          : undefined,
      claims,
    )
}
