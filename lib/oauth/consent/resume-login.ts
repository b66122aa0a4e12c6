import { failRequest } from '../flow/failure'
import { advance, type NextStep, type OrderPorts } from '../flow/order'
import { newAttempt, type PendingAttempt, type PendingLogin } from '../flow/pending-login'
import type { AuthorizationRequest } from '../model'
import { type AllowedLogin, type Ports, StoreUnavailable } from '../ports/ports'
import { AUTHORIZATION_REQUEST_LIFETIME } from '../protocol/lifetimes'

export type ResumeLoginPorts = Pick<Ports, 'servers'> & OrderPorts

/**
 * What Allow makes, and nothing before it: our upstream state, PKCE pair and nonce. The request is re-armed, so that
 * a slow login fits.
 *
 * @param detail for the timeline
 */
export function newAllowedLogin(
  ports: ResumeLoginPorts,
  detail?: string,
): AllowedLogin & { readonly attempt: PendingAttempt } {
  const now = ports.clock()
  return {
    attempt: newAttempt(ports),
    expiresAt: new Date(now.getTime() + AUTHORIZATION_REQUEST_LIFETIME * 1000),
    event: { at: now, step: 'decision', outcome: 'ok', reason: 'ok', ...(detail && { detail }) },
  }
}

/**
 * Goes on with a request that was allowed, after its challenge was re-armed, too.
 *
 * @throws RedirectedError when the challenge is gone, or a store or the identity provider is down
 */
export async function resumeLogin(
  request: AuthorizationRequest | null,
  attempt: PendingAttempt,
  ports: ResumeLoginPorts,
): Promise<NextStep | null> {
  const server = request && (await ports.servers.find(request.serverId))
  if (!request || !server) return null
  const pending = { server, request, attempt }
  await rearm(pending, ports)
  return advance(pending, ports)
}

async function rearm(pending: PendingLogin, ports: ResumeLoginPorts): Promise<void> {
  const { request } = pending
  // A device has no PKCE, and so no challenge.
  if (request.deviceCodeId) return
  try {
    if (await ports.challenges.rearmChallenge(request.id, AUTHORIZATION_REQUEST_LIFETIME)) return
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error.store !== 'challenges') throw error
    throw await failRequest(
      pending,
      {
        step: 'decision',
        reason: 'store_unavailable',
        code: 'temporarily_unavailable',
        description: 'logins are not possible just now',
      },
      ports,
    )
  }
  throw await failRequest(
    pending,
    {
      step: 'decision',
      reason: 'expired',
      code: 'access_denied',
      description: 'the login took too long, start again',
    },
    ports,
  )
}
