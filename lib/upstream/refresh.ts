import { decodeJwt } from 'jose'
import { customFetch, refreshTokenGrant } from 'openid-client'
import { UpstreamError, type UpstreamRefresh } from '@/lib/oauth/ports/upstream'
import type { ConnectionConfig } from './connection-config'
import type { HeldTokens, UpstreamContext } from './context'
import { invalidResponse, refreshFailure } from './failure'
import { providerConfiguration } from './provider-configuration'
import { readSubject } from './subject'
import { readTokenResponse, toUpstreamTokens, withoutLibrary } from './token-response'

type Refused = Extract<UpstreamRefresh, { outcome: 'refused' }>

const SESSION_OVER: Refused = {
  outcome: 'refused',
  detail:
    'The identity provider refuses to refresh: the session there is over, or the user may not use the application any more.',
}

const ANOTHER_USER: Refused = {
  outcome: 'refused',
  detail: 'The identity provider answered the refresh with an ID token about another user.',
}

/**
 * Refreshes a user's tokens (RFC 6749 §6). Absent tokens in the answer mean that the old ones stay. Decision 0029.
 *
 * @throws UpstreamError when nothing is known of the user's session there
 */
export async function refreshUpstream(
  connection: ConnectionConfig,
  held: HeldTokens,
  context: UpstreamContext,
): Promise<UpstreamRefresh> {
  const configuration = await providerConfiguration(connection, context)
  let idToken: string | undefined
  let refused = false
  configuration[customFetch] = async (url, { method, headers, body }) => {
    const init = { method, headers, body: body as BodyInit }
    const response = await context.http.request('token endpoint', url, init)
    const { id_token, ...answer } = await readTokenResponse(response, (status, error) => {
      const failure = refreshFailure(status, error)
      refused = failure === null
      return failure ?? new Error('refused')
    })
    idToken = id_token
    return Response.json(answer)
  }
  try {
    const scope = held.scope === undefined ? {} : { scope: held.scope }
    const answer = await refreshTokenGrant(configuration, held.refreshToken, scope)
    const known = connection.type === 'oidc' ? idToken : undefined
    if (known !== undefined && !isAbout(held.subject, known, connection)) return ANOTHER_USER
    return { outcome: 'refreshed', tokens: toUpstreamTokens(answer, known, context.clock()) }
  } catch (error) {
    if (refused) return SESSION_OVER
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
function isAbout(subject: string, idToken: string, connection: ConnectionConfig): boolean {
  const { iss, aud, sub } = claimsOf(idToken)
  if (connection.type === 'oidc' && iss !== connection.issuer)
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
