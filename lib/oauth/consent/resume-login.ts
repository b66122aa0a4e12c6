import { failRequest, STORE_FAILURE } from '../flow/failure'
import { advance, type NextStep, type OrderPorts } from '../flow/order'
import { newAttempt, type PendingAttempt, type PendingLogin } from '../flow/pending-login'
import type { AllowedLogin, UnderWay } from '../ports/authorization-requests'
import { type Ports, StoreUnavailable } from '../ports/ports'
import { AUTHORIZATION_REQUEST_LIFETIME } from '../protocol/lifetimes'

export type ResumeLoginPorts = Pick<Ports, 'challenges' | 'secrets'> & OrderPorts

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
  allowed: UnderWay | null,
  attempt: PendingAttempt,
  ports: ResumeLoginPorts,
): Promise<NextStep | null> {
  if (!allowed) return null
  const pending = { ...allowed, attempt }
  await rearm(pending, ports)
  return advance(pending, ports)
}

/** The request has not expired, so a challenge that is gone was lost. A device has no PKCE, and so no challenge. */
async function rearm(pending: PendingLogin, ports: ResumeLoginPorts): Promise<void> {
  if (pending.request.deviceCodeId) return
  const failure = { step: 'decision', ...STORE_FAILURE } as const
  try {
    if (await ports.challenges.rearmChallenge(pending.request.id, AUTHORIZATION_REQUEST_LIFETIME)) return
  } catch (error) {
    if (!(error instanceof StoreUnavailable) || error.store !== 'challenges') throw error
    throw await failRequest(pending, failure, ports)
  }
  const detail = 'The challenge store has lost the PKCE challenge of this login.'
  throw await failRequest(pending, { ...failure, detail }, ports)
}
