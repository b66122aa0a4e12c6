import { grantableScopes } from '../clients/grantable-scope'
import { endGrant } from '../flow/end-grant'
import { advance, failRequest, type NextStep, type Progress, upstreamFailure } from '../flow/flow'
import type { Client, Grant, Identity, LoginAttempt, UpstreamTokens } from '../model'
import { type Ports, StoreUnavailable } from '../ports/ports'
import { UpstreamError, type UpstreamRemark } from '../ports/upstream'
import { errorResponse } from '../protocol/authorization-response'
import { RedirectedError } from '../protocol/errors'
import { isStaleLogin } from '../protocol/login-freshness'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import type { ReasonCode } from '../timeline'
import { withAuthTime } from './auth-time'
import { startBrowserSession } from './browser-session'
import { askAnew, type LapsedLogin } from './reprompt-consent'

/** The upstream's answer cannot be tied to this browser's login: shown to the user, nothing issued, nothing spent. */
export type CallbackRefusal = { readonly go: 'refused'; readonly reason: ReasonCode }

/** What the browser sent along: the cookies of this attempt, and of its session at the connection. */
export type CallbackCookies = { readonly state: string | undefined; readonly session: string | undefined }

export type CallbackResult = {
  readonly step: NextStep | CallbackRefusal
  /** The browser's session at the connection from now on; null when it ended, absent when it stays as it is. */
  readonly session?: string | null
}

/**
 * Completes a login when the identity provider sends the user back. The `state` must equal the browser's cookie and
 * the request's row, once, and only after consent (RFC 9700 §4.7); the connection must be the one that was asked
 * (RFC 9700 §4.4.2).
 *
 * @param query the query of the request to our callback
 */
export async function completeLogin(
  connectionId: string,
  query: URLSearchParams,
  cookies: CallbackCookies,
  ports: Ports,
): Promise<CallbackResult> {
  const [state, ...further] = query.getAll('state')
  if (!state || further.length > 0) return refused('state_unknown')
  if (!cookies.state || !equalSecrets(state, cookies.state)) return refused('state_other_browser')
  const taken = await ports.requests.takeAttempt(hashSecret(state), connectionId, ports.clock())
  const server = taken && (await ports.servers.find(taken.request.serverId))
  const client = taken && (await ports.clients.findByRowId(taken.request.clientRowId))
  if (!taken || !server || !client) return refused('state_unknown')
  const progress = { server, request: taken.request }
  try {
    if (client.blockedAt) throw await failRequest(progress, BLOCKED.client, ports)
    // A device has no PKCE, and so no challenge.
    const codeChallenge = taken.request.deviceCodeId ? '' : await takeChallenge(progress, ports)
    const login = await askUpstream(progress, connectionId, query, { ...taken.attempt, state }, ports)
    const trip = { connectionId, attemptId: taken.attempt.id, client, session: cookies.session }
    return await issue({ ...progress, codeChallenge, ...trip }, login, ports)
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error
    return { step: { go: 'client', response: errorResponse(error.redirect, error) } }
  }
}

const refused = (reason: ReasonCode): CallbackResult => ({ step: { go: 'refused', reason } })

type UpstreamLogin = {
  readonly identity: Identity
  readonly tokens: UpstreamTokens
  readonly remark?: UpstreamRemark
}

const BLOCKED = {
  client: {
    step: 'callback',
    reason: 'client_blocked',
    code: 'access_denied',
    description: 'the operator has blocked this client',
  },
  user: {
    step: 'callback',
    reason: 'user_blocked',
    code: 'access_denied',
    description: 'the operator has blocked this user',
  },
} as const

const STALE_LOGIN = {
  step: 'callback',
  reason: 'upstream_login_stale',
  code: 'login_required',
  description: 'the identity provider answered with an older login than max_age allows',
} as const

async function askUpstream(
  progress: Progress,
  connectionId: string,
  query: URLSearchParams,
  expected: LoginAttempt & { readonly state: string },
  ports: Ports,
): Promise<UpstreamLogin> {
  try {
    const login = await ports.upstream.complete(connectionId, query, expected)
    if (isStaleLogin(login.identity.authTime, progress.request))
      throw await failRequest(progress, STALE_LOGIN, ports)
    return login
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const failure = upstreamFailure(error, progress.request)
    throw await failRequest(progress, { step: 'callback', ...failure }, ports)
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

type Trip = LapsedLogin & { readonly connectionId: string; readonly client: Client }

async function issue(trip: Trip, login: UpstreamLogin, ports: Ports): Promise<CallbackResult> {
  const { server, request, connectionId, client } = trip
  const now = ports.clock()
  const claims = server.passedClaims.flatMap((name) =>
    login.identity.claims[name] === undefined ? [] : [[name, login.identity.claims[name]] as const],
  )
  const event = { at: now, step: 'callback', outcome: 'ok', reason: 'ok', ...login.remark } as const
  const completed = await ports.logins.complete(
    {
      request,
      server,
      connectionId,
      identity: withAuthTime(login.identity, request, now),
      upstreamTokens: login.tokens,
      claims: Object.fromEntries(claims),
      grantable: grantableScopes(server, client),
      event,
    },
    now,
  )
  if (completed.outcome === 'user_blocked') throw await failRequest(trip, BLOCKED.user, ports)
  if (completed.outcome === 'request_over') return refused('request_over')
  if (completed.outcome === 'consent_lapsed') return backToConsent(trip, ports)
  const step = await issueCode(trip, completed.grant, ports)
  const { organizationId } = server
  const user = { organizationId, connectionId, userId: completed.userId, replaced: trip.session }
  const session = await startBrowserSession(user, ports)
  return { step, ...(session && { session }) }
}

async function backToConsent(trip: Trip, ports: Ports): Promise<CallbackResult> {
  try {
    const step = await askAnew(trip, ports)
    return step ? { step, session: null } : refused('request_over')
  } catch (error) {
    throw await challengesDown(trip, error, ports)
  }
}

async function issueCode(trip: Trip, grant: Grant, ports: Ports): Promise<NextStep> {
  try {
    return await advance({ ...trip, request: { ...trip.request, grantId: grant.id } }, ports)
  } catch (error) {
    await endGrant(grant.id, 'code_never_issued', ports)
    throw await challengesDown(trip, error, ports)
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
