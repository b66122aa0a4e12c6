/** Ends grants, for whatever reason: our tokens first and at once, then the upstream tokens. */
import type { RevocationReason } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import type { GrantsOf } from '@/lib/oauth/ports/tokens'

export type EndGrantPorts = Pick<
  Ports,
  'background' | 'clock' | 'grants' | 'securityEvents' | 'upstream' | 'upstreamTokens'
>

/** How many revoked grants' tokens are taken at once: the call's own, and what a stopped process left behind. */
const TAKE = 10

/** How many grants are ended by one statement. */
const STEP = 1000

/**
 * Revokes a grant with all of its tokens and audits the reason. The upstream tokens are revoked in the background: that
 * neither delays nor fails our own revocation. Does nothing when the grant has ended already. Decision 0020.
 *
 * @param detail what the operator should know besides the reason
 * @throws StoreUnavailable
 */
export async function endGrant(
  grantId: string,
  reason: RevocationReason,
  ports: EndGrantPorts,
  detail?: string,
): Promise<void> {
  const at = ports.clock()
  const ended = await ports.grants.revoke(grantId, reason, at)
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  if (!ended) return
  const { serverId, userId, clientId } = ended
  const event = { at, kind: 'grant_revoked', serverId, grantId, userId, clientId, reason } as const
  await ports.securityEvents.record({ ...event, ...(detail && { detail }) })
}

/**
 * Revokes all grants of a server, client or user, in steps, each of which is audited before the next.
 *
 * @returns the number of grants
 * @throws StoreUnavailable
 */
export async function endGrantsOf(
  of: GrantsOf,
  reason: RevocationReason,
  ports: EndGrantPorts,
): Promise<number> {
  let number = 0
  for (;;) {
    const at = ports.clock()
    const ended = await ports.grants.revokeSome(of, STEP, reason, at)
    if (ended.length === 0) break
    const events = ended.map(({ id: grantId, serverId, userId, clientId }) =>
      ports.securityEvents.record({
        at,
        kind: 'grant_revoked',
        serverId,
        grantId,
        userId,
        clientId,
        reason,
      }),
    )
    await Promise.all(events)
    number += ended.length
  }
  ports.background('upstream revocation', dismissUpstreamTokens(ports))
  return number
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
