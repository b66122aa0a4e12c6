/**
 * The order of the browser leg, in one place: consent, then the identity provider, then the client. A step records
 * its one fact and calls {@link advance}; steps never name one another. Decision 0002.
 */
import type { AuthorizationRequest, LoginAttempt, Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import {
  type AuthorizationResponse,
  emptyResponse,
  restoreRedirect,
  successResponse,
} from '@/lib/oauth/protocol/authorization-response'
import { RedirectedError } from '@/lib/oauth/protocol/errors'
import { AUTHORIZATION_CODE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import type { InteractionError } from '@/lib/oauth/protocol/prompt'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { upstreamScopes } from '@/lib/oauth/protocol/upstream-scope'

/** One trip to the identity provider, with the secret that only the user's browser may hold. */
export type Login = LoginAttempt & { readonly state: string }

/** How far a request has come, and what the next step needs that is not on its row. */
export type Progress = {
  readonly server: Server
  readonly request: AuthorizationRequest
  /** Made when the user pressed Allow, or an earlier answer stood in for that. */
  readonly login?: Login
  /** The client's PKCE challenge, taken at the callback. */
  readonly codeChallenge?: string
}

export type NextStep =
  | { readonly go: 'consent'; readonly requestId: string }
  | { readonly go: 'upstream'; readonly location: string; readonly login: Login }
  | { readonly go: 'client'; readonly response: AuthorizationResponse }

/**
 * What comes next for this request. Decision 0023.
 *
 * @throws RedirectedError when the identity provider or a store is down
 */
export async function advance(progress: Progress, ports: Ports): Promise<NextStep> {
  const { request } = progress
  if (!request.consentedAt) return { go: 'consent', requestId: request.id }
  if (!request.grantId) return goUpstream(progress, ports)
  if (request.deviceCodeId) return goToDevice(progress, request.deviceCodeId, request.grantId, ports)
  return goToClient(progress, ports)
}

/** A fresh login attempt; its `state` begins with the attempt's id, which names the cookie. */
export function newLogin(ports: Ports): Login {
  const { secrets } = ports
  const id = secrets.id()
  const state = `${id}.${secrets.id()}${secrets.id()}`
  const codeVerifier = secrets.id() + secrets.id()
  return { id, state, stateHash: hashSecret(state), nonce: secrets.id(), codeVerifier }
}

/** The attempt's id in a `state`; null when it does not look like one of ours. */
export function attemptIdOf(state: string): string | null {
  return /^([A-Za-z0-9_-]{22})\.[A-Za-z0-9_-]{44}$/.exec(state)?.[1] ?? null
}

/** Ends a request that has failed, and tells the client (RFC 6749 §4.1.2.1). */
export async function failRequest(
  progress: Progress,
  failure: {
    readonly step: 'consent' | 'decision' | 'callback'
    readonly reason: Parameters<Ports['requests']['fail']>[1]['reason']
    readonly detail?: string
    readonly code: 'access_denied' | 'temporarily_unavailable' | InteractionError
    readonly description: string
  },
  ports: Ports,
): Promise<RedirectedError> {
  const { step, reason, detail } = failure
  const event = { at: ports.clock(), step, outcome: 'failed', reason, ...(detail && { detail }) } as const
  await ports.requests.fail(progress.request.id, event)
  return new RedirectedError(
    restoreRedirect(progress.request, progress.server.issuer),
    failure.code,
    failure.description,
  )
}

/**
 * What the client is told of a failure at the identity provider: never the provider's own words, but that it would have
 * to ask the user, where the client wanted that not to happen (OpenID Connect Core §3.1.2.6).
 */
export function upstreamFailure(error: UpstreamError, { prompt }: Pick<AuthorizationRequest, 'prompt'>) {
  const { interaction } = error
  if (interaction && prompt.includes('none'))
    return {
      reason: error.reason,
      detail: error.detail,
      code: interaction,
      description: 'the identity provider cannot log the user in without asking',
    } as const
  const down = error.reason === 'upstream_unreachable' || error.reason === 'upstream_certificate_invalid'
  return {
    reason: error.reason,
    detail: error.detail,
    code: down ? 'temporarily_unavailable' : 'access_denied',
    description: down
      ? 'the identity provider does not answer, try again later'
      : 'the login at the identity provider failed',
  } as const
}

async function goUpstream(progress: Progress, ports: Ports): Promise<NextStep> {
  const { server, request, login } = progress
  if (!login) throw new Error('a login attempt is made with the decision')
  try {
    const location = await ports.upstream.begin(server.connectionId, {
      state: login.state,
      nonce: login.nonce,
      codeVerifier: login.codeVerifier,
      scopes: upstreamScopes(server, request.scope),
      resource: server.resource,
      prompt: request.prompt,
      ...(request.maxAge !== undefined && { maxAge: request.maxAge }),
      ...(request.uiLocales && { uiLocales: request.uiLocales }),
      ...(request.loginHint && { loginHint: request.loginHint }),
    })
    return { go: 'upstream', location, login }
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error
    throw await failRequest(progress, { step: 'decision', ...upstreamFailure(error, request) }, ports)
  }
}

async function goToClient(progress: Progress, ports: Ports): Promise<NextStep> {
  const { server, request, codeChallenge } = progress
  if (!request.grantId || !codeChallenge) throw new Error('a code is issued for a grant and a challenge')
  const code = ports.secrets.token('vst_code_')
  const record = {
    codeChallenge,
    serverId: server.id,
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    grantId: request.grantId,
    requestId: request.id,
  }
  await ports.challenges.saveCode(hashSecret(code), record, AUTHORIZATION_CODE_LIFETIME)
  await ports.requests.record(request.id, { at: ports.clock(), step: 'code', outcome: 'ok', reason: 'ok' })
  return { go: 'client', response: successResponse(restoreRedirect(request, server.issuer), code) }
}

/**
 * The device gets the grant, and fetches its tokens by itself; the browser ends at our own page (RFC 8628 §3.3). Nothing
 * secret goes there.
 */
async function goToDevice(
  { server, request }: Progress,
  deviceCodeId: string,
  grantId: string,
  ports: Ports,
): Promise<NextStep> {
  const redirect = restoreRedirect(request, server.issuer)
  const at = ports.clock()
  if (!(await ports.deviceCodes.approve(deviceCodeId, grantId, at))) {
    await ports.requests.record(request.id, { at, step: 'code', outcome: 'failed', reason: 'expired' })
    throw new RedirectedError(redirect, 'access_denied', 'the device does not wait any more')
  }
  await ports.requests.record(request.id, { at, step: 'code', outcome: 'ok', reason: 'ok' })
  return { go: 'client', response: emptyResponse(redirect) }
}
