/**
 * The order of the browser leg, in one place: consent, then the identity provider, then the client. A step records
 * its one fact and calls {@link advance}; steps never name one another.
 */
import { restoreRedirect, successResponse } from '../protocol/authorization-response'
import { type BeginUpstreamLoginPorts, beginUpstreamLogin } from './begin-upstream-login'
import type { FailedStep } from './failure'
import { type ApproveDevicePorts, approveDevice } from './issue-code'
import type { PendingAttempt, PendingLogin } from './pending-login'

export type OrderPorts = BeginUpstreamLoginPorts & ApproveDevicePorts

export type NextStep =
  | { readonly go: 'consent'; readonly requestId: string }
  | { readonly go: 'upstream'; readonly location: string; readonly attempt: PendingAttempt }
  | FailedStep

/**
 * What comes next for this request.
 *
 * @throws RedirectedError when the identity provider or a store is down
 */
export async function advance(pending: PendingLogin, ports: OrderPorts): Promise<NextStep> {
  const { server, request, attempt, code } = pending
  if (!request.consentedAt) return { go: 'consent', requestId: request.id }
  if (!request.grantId) {
    if (!attempt) throw new Error('a login attempt is made with the decision')
    return { go: 'upstream', location: await beginUpstreamLogin(pending, attempt, ports), attempt }
  }
  if (request.deviceCodeId)
    return { go: 'client', response: await approveDevice(pending, request.deviceCodeId, ports) }
  if (!code) throw new Error('a code is issued before its grant is written')
  return { go: 'client', response: successResponse(restoreRedirect(request, server.issuer), code) }
}
