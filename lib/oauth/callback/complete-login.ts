import { grantableScopes } from '../clients/grantable-scope'
import { KEPT_OUT, keptOut } from '../clients/standing'
import { neededClaims } from '../flow/admission'
import { bestEffort } from '../flow/best-effort'
import { type EndGrantPorts, endGrant } from '../flow/end-grant'
import { failedStep, failRequest, STORE_FAILURE, upstreamFailure } from '../flow/failure'
import { issueCode } from '../flow/issue-code'
import { advance, type NextStep } from '../flow/order'
import { type LoginOutcome, type Ports, StoreUnavailable } from '../ports/ports'
import type { HasHungUp } from '../ports/tokens'
import { UpstreamError, type UpstreamLogin } from '../ports/upstream'
import { RedirectedError } from '../protocol/errors'
import { isStaleLogin } from '../protocol/login-freshness'
import { cutClaims, passedClaims } from '../protocol/passed-claims'
import { equalSecrets, hashSecret } from '../protocol/secret-hash'
import type { ReasonCode } from '../timeline'
import { withAuthTime } from './auth-time'
import { newBrowserSession } from './browser-session'
import { type RepromptConsentPorts, repromptConsent } from './reprompt-consent'
import type { ReturningLogin } from './returning-login'
import { applyRules } from './ruled-login'

export type CompleteLoginPorts = Pick<Ports, 'logins' | 'provisioned' | 'secrets' | 'servers'> &
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
  /** The authorization request that the callback belongs to, where it was answered. */
  readonly requestId?: string
}

/**
 * Completes a login when the identity provider sends the user back. The `state` must equal the browser's cookie and
 * the request's row, once, and only after consent (RFC 9700 §4.7); the connection must be the one that was asked
 * (RFC 9700 §4.4.2).
 *
 * Until the attempt is taken nothing is spent, and the same callback may come again. From then on whatever fails is told
 * to the client, which can begin anew: the user could not.
 *
 * @param query the query of the request to our callback
 * @param hasHungUp whether the browser has gone away, so that no answer reaches it
 * @throws StoreUnavailable while nothing is spent
 */
export async function completeLogin(
  connectionId: string,
  query: URLSearchParams,
  cookies: CallbackCookies,
  ports: CompleteLoginPorts,
  hasHungUp?: HasHungUp,
): Promise<CallbackResult> {
  const [state, ...further] = query.getAll('state')
  if (!state || further.length > 0) return refused('state_unknown')
  if (!cookies.state || !equalSecrets(state, cookies.state)) return refused('state_other_browser')
  const stateHash = hashSecret(state)
  const taken = await ports.requests.takeAttempt(stateHash, connectionId, ports.clock(), async (found) => {
    const attempt = { ...found.attempt, state }
    const pending = { ...found, attempt, connectionId, session: cookies.session }
    const result = await completeAttempt(pending, query, ports).catch(async (error: unknown) => ({
      step: failedStep(await tellable(pending, error, ports)),
    }))
    // A browser that comes again is led back to its client. A device has its login all the same.
    if (hasHungUp?.() && !found.request.deviceCodeId)
      await bestEffort('callback', ports.requests.markUntold(stateHash), ports)
    return { requestId: found.request.id, ...result }
  })
  return taken ? taken.result : afterInstance(stateHash, connectionId, ports)
}

/**
 * Nothing can be taken: the attempt is over, unless the instance that took it died before it could answer, or its browser
 * had gone away. What was spent for it cannot be had again, so the client is told to begin anew.
 */
async function afterInstance(
  stateHash: string,
  connectionId: string,
  ports: CompleteLoginPorts,
): Promise<CallbackResult> {
  const request = await ports.requests.findTaken(stateHash, connectionId)
  const server = request && (await ports.servers.find(request.serverId))
  if (!request || !server) return refused('state_unknown')
  if (request.grantId)
    await bestEffort('revocation', endGrant(request.grantId, 'code_never_issued', ports), ports)
  const detail = 'The process that had this login ended before it could answer, or its browser had gone away.'
  const failure = { step: 'callback', ...STORE_FAILURE, detail } as const
  return { requestId: request.id, step: failedStep(await failRequest({ server, request }, failure, ports)) }
}

const refused = (reason: ReasonCode): CallbackResult => ({ step: { go: 'refused', reason } })

/** What the client is told of an error, whichever it is. */
async function tellable(
  pending: ReturningLogin,
  error: unknown,
  ports: CompleteLoginPorts,
): Promise<RedirectedError> {
  if (error instanceof RedirectedError) return error
  if (error instanceof StoreUnavailable)
    return failRequest(pending, { step: 'callback', ...STORE_FAILURE }, ports)
  ports.background('callback', Promise.reject(error))
  return failRequest(pending, UNEXPECTED, ports)
}

const UNEXPECTED = {
  step: 'callback',
  reason: 'internal_error',
  code: 'server_error',
  description: 'unexpected condition',
} as const

const BLOCKED_USER = {
  step: 'callback',
  reason: 'user_blocked',
  code: 'access_denied',
  description: 'the operator has blocked this user',
} as const

const SIGNED_OUT = {
  step: 'callback',
  reason: 'upstream_signed_out',
  code: 'access_denied',
  description: 'the identity provider has signed this user out',
} as const

const STALE_LOGIN = {
  step: 'callback',
  reason: 'upstream_login_stale',
  code: 'login_required',
  description: 'the identity provider answered with an older login than max_age allows',
} as const

