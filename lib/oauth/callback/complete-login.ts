import { grantableScopes } from '../clients/grantable-scope'
import { type EndGrantPorts, endGrant } from '../flow/end-grant'
import { failRequest, upstreamFailure } from '../flow/failure'
import { advance, type NextStep } from '../flow/order'
import type { Grant } from '../model'
import { type Ports, StoreUnavailable } from '../ports/ports'
import { UpstreamError, type UpstreamLogin } from '../ports/upstream'
import { errorResponse } from '../protocol/authorization-response'
import { RedirectedError } from '../protocol/errors'
import { isStaleLogin } from '../protocol/login-freshness'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import type { ReasonCode } from '../timeline'
import { withAuthTime } from './auth-time'
import { type BrowserSessionPorts, startBrowserSession } from './browser-session'
import { type RepromptConsentPorts, repromptConsent } from './reprompt-consent'
import type { ReturningLogin } from './returning-login'

export type CompleteLoginPorts = Pick<Ports, 'clients' | 'logins' | 'servers'> &
  BrowserSessionPorts &
  EndGrantPorts &
  RepromptConsentPorts

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
  ports: CompleteLoginPorts,
): Promise<CallbackResult> {
  const [state, ...further] = query.getAll('state')
  if (!state || further.length > 0) return refused('state_unknown')
  if (!cookies.state || !equalSecrets(state, cookies.state)) return refused('state_other_browser')
  const taken = await ports.requests.takeAttempt(hashSecret(state), connectionId, ports.clock())
  const server = taken && (await ports.servers.find(taken.request.serverId))
  const client = taken && (await ports.clients.findByRowId(taken.request.clientRowId))
  if (!taken || !server || !client) return refused('state_unknown')
  const attempt = { ...taken.attempt, state }
  const pending = { server, client, request: taken.request, attempt, connectionId, session: cookies.session }
  try {
    if (client.blockedAt) throw await failRequest(pending, BLOCKED.client, ports)
    const codeChallenge = await takeChallenge(pending, ports)
    const login = await askUpstream(pending, query, ports)
    return await complete({ ...pending, codeChallenge }, login, ports)
  } catch (error) {
    if (!(error instanceof RedirectedError)) throw error
    return { step: { go: 'client', response: errorResponse(error.redirect, error) } }
  }
}

const refused = (reason: ReasonCode): CallbackResult => ({ step: { go: 'refused', reason } })

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
  pending: ReturningLogin,
  query: URLSearchParams,
  ports: CompleteLoginPorts,
): Promise<UpstreamLogin> {
  try {
    const login = await ports.upstream.complete(pending.connectionId, query, pending.attempt)
    if (isStaleLogin(login.identity.authTime, pending.request))
      throw await failRequest(pending, STALE_LOGIN, ports)
    return login
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    const failure = upstreamFailure(error, pending.request)
    throw await failRequest(pending, { step: 'callback', ...failure }, ports)
  }
}

/**
 * Taken before anything is written: without it no code could be redeemed, and nothing should be stored. A device has no
 * PKCE, and so no challenge.
 */
async function takeChallenge(pending: ReturningLogin, ports: CompleteLoginPorts): Promise<string> {
  if (pending.request.deviceCodeId) return ''
  try {
    const challenge = await ports.challenges.takeChallenge(pending.request.id)
    if (challenge) return challenge
  } catch (error) {
    throw await challengesDown(pending, error, ports)
  }
  throw await failRequest(
    pending,
    {
      step: 'callback',
      reason: 'expired',
      code: 'access_denied',
      description: 'the login took too long, start again',
    },
    ports,
  )
}

async function complete(
  pending: ReturningLogin,
  login: UpstreamLogin,
  ports: CompleteLoginPorts,
): Promise<CallbackResult> {
  const { server, request, connectionId, client } = pending
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
  if (completed.outcome === 'user_blocked') throw await failRequest(pending, BLOCKED.user, ports)
  if (completed.outcome === 'request_over') return refused('request_over')
  if (completed.outcome === 'consent_lapsed') return backToConsent(pending, ports)
  const step = await issueCode(pending, completed.grant, ports)
  const { organizationId } = server
  const user = { organizationId, connectionId, userId: completed.userId, replaced: pending.session }
  const session = await startBrowserSession(user, ports)
  return { step, ...(session && { session }) }
}

async function backToConsent(pending: ReturningLogin, ports: CompleteLoginPorts): Promise<CallbackResult> {
  try {
    const step = await repromptConsent(pending, ports)
    return step ? { step, session: null } : refused('request_over')
  } catch (error) {
    throw await challengesDown(pending, error, ports)
  }
}

async function issueCode(
  pending: ReturningLogin,
  grant: Grant,
  ports: CompleteLoginPorts,
): Promise<NextStep> {
  try {
    return await advance({ ...pending, request: { ...pending.request, grantId: grant.id } }, ports)
  } catch (error) {
    await endGrant(grant.id, 'code_never_issued', ports)
    throw await challengesDown(pending, error, ports)
  }
}

async function challengesDown(
  pending: ReturningLogin,
  error: unknown,
  ports: CompleteLoginPorts,
): Promise<unknown> {
  if (!(error instanceof StoreUnavailable) || error.store !== 'challenges') return error
  return failRequest(
    pending,
    {
      step: 'callback',
      reason: 'store_unavailable',
      code: 'temporarily_unavailable',
      description: 'logins are not possible just now',
    },
    ports,
  )
}
