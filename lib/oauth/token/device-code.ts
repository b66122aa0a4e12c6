import type { DevicePoll } from '../ports/device'
import type { Ports } from '../ports/ports'
import { OAuthError } from '../protocol/errors'
import { DEVICE_POLL_PENALTY, DEVICE_POLL_TOLERANCE } from '../protocol/lifetimes'
import { checkResources } from '../protocol/resource'
import { hashSecret } from '../protocol/secret-hash'
import { type RedeemPorts, redeemGrant } from './authorization-code'
import { prepareTokens, type TokenResponse } from './issue'
import type { TokenRequest } from './token-request'

export type DeviceCodePorts = Pick<Ports, 'deviceCodes'> & RedeemPorts

/**
 * `grant_type=urn:ietf:params:oauth:grant-type:device_code` (RFC 8628 §3.4): a device polls for its user's decision.
 * Tokens are issued once, also under concurrency. A device that polls after that gets `invalid_grant` and keeps its
 * grant: only the device and its user know the code, so a repetition is no sign of theft. Decision 0023.
 *
 * @throws OAuthError `authorization_pending`, `slow_down`, `access_denied`, `expired_token` (RFC 8628 §3.5), or
 *   `invalid_grant` for a code of another client or server
 */
export async function redeemDeviceCode(
  request: TokenRequest,
  ports: DeviceCodePorts,
): Promise<TokenResponse> {
  const { server, client, form } = request
  const deviceCode = form.get('device_code')
  if (!deviceCode) throw new OAuthError('invalid_request', 'device_code is missing')
  checkResources(form.getAll('resource'), server)
  const tokens = await prepareTokens(server, ports)
  const poll = await ports.deviceCodes.poll(
    hashSecret(deviceCode),
    { serverId: server.id, clientRowId: client.id },
    { now: ports.clock(), penalty: DEVICE_POLL_PENALTY, tolerance: DEVICE_POLL_TOLERANCE },
  )
  if (poll.outcome !== 'approved') throw refusal(poll.outcome)
  const redeemable = { grantId: poll.grantId, code: deviceCode }
  const response = await redeemGrant(request, redeemable, tokens, ports)
  if (!response) throw refusal('unknown')
  return response
}

function refusal(outcome: Exclude<DevicePoll['outcome'], 'approved'>): OAuthError {
  switch (outcome) {
    case 'pending':
      return new OAuthError('authorization_pending', 'the user has not answered yet')
    case 'slow_down':
      return new OAuthError('slow_down', `wait ${DEVICE_POLL_PENALTY} seconds longer between two requests`)
    case 'denied':
      return new OAuthError('access_denied', 'the user denied the request', { status: 400 })
    case 'expired':
      return new OAuthError('expired_token', 'the device code has expired, begin anew')
    case 'unknown':
      return new OAuthError('invalid_grant', 'the device code is unknown, used up or not for this client')
  }
}
