/** How a completed login reaches its client: by an authorization code, or as a grant for the device that waits. */
import type { Ports } from '@/lib/oauth/ports/ports'
import {
  type AuthorizationResponse,
  emptyResponse,
  restoreRedirect,
} from '@/lib/oauth/protocol/authorization-response'
import { RedirectedError } from '@/lib/oauth/protocol/errors'
import { AUTHORIZATION_CODE_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { hashSecret } from '@/lib/oauth/protocol/secret-hash'
import { bestEffort } from './best-effort'
import type { PendingLogin } from './pending-login'

export type ApproveDevicePorts = Pick<Ports, 'background' | 'clock' | 'deviceCodes' | 'requests'>

/**
 * Issues an authorization code (RFC 6749 §4.1.2) for a grant that is about to be written, so that nothing that can fail
 * comes after it: without its grant, a code is good for nothing.
 *
 * @throws StoreUnavailable
 */
export async function issueCode(
  { server, request }: PendingLogin,
  codeChallenge: string,
  grantId: string,
  { challenges, secrets }: Pick<Ports, 'challenges' | 'secrets'>,
): Promise<string> {
  const code = secrets.token('vst_code_')
  const record = {
    codeChallenge,
    serverId: server.id,
    clientId: request.clientId,
    redirectUri: request.redirectUri,
    grantId,
    requestId: request.id,
  }
  await challenges.saveCode(hashSecret(code), record, AUTHORIZATION_CODE_LIFETIME)
  return code
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
  ports: ApproveDevicePorts,
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
