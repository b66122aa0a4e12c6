/** How a login that cannot go on is told to its client (RFC 6749 §4.1.2.1), and to its timeline. Decision 0054. */
import type { AuthorizationRequest } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { UpstreamError } from '@/lib/oauth/ports/upstream'
import {
  type AuthorizationResponse,
  errorResponse,
  restoreRedirect,
} from '@/lib/oauth/protocol/authorization-response'
import { RedirectedError, type ValidatedRedirect } from '@/lib/oauth/protocol/errors'
import type { InteractionError } from '@/lib/oauth/protocol/prompt'
import type { ReasonCode, TimelineEvent } from '@/lib/oauth/timeline'
import { bestEffort } from './best-effort'
import type { PendingLogin } from './pending-login'

export type FailurePorts = Pick<Ports, 'background' | 'clock' | 'requests'>

export type Failure = {
  readonly step: TimelineEvent['step']
  readonly reason: ReasonCode
  readonly detail?: string
  readonly codes?: readonly string[]
  /** `access_denied` is a no of user, operator or provider; our own trouble is one of the other two. */
  readonly code: 'access_denied' | 'server_error' | 'temporarily_unavailable' | InteractionError
  readonly description: string
}

/** A store does not answer, or has lost what it was to keep. */
export const STORE_FAILURE = {
  reason: 'store_unavailable',
  code: 'temporarily_unavailable',
  description: 'logins are not possible just now, try again in a moment',
} as const

/** A login that has failed: what its client is told, and what its user is shown before. */
export class FailedLogin extends RedirectedError {
  constructor(
    redirect: ValidatedRedirect,
    { code, description, reason }: Pick<Failure, 'code' | 'description' | 'reason'>,
    readonly seen: { readonly reference: string; readonly isWatched: boolean; readonly contact?: string },
  ) {
    super(redirect, code, `${description} (reference ${seen.reference})`)
    this.name = 'FailedLogin'
    this.reason = reason
  }

  readonly reason: ReasonCode
  get reference(): string {
    return this.seen.reference
  }
}

/**
 * Ends a request that has failed, and returns what its client is told, with the reference that leads the operator to the
 * timeline. The client is told also when the timeline cannot be written. A user who may be shown pages is shown one first;
 * a device's user ends at a page of ours anyway.
 */
export async function failRequest(
  { server, request }: Pick<PendingLogin, 'server' | 'request'>,
  { step, reason, detail, codes, code, description }: Failure,
  ports: FailurePorts,
): Promise<FailedLogin> {
  const event = {
    at: ports.clock(),
    step,
    outcome: 'failed',
    reason,
    ...(detail && { detail }),
    ...(codes && codes.length > 0 && { codes }),
  } as const
  await bestEffort('timeline', ports.requests.fail(request.id, event), ports)
  const { contact } = server.access ?? {}
  const isWatched = !request.prompt.includes('none') && request.deviceCodeId === undefined
  return new FailedLogin(
    restoreRedirect(request, server.issuer),
    { code, description, reason },
    { reference: request.reference, isWatched, ...(contact !== undefined && { contact }) },
  )
}

/** How an error goes to the client: by way of the user, where the user watches. */
export function failedStep(error: RedirectedError): FailedStep {
  return error instanceof FailedLogin && error.seen.isWatched
    ? { go: 'failed', failed: error }
    : { go: 'client', response: errorResponse(error.redirect, error) }
}

export type FailedStep =
  | { readonly go: 'failed'; readonly failed: FailedLogin }
  | { readonly go: 'client'; readonly response: AuthorizationResponse }

const DOWN: readonly ReasonCode[] = ['upstream_unreachable', 'upstream_certificate_invalid']
const REFUSED: readonly ReasonCode[] = ['upstream_denied', 'upstream_interaction_required']

/**
 * What the client is told of a failure at the identity provider: never the provider's own words, but that it would have
 * to ask the user, where the client wanted that not to happen (OpenID Connect Core §3.1.2.6). An answer that cannot be
 * used, or a connection that is configured wrongly, is not the user's no.
 */
export function upstreamFailure(
  { reason, detail, codes, interaction }: UpstreamError,
  { prompt }: Pick<AuthorizationRequest, 'prompt'>,
): Omit<Failure, 'step'> {
  if (interaction && prompt.includes('none'))
    return {
      reason,
      detail,
      codes,
      code: interaction,
      description: 'the identity provider cannot log the user in without asking',
    }
  if (DOWN.includes(reason))
    return {
      reason,
      detail,
      codes,
      code: 'temporarily_unavailable',
      description: 'the identity provider does not answer, try again later',
    }
  return {
    reason,
    detail,
    codes,
    code: REFUSED.includes(reason) ? 'access_denied' : 'server_error',
    description: 'the login at the identity provider failed',
  }
}
