import type { Connection } from '../model'
import type { UpstreamName } from '../ports/departures'
import type { AuditEntry, RevocationReason } from '../ports/events'
import type { Ports } from '../ports/ports'
import { type EndGrantPorts, endGrantsOf } from './end-grant'

export type EndDepartedPorts = Pick<Ports, 'departures'> & EndGrantPorts

/** The connection whose provider speaks. */
type Spoken = Pick<Connection, 'id' | 'organizationId' | 'name'>

/** The audit log's entry for what the provider of a connection did. */
export const providerEntry = (
  { id, organizationId, name }: Spoken,
  at: Date,
  done: Pick<AuditEntry, 'action' | 'targetKind' | 'targetId' | 'targetName' | 'detail'>,
): AuditEntry => ({
  chain: organizationId,
  at,
  actorKind: 'identity_provider',
  actorId: id,
  actorName: name,
  ...done,
})

/** What an identity provider said. */
export type Departure = {
  readonly connection: Spoken
  readonly who: UpstreamName
  /** When, by its clock. */
  readonly at: Date
  readonly reason: RevocationReason
  /** What it said, for the audit log: `user.signed_out`. */
  readonly action: string
  /** The message that said it: issuer and `jti`. */
  readonly detail: Readonly<Record<string, string>>
}

/**
 * Ends what users have through a connection whom its provider means, on the word of that provider, which the audit log
 * then names. What is under way for them does not complete. Decision 0085.
 *
 * @returns the number of grants
 * @throws StoreUnavailable; everything may be repeated
 */
export async function endDeparted(
  { connection, who, at, reason, action, detail }: Departure,
  ports: EndDepartedPorts,
): Promise<number> {
  const { id: connectionId, organizationId, name } = connection
  const { subject, sessionId } = who
  const session = sessionId === undefined ? undefined : { id: sessionId, orUnknown: subject !== undefined }
  const users = await ports.departures.begin(connection, who, at, ports.clock())
  let number = 0
  for (const user of users) {
    const entry = (grants: number) =>
      providerEntry(connection, ports.clock(), {
        action,
        targetKind: 'user',
        targetId: user.id,
        targetName: user.name,
        detail: { ...detail, grants },
      })
    const of = { organizationId, userId: user.id, connectionId, ...(session && { session }) }
    const entries = (grants: number) => [entry(grants)]
    number += await endGrantsOf(of, reason, ports, { detail: `by ${name}`, entries })
  }
  return number
}
