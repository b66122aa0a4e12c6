import { decodeJwt } from 'jose'
import { customFetch, refreshTokenGrant } from 'openid-client'
import { UpstreamError, type UpstreamRefresh } from '@/lib/oauth/ports/upstream'
import { issuersOf } from '@/lib/oauth/protocol/issuers'
import type { OAuthConnectionConfig } from './connection-config'
import type { HeldTokens, UpstreamContext } from './context'
import { invalidResponse, refreshFailure } from './failure'
import { withCodes } from './provider-codes'
import { providerConfiguration } from './provider-configuration'
import { refreshedClaims } from './refreshed-claims'
import { readSubject } from './subject'
import { formOf, readTokenResponse, toUpstreamTokens, withoutLibrary } from './token-response'

type OidcConnection = Extract<OAuthConnectionConfig, { type: 'oidc' }>

type Refused = Extract<UpstreamRefresh, { outcome: 'refused' }>

const sessionOver = (codes: readonly string[]): Refused => ({
  outcome: 'refused',
  detail: withCodes(
    'The identity provider refuses to refresh: the session there is over, or the user may not use the application any more.',
    codes,
  ),
})

const ANOTHER_USER: Refused = {
  outcome: 'refused',
  detail: 'The identity provider answered the refresh with an ID token about another user.',
}

const TENANT_GONE: Refused = {
  outcome: 'refused',
  detail: 'The tenant of the user is none of those that the connection allows (any more).',
}

/** How a provider answers that wants the scope of the login repeated (optional in RFC 6749 §6). */
const WANTS_SCOPE = new Set(['invalid_request', 'invalid_scope'])

/**
 * Refreshes a user's tokens (RFC 6749 §6). Absent tokens in the answer mean that the old ones stay. Where a refresh
 * without a scope is refused for the want of one, the granted scope is repeated. Decision 0075.
 *
 * @throws UpstreamError when nothing is known of the user's session there
 */
export async function refreshUpstream(
  connection: OAuthConnectionConfig,
  held: HeldTokens,
  context: UpstreamContext,
): Promise<UpstreamRefresh> {
  if (connection.type === 'oidc' && connection.allowedTenants && !isAllowed(held, connection))
    return TENANT_GONE
  const answer = await askTwice(connection, held, context)
  if (answer.outcome !== 'refreshed') return answer
  const claims = await refreshedClaims(connection, held, answer.tokens, context)
  return { ...answer, ...(claims && { claims }) }
}

async function askTwice(
  connection: OAuthConnectionConfig,
  held: HeldTokens,
  context: UpstreamContext,
): Promise<UpstreamRefresh> {
  const first = await ask(connection, held, held.scope, context)
  if (!(first instanceof Refusal)) return first
  const repeated =
    held.scope === undefined && WANTS_SCOPE.has(first.code ?? '') && wholeScope(connection, held)
  const last = repeated ? await ask(connection, held, repeated, context) : first
  if (!(last instanceof Refusal)) return last
  if (last.failure === null) return sessionOver(last.codes)
  throw last.failure
}

const isAllowed = ({ identitySource }: HeldTokens, connection: OidcConnection): boolean =>
  issuersOf(connection).includes(identitySource)

const wholeScope = (connection: OAuthConnectionConfig, { granted, scopes = [] }: HeldTokens): string => {
  const always = connection.type === 'oidc' ? ['openid', ...connection.scopes] : connection.scopes
  return granted ?? [...new Set([...always, ...scopes])].join(' ')
}

/** What the token endpoint refused with; `failure` is null when the session is over. */
class Refusal extends Error {
  constructor(
    readonly code: string | undefined,
    readonly codes: readonly string[],
    readonly failure: UpstreamError | null,
  ) {
    super('refused')
  }
}

async function ask(
  connection: OAuthConnectionConfig,
  held: HeldTokens,
  scope: string | undefined,
  context: UpstreamContext,
): Promise<UpstreamRefresh | Refusal> {
  const configuration = await providerConfiguration(connection, context)
  let idToken: string | undefined
  let refusal: Refusal | undefined
  configuration[customFetch] = async (url, init) => {
    const response = await context.http.request('token endpoint', url, formOf(init))
    const { id_token, ...answer } = await readTokenResponse(response, (refused) => {
      refusal = new Refusal(refused.error, refused.codes, refreshFailure(refused))
      return refusal
    })
    idToken = id_token
    return Response.json(answer)
  }
  try {
    const answer = await refreshTokenGrant(
      configuration,
      held.refreshToken,
      scope === undefined ? {} : { scope },
    )
    const known = connection.type === 'oidc' ? idToken : undefined
    if (connection.type === 'oidc' && known !== undefined && !isAbout(held, known, connection))
      return ANOTHER_USER
    return { outcome: 'refreshed', tokens: toUpstreamTokens(answer, known, context.clock()) }
  } catch (error) {
    if (refusal) return refusal
    throw withoutLibrary(error)
  }
}

/**
 * The same issuer, audience and subject as at the login (OIDC Core §12.2). Who signed it is not looked at: it came
 * straight from the token endpoint over TLS (OIDC Core §3.1.3.7), and an endpoint for keys that is down for a moment
 * must not cost the tokens that came along.
 *
 * @throws UpstreamError when it is not an ID token for us at all
 */
function isAbout(
  { subject, identitySource }: HeldTokens,
  idToken: string,
  connection: OidcConnection,
): boolean {
  const { iss, aud, sub } = claimsOf(idToken)
  const issuer = connection.allowedTenants ? identitySource : connection.issuer
  if (iss !== issuer)
    throw new UpstreamError(
      'upstream_issuer_mismatch',
      'The refresh brought an ID token of another issuer than the connection’s.',
    )
  if (![aud].flat().includes(connection.clientId))
    throw new UpstreamError(
      'upstream_audience_mismatch',
      'The refresh brought an ID token that is meant for another client.',
    )
  return readSubject(sub) === subject
}

/** What a JWT says, without anything of it in an error. */
function claimsOf(idToken: string) {
  try {
    return decodeJwt<{ readonly sub?: unknown }>(idToken)
  } catch {
    throw invalidResponse('token endpoint', 'has an ID token that is no signed JWT')
  }
}
