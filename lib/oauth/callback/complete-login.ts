import { advance, failRequest, type NextStep, type Progress, upstreamFailure } from '../flow'
import type { Identity, LoginAttempt, ReasonCode, UpstreamTokens } from '../model'
import { type Ports, StoreUnavailable } from '../ports'
import { errorResponse } from '../protocol/authorization-response'
import { RedirectedError } from '../protocol/errors'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import { UpstreamError } from '../upstream-ports'

/** The upstream's answer cannot be tied to this browser's login: shown to the user, nothing issued, nothing spent. */
export type CallbackRefusal = { readonly go: 'refused'; readonly reason: ReasonCode }

/**
 * Completes a login when the identity provider sends the user back. The `state` must equal the browser's cookie and
 * the request's row, once, and only after consent (RFC 9700 §4.7); the connection must be the one that was asked
 * (RFC 9700 §4.4.2).
 *
 * @param query the query of the request to our callback
 * @param cookieState what the cookie of this attempt holds
 */
export async function completeLogin(
  connectionId: string,
  query: URLSearchParams,
  cookieState: string | undefined,
  ports: Ports,
): Promise<NextStep | CallbackRefusal> {
  const [state, ...further] = query.getAll('state')
  if (!state || further.length > 0) return { go: 'refused', reason: 'state_unknown' }
  if (!cookieState || !equalSecrets(state, cookieState))
    return { go: 'refused', reason: 'state_other_browser' }
  const taken = await ports.requests.takeAttempt(hashSecret(state), connectionId, ports.clock())
  const server = taken && (await ports.servers.find(taken.request.serverId))
  if (!taken || !server) return { go: 'refused', reason: 'state_unknown' }
  const progress = { server, request: taken.request }
  try {
    // A device has no PKCE, and so no challenge.
    const codeChallenge = taken.request.deviceCodeId ? '' : await takeChallenge(progress, ports)
    const login = await askUpstream(progress, connectionId, query, { ...taken.attempt, state }, ports)
    return await issue({ ...progress, codeChallenge }, connectionId, login, ports)
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error
    return { go: 'client', response: errorResponse(error.redirect, error) }
  }
}

type UpstreamLogin = { readonly identity: Identity; readonly tokens: UpstreamTokens }

async function askUpstream(
  progress: Progress,
  connectionId: string,
  query: URLSearchParams,
  expected: LoginAttempt & { readonly state: string },
  ports: Ports,
): Promise<UpstreamLogin> {
  try {
    return await ports.upstream.complete(connectionId, query, expected)
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    throw await failRequest(progress, { step: 'callback', ...upstreamFailure(error) }, ports)
  }
}

/** Taken before anything is written: without it no code could be redeemed, and nothing should be stored. */
async function takeChallenge(progress: Progress, ports: Ports): Promise<string> {
  try {
    const challenge = await ports.challenges.takeChallenge(progress.request.id)
    if (challenge) return challenge
  } catch (error) {
    throw await challengesDown(progress, error, ports)
  }
  throw await failRequest(
    progress,
    {
      step: 'callback',
      reason: 'expired',
      code: 'access_denied',
      description: 'the login took too long, start again',
    },
    ports,
  )
}

async function issue(
  progress: Progress,
  connectionId: string,
  login: UpstreamLogin,
  ports: Ports,
): Promise<NextStep | CallbackRefusal> {
  const { server, request } = progress
  const now = ports.clock()
  const claims = server.passedClaims.flatMap((name) =>
    login.identity.claims[name] === undefined ? [] : [[name, login.identity.claims[name]] as const],
  )
  const event = { at: now, step: 'callback', outcome: 'ok', reason: 'ok' } as const
  const grant = await ports.logins.complete(
    {
      request,
      server,
      connectionId,
      identity: login.identity,
      upstreamTokens: login.tokens,
      claims: Object.fromEntries(claims),
      event,
    },
    now,
  )
  if (!grant) return { go: 'refused', reason: 'request_over' }
  try {
    return await advance({ ...progress, request: { ...request, grantId: grant.id } }, ports)
  } catch (error) {
    await ports.grants.revoke(grant.id, 'code_never_issued', now)
    throw await challengesDown(progress, error, ports)
  }
}

async function challengesDown(progress: Progress, error: unknown, ports: Ports): Promise<unknown> {
  if (!(error instanceof StoreUnavailable) || error.store !== 'challenges') return error
  return failRequest(
    progress,
    {
      step: 'callback',
      reason: 'store_unavailable',
      code: 'temporarily_unavailable',
      description: 'logins are not possible just now',
    },
    ports,
  )
}
