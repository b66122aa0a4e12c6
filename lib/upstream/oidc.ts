/** Connections to an OpenID provider: discovery, code flow with S256 and nonce, a validated ID token. */
import type { Identity } from '@/lib/oauth/model'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { issuersOf } from '@/lib/oauth/protocol/issuers'
import { authorizationRequest } from './authorization-request'
import { checkAuthorizationResponse } from './authorization-response'
import { clientConfiguration } from './client-configuration'
import { clockSkew } from './clock-skew'
import { exchangeCode } from './code-exchange'
import type { OAuthConnectionConfig } from './connection-config'
import type { EstablishedLogin, ExpectedLogin, LoginRequest, UpstreamContext } from './context'
import { findProvider, type Provider } from './discovery-cache'
import { authTimeOf, validateIdToken } from './id-token'
import { forwardedWishes } from './login-wishes'
import { pointedGroups } from './pointed-groups'
import { inStage } from './stage'
import { readSubject } from './subject'
import { aboutAnotherUser, fetchUserinfo } from './userinfo'

type OidcConnection = Extract<OAuthConnectionConfig, { type: 'oidc' }>
type Claims = Readonly<Record<string, unknown>>

/**
 * The URL of the login at the OpenID provider.
 *
 * @throws UpstreamError
 */
export async function beginOidcLogin(
  connection: OidcConnection,
  login: LoginRequest,
  context: UpstreamContext,
): Promise<string> {
  const { metadata } = await findProvider(connection, context.http, context.clock())
  return authorizationRequest(configurationFor(connection, metadata, context), connection, login, {
    callbackUrl: context.callbackUrl,
    scopes: ['openid', ...connection.scopes, ...login.scopes],
    wishes: forwardedWishes(login, connection.authorizationParameters),
    pkce: connection.pkce,
  })
}

/**
 * Redeems the code and establishes who logged in from the ID token; what it does not say of email and name, userinfo
 * may.
 *
 * @throws UpstreamError
 */
export async function completeOidcLogin(
  connection: OidcConnection,
  callbackParameters: URLSearchParams,
  expected: ExpectedLogin,
  context: UpstreamContext,
): Promise<EstablishedLogin> {
  const { metadata, keys } = await inStage('metadata', () =>
    findProvider(connection, context.http, context.clock()),
  )
  const issuers = issuersOf(connection)
  const parameters = await inStage('answer', () =>
    checkAuthorizationResponse(callbackParameters, {
      issuers,
      sendsIssuer: metadata.sendsIssuer,
      state: expected.state,
    }),
  )
  const { state, codeVerifier } = expected
  const wanted = { state, ...(connection.pkce && { codeVerifier }) }
  const { tokens, theirTime } = await inStage('tokens', () =>
    exchangeCode(configurationFor(connection, metadata, context), parameters, wanted, context),
  )
  const { idToken } = tokens
  if (idToken === undefined)
    throw new UpstreamError(
      'upstream_scope_rejected',
      'The token endpoint sent no ID token: allow the scope openid for the client there.',
      { stage: 'tokens' },
    )
  const now = context.clock()
  const claims = await inStage('identity', () =>
    validateIdToken(idToken, keys, {
      issuers,
      template: metadata.issuer,
      clientId: connection.clientId,
      nonce: expected.nonce,
      now,
      ...(theirTime && { theirTime }),
    }),
  )
  const subject = await inStage('identity', () => readSubject(claims.sub))
  const needed = [...DISPLAYED, ...(expected.claims ?? [])]
  const userinfo = lacks(claims, needed)
    ? await userinfoOf(subject, metadata, tokens.accessToken, context)
    : {}
  const authTime = authTimeOf(claims, now)
  const said = userinfo instanceof UpstreamError ? {} : userinfo
  const groups = await groupsOf({ ...said, ...claims }, expected.claims ?? [], tokens, context)
  const told = groups instanceof UpstreamError || !groups ? claims : { ...claims, groups }
  const identity = identityOf(claims.iss, subject, told, said)
  const skew = clockSkew(claims, now, theirTime)
  const remark = skew
    ? { reason: 'upstream_clock_skew' as const, detail: skew }
    : (userinfo instanceof UpstreamError && missingClaims(userinfo, told, expected.claims)) ||
      (groups instanceof UpstreamError && missingClaims(groups, claims, ['groups'])) ||
      withoutRefreshToken(connection, tokens)
  return {
    identity: { ...identity, ...(authTime && { authTime }) },
    tokens,
    ...(remark && { remark }),
  }
}

