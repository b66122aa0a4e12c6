/** Reports a failed login to its client (RFC 6749 §4.1.2.1) and to its timeline. */
import type { AuthorizationRequest } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { UpstreamError } from '@/lib/oauth/ports/upstream'
import { restoreRedirect } from '@/lib/oauth/protocol/authorization-response'
import { RedirectedError } from '@/lib/oauth/protocol/errors'
import type { InteractionError } from '@/lib/oauth/protocol/prompt'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { PendingLogin } from './pending-login'

export type FailurePorts = Pick<Ports, 'clock' | 'requests'>

export type Failure = {
  readonly step: 'consent' | 'decision' | 'callback'
  readonly reason: ReasonCode
  readonly detail?: string
  readonly code: 'access_denied' | 'temporarily_unavailable' | InteractionError
  readonly description: string
}

/** Ends a failed request and returns the error for its client. */
export async function failRequest(
  { server, request }: Pick<PendingLogin, 'server' | 'request'>,
  { step, reason, detail, code, description }: Failure,
  ports: FailurePorts,
): Promise<RedirectedError> {
  const event = { at: ports.clock(), step, outcome: 'failed', reason, ...(detail && { detail }) } as const
  await ports.requests.fail(request.id, event)
  return new RedirectedError(restoreRedirect(request, server.issuer), code, description)
}

/**
 * The error for the client after a failure at the identity provider: never the provider's own text, but that a page
 * would have to be shown, if the client asked not to (OpenID Connect Core §3.1.2.6).
 */
export function upstreamFailure(
  { reason, detail, interaction }: UpstreamError,
  { prompt }: Pick<AuthorizationRequest, 'prompt'>,
): Omit<Failure, 'step'> {
  if (interaction && prompt.includes('none'))
    return {
      reason,
      detail,
      code: interaction,
      description: 'the identity provider cannot log the user in without asking',
    }
  const down = reason === 'upstream_unreachable' || reason === 'upstream_certificate_invalid'
  return {
    reason,
    detail,
    code: down ? 'temporarily_unavailable' : 'access_denied',
    description: down
      ? 'the identity provider does not answer, try again later'
      : 'the login at the identity provider failed',
  }
}
