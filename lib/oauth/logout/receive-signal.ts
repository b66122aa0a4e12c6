import { type EndDepartedPorts, endDeparted } from '../flow/end-departed'
import type { Ports } from '../ports/ports'
import { hashSecret } from '../protocol/secret-hash'
import { checkSecurityEventToken, SignalError } from '../protocol/security-event-token'
import { withIssuerKeys } from './issuer-keys'

export type ReceiveSignalPorts = Pick<Ports, 'assertionIds' | 'connections'> & EndDepartedPorts

/**
 * A security event token that the transmitter of a connection pushes (RFC 8935 §2): sessions that were revoked, and
 * accounts that were disabled or purged, end here. One that comes again is acknowledged, and does nothing. Decision 0087.
 *
 * @returns null when the connection takes no signals
 * @throws SignalError (400) for a token that is not the transmitter's, not for us, or not fresh
 * @throws OAuthError `temporarily_unavailable` (503) when the transmitter's keys cannot be fetched
 */
export async function receiveSignal(
  connectionId: string,
  jwt: string,
  ports: ReceiveSignalPorts,
): Promise<{ readonly ended: number } | null> {
  const connection = await ports.connections.find(connectionId)
  if (!connection) return null
  const sent = await withIssuerKeys(() => ports.upstream.verifySignal(connectionId, jwt))
  if (sent === 'not_configured') return null
  if (!sent)
    throw new SignalError('invalid_key', 'the token is of another issuer, or its issuer did not sign it')
  const { jti, expiresAt, events } = checkSecurityEventToken(sent, { ...sent, now: ports.clock() })
  const detail = { issuer: String(sent.claims.iss), jti }
  const hash = hashSecret(JSON.stringify(['signal', connectionId, jti]))
  const spent = await ports.assertionIds.spend(hash, expiresAt, async () => {
    let ended = 0
    for (const { kind, who, at } of events)
      ended += await endDeparted(
        { connection, who, at, reason: 'provider_signal', action: `user.${kind}`, detail },
        ports,
      )
    return ended
  })
  return { ended: spent?.result ?? 0 }
}