async function completeAttempt(
  pending: ReturningLogin,
  query: URLSearchParams,
  ports: CompleteLoginPorts,
): Promise<CallbackResult> {
  await requireStanding(pending, ports)
  const codeChallenge = await takeChallenge(pending, ports)
  const login = await askUpstream(pending, query, ports)
  return recordLogin({ ...pending, codeChallenge }, login, ports)
}

/** What was decided about the client since the login began. A device's login leads to a page of ours. */
async function requireStanding(
  { server, client, request }: ReturningLogin,
  ports: CompleteLoginPorts,
): Promise<void> {
  const reason = keptOut(server, client, request.deviceCodeId ? undefined : request.redirectUri)
  if (!reason) return
  const failure = { step: 'callback', reason, code: 'access_denied', description: KEPT_OUT[reason] } as const
  throw await failRequest({ server, request }, failure, ports)
}

async function askUpstream(
  pending: ReturningLogin,
  query: URLSearchParams,
  ports: CompleteLoginPorts,
): Promise<UpstreamLogin> {
  try {
    const { attempt, server, read } = pending
    const expected = { ...attempt, claims: neededClaims(server), read: read ?? undefined }
    const login = await ports.upstream.complete(pending.connectionId, query, expected)
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
 * Taken before anything is written: without it no code could be redeemed, and nothing should be stored. The attempt has
 * not expired, so a challenge that is gone was lost. A device has no PKCE, and so no challenge.
 */
async function takeChallenge(pending: ReturningLogin, ports: CompleteLoginPorts): Promise<string> {
  if (pending.request.deviceCodeId) return ''
  const challenge = await ports.challenges.takeChallenge(pending.request.id)
  if (challenge) return challenge
  const detail = 'The challenge store has lost the PKCE challenge of this login.'
  throw await failRequest(pending, { step: 'callback', ...STORE_FAILURE, detail }, ports)
}

async function recordLogin(
  pending: ReturningLogin,
  login: UpstreamLogin,
  ports: CompleteLoginPorts,
): Promise<CallbackResult> {
  const { server, request, connectionId, client } = pending
  const ruled = await applyRules(pending, login, ports)
  const now = ports.clock()
  const claims = passedClaims(server.passedClaims, { known: login.identity.claims }, now)
  const remark =
    login.remark ??
    cutRemark(cutClaims(server.passedClaims, login.identity.claims)) ??
    refusedRemark(request.scope, ruled.allowed(request.scope))
  const event = { at: now, step: 'callback', outcome: 'ok', reason: 'ok', ...remark } as const
  const grantId = ports.secrets.id()
  const code = pending.codeChallenge && (await issueCode(pending, pending.codeChallenge, grantId, ports))
  const { value, session } = newBrowserSession(pending.session, ports)
  const completed = await ports.logins.complete(
    {
      request: { ...request, scope: ruled.allowed(request.scope) },
      server,
      connectionId,
      identity: withAuthTime(login.identity, request, now),
      upstreamTokens: login.tokens,
      claims,
      userClaims: ruled.userClaims,
      grantable: ruled.allowed(grantableScopes(server, client)),
      grantId,
      session,
      event,
      ...(code && {
        issued: {
          codeHash: hashSecret(code),
          event: { at: now, step: 'code', outcome: 'ok', reason: 'ok' },
        },
      }),
    },
    now,
  )
  if (completed.outcome !== 'completed') return incomplete(completed.outcome, pending, ports)
  const granted = { ...pending, ...(code && { code }), request: { ...request, grantId } }
  return { step: await advanceOrEnd(granted, grantId, ports), session: value }
}

const cutRemark = (names: readonly string[]) =>
  names.length > 0 ? ({ reason: 'claims_cut', detail: `Left out: ${names.join(', ')}.` } as const) : undefined

function refusedRemark(requested: readonly string[], allowed: readonly string[]) {
  const names = requested.filter((name) => !allowed.includes(name))
  if (names.length === 0) return undefined
  return { reason: 'access_scopes_refused', detail: `Left out: ${names.join(' ')}.` } as const
}

async function incomplete(
  outcome: Exclude<LoginOutcome['outcome'], 'completed'>,
  pending: ReturningLogin,
  ports: CompleteLoginPorts,
): Promise<CallbackResult> {
  if (outcome === 'user_blocked') throw await failRequest(pending, BLOCKED_USER, ports)
  if (outcome === 'signed_out') throw await failRequest(pending, SIGNED_OUT, ports)
  return outcome === 'request_over' ? refused('request_over') : backToConsent(pending, ports)
}

async function backToConsent(pending: ReturningLogin, ports: CompleteLoginPorts): Promise<CallbackResult> {
  const step = await repromptConsent(pending, ports)
  return step ? { step, session: null } : refused('request_over')
}

/** A grant that reaches nobody must not stay; and the request, which is complete by now, should say why. */
async function advanceOrEnd(
  granted: ReturningLogin,
  grantId: string,
  ports: CompleteLoginPorts,
): Promise<NextStep> {
  try {
    return await advance(granted, ports)
  } catch (error) {
    await bestEffort('revocation', endGrant(grantId, 'code_never_issued', ports), ports)
    const event = { at: ports.clock(), step: 'code', outcome: 'failed' } as const
    if (error instanceof StoreUnavailable)
      await bestEffort(
        'timeline',
        ports.requests.record(granted.request.id, { ...event, reason: STORE_FAILURE.reason }),
        ports,
      )
    throw error
  }
}
