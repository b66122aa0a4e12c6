/** How a completed login reaches its client: by an authorization code, or as a grant for the device that waits. */
import type { Ports } from '@/lib/oauth/ports/ports'
import {
  type AuthorizationResponse,
  emptyResponse,
  restoreRedirect,
  successResponse,
} from '@/lib/oauth/protocol/authorization-response'
import { RedirectedError } from '@/lib/oauth/protocol/errors'
import { AUTHORIZATION_CODE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { bestEffort } from './best-effort'
import type { PendingLogin } from './pending-login'

export type IssueCodePorts = Pick<
  Ports,
  'background' | 'challenges' | 'clock' | 'deviceCodes' | 'requests' | 'secrets'
>

/**
 * Issues an authorization code for the request's grant (RFC 6749 §4.1.2).
 *
 * @throws StoreUnavailable
 */
export async function issueCode(
  { server, request, codeChallenge }: PendingLogin,
  ports: IssueCodePorts,
): Promise<AuthorizationResponse> {
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
  const event = { at: ports.clock(), step: 'code', outcome: 'ok', reason: 'ok' } as const
  await bestEffort('timeline', ports.requests.record(request.id, event), ports)
  return successResponse(restoreRedirect(request, server.issuer), code)
}

/**
 * Gives the grant to the device, which polls for its tokens; the browser ends at our own page (RFC 8628 §3.3), without
 * a secret.
 *
 * @throws RedirectedError `access_denied` when the device has stopped waiting
 */
export async function approveDevice(
  { server, request }: PendingLogin,
  deviceCodeId: string,
  ports: IssueCodePorts,
): Promise<AuthorizationResponse> {
  if (!request.grantId) throw new Error('a device is given a grant')
  const redirect = restoreRedirect(request, server.issuer)
  const at = ports.clock()
  const isApproved = await ports.deviceCodes.approve(deviceCodeId, request.grantId, at)
  const event = isApproved
    ? ({ at, step: 'code', outcome: 'ok', reason: 'ok' } as const)
    : ({ at, step: 'code', outcome: 'failed', reason: 'expired' } as const)
  await bestEffort('timeline', ports.requests.record(request.id, event), ports)
  if (isApproved) return emptyResponse(redirect)
  const description = `the device does not wait any more (reference ${request.reference})`
  throw new RedirectedError(redirect, 'access_denied', description)
}
