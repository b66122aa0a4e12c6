/** Ends grants, for whatever reason: our tokens first and at once, then the upstream tokens. */
import type { Grant } from '@/lib/oauth/model'
import type { RevocationReason, SecurityEvent } from '@/lib/oauth/ports/events'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { Ending, GrantsOf } from '@/lib/oauth/ports/tokens'

export type EndGrantPorts = Pick<
  Ports,
  'background' | 'clock' | 'grants' | 'securityEvents' | 'upstream' | 'upstreamTokens'
>

/** How many revoked grants' tokens are taken at once: the call's own, and what a stopped process left behind. */
const TAKE = 10

/** How many grants are ended by one transaction. */
const STEP = 500

/** What is recorded with an ending besides its reason. */
type Further = Pick<Ending, 'detail' | 'entries'>

/**
 * Revokes a grant with all of its tokens and records it, or does neither. The upstream tokens are revoked in the
 * background: that neither delays nor fails our own revocation. Does nothing when the grant has ended already. Decision
 * 0020.
 *
 * @returns whether this call ended it
 * @throws StoreUnavailable
 */
export async function endGrant(
  grantId: string,
  reason: RevocationReason,
  ports: EndGrantPorts,
  further: Further = {},
): Promise<boolean> {
  const ended = await ports.grants.revoke(grantId, { reason, at: ports.clock(), ...further })
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return ended !== null
}

/**
 * Revokes all grants of a server, client or user in steps, each of which is recorded with what it ends.
 *
 * @returns the number of grants
 * @throws StoreUnavailable
 */
export async function endGrantsOf(
  of: GrantsOf,
  reason: RevocationReason,
  ports: EndGrantPorts,
  further: Further = {},
): Promise<number> {
  let number = 0
  for (;;) {
    const ended = await ports.grants.revokeSome(of, STEP, { reason, at: ports.clock(), ...further })
    if (ended.length === 0) break
    number += ended.length
  }
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return number
}

/** The security event of a grant that was ended. */
export function endingEvent(
  { id: grantId, serverId, userId, clientId }: Grant,
  { at, reason, detail }: Ending,
): SecurityEvent {
  const event = { at, kind: 'grant_revoked', serverId, grantId, userId, clientId, reason } as const
  return { ...event, ...(detail && { detail }) }
}

/**
 * Deletes the upstream tokens of revoked grants, and revokes those that were the user's last on their connection
 * (RFC 7009). Earlier ones are not revoked: at many identity providers that would end the later ones, too.
 */
export async function dismissUpstreamTokens(ports: EndGrantPorts): Promise<void> {
  const ended = await ports.upstreamTokens.takeEnded(TAKE, ports.clock())
  for (const { isLast, connectionId, accessToken, refreshToken, ...names } of ended) {
    if (!isLast) continue
    const held = { accessToken, ...(refreshToken !== undefined && { refreshToken }) }
    const revocation = await ports.upstream.revoke(connectionId, held)
    if (revocation.outcome === 'unsupported') continue
    const event = { at: ports.clock(), ...names }
    await ports.securityEvents.record(
      revocation.outcome === 'failed'
        ? { ...event, kind: 'upstream_revocation_failed', detail: revocation.detail }
        : { ...event, kind: 'upstream_revoked' },
    )
  }
  if (ended.length === TAKE) await dismissUpstreamTokens(ports)
}