/** Asked for, and not there: users who are removed at the provider keep their access. */
function withoutRefreshToken(
  { scopes, authorizationParameters }: OidcConnection,
  { refreshToken }: EstablishedLogin['tokens'],
): EstablishedLogin['remark'] {
  const isAsked = scopes.includes('offline_access') || authorizationParameters.access_type === 'offline'
  if (!isAsked || refreshToken !== undefined) return undefined
  const detail = 'No refresh token came, though the connection asks for one.'
  return { reason: 'upstream_no_refresh_token', detail }
}

function configurationFor(
  connection: OidcConnection,
  metadata: Provider['metadata'],
  context: UpstreamContext,
) {
  const endpoints = {
    issuer: metadata.issuer,
    authorization_endpoint: metadata.authorizationEndpoint,
    token_endpoint: metadata.tokenEndpoint,
  }
  return clientConfiguration(connection, endpoints, context)
}

const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined)

/** What pages and audit log call a user by. */
const DISPLAYED = ['email', 'name']

const lacks = (claims: Claims, names: readonly string[]) =>
  names.some((name) => claims[name] === undefined || claims[name] === null || claims[name] === '')

/** What a login lacks that userinfo could not be asked about. */
function missingClaims({ reason, detail }: UpstreamError, claims: Claims, needed: readonly string[] = []) {
  const missing = needed.filter((name) => claims[name] === undefined)
  if (missing.length === 0) return undefined
  return { reason, detail: `${detail} Without it these claims are missing: ${missing.join(', ')}.` }
}

/**
 * What userinfo says, or why it could not be asked: a login does not fail with it. "The sub Claim in the UserInfo
 * Response MUST be verified to exactly match the sub Claim in the ID Token; if they do not match, the UserInfo Response
 * values MUST NOT be used" (OIDC Core §5.3.2).
 */
export async function userinfoOf(
  subject: string,
  metadata: Pick<Provider['metadata'], 'userinfoEndpoint'>,
  accessToken: string,
  context: UpstreamContext,
): Promise<Claims | UpstreamError> {
  if (!metadata.userinfoEndpoint) return {}
  try {
    const userinfo = await fetchUserinfo(metadata.userinfoEndpoint, accessToken, context.http)
    if (readSubject(userinfo.sub) === subject) return userinfo
    return aboutAnotherUser()
  } catch (error) {
    if (error instanceof UpstreamError) return error
    throw error
  }
}

/**
 * The groups that the ID token only points at, or why they could not be asked for: a login does not fail with it, unless
 * a rule needs them.
 */
export async function groupsOf(
  claims: Claims,
  needed: readonly string[],
  { accessToken, scope }: { readonly accessToken: string; readonly scope?: string | undefined },
  { http, graphOf }: UpstreamContext,
): Promise<readonly string[] | UpstreamError | undefined> {
  const graph = graphOf?.(String(claims.iss))
  try {
    return await pointedGroups(claims, { needed, graph, accessToken, scope }, http)
  } catch (error) {
    if (error instanceof UpstreamError) return error
    throw error
  }
}

function identityOf(issuer: string, subject: string, idToken: Claims, userinfo: Claims): Identity {
  // Whether an email is verified must come from where the email does.
  const source = text(idToken.email) !== undefined ? idToken : userinfo
  const email = text(source.email)
  const name = text(idToken.name) ?? text(userinfo.name)
  return {
    identitySource: issuer,
    subject,
    ...(email !== undefined && { email }),
    ...(email !== undefined && emailVerification(source)),
    ...(name !== undefined && { name }),
    claims: { ...userinfo, ...idToken },
  }
}

/** Some send the boolean as a string. */
function emailVerification(source: Claims): { readonly emailVerified?: boolean } {
  const verified = String(source.email_verified)
  return verified === 'true' || verified === 'false' ? { emailVerified: verified === 'true' } : {}
}
