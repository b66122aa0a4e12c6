import { desc, eq, inArray } from 'drizzle-orm'
import { securityEvents, unchainedEvents } from '@/drizzle/schema/security-events'
import { servers } from '@/drizzle/schema/servers'
import type { SecurityEvent, SecurityEvents } from '@/lib/oauth/ports/events'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { type AuditEntry, appendToAuditLog } from './audit-log'

/** An event as it is stored: its reason stands before its detail. */
export type StoredSecurityEvent = Omit<SecurityEvent, 'reason'>

/** The audit trail, with what only operators ask of it. */
export type SecurityEventStore = SecurityEvents & {
  /** A server's latest events, the newest first. */
  list(serverId: string, limit: number): Promise<readonly StoredSecurityEvent[]>
}

/** The audit trail in Postgres. Nothing here changes or deletes a row. */
export function securityEventStore(db: Database): SecurityEventStore {
  return guarded({
    async record(event) {
      // Of these there may be one for each call of a tool, and the chain would make them queue: it takes them later.
      if (event.kind === 'token_handed_off') {
        const { id: eventId, at } = securityEvents
        const row = { id: newId(), ...storedOf(event) }
        const stored = db.$with('event').as(db.insert(securityEvents).values(row).returning({ eventId, at }))
        await db.with(stored).insert(unchainedEvents).select(db.select().from(stored))
        return
      }
      await db.transaction((tx) => recordSecurityEvents(tx, [event]))
    },

    async list(serverId, limit) {
      const rows = await db
        .select()
        .from(securityEvents)
        .where(eq(securityEvents.serverId, serverId))
        .orderBy(desc(securityEvents.at))
        .limit(limit)
      return rows.map(({ id: _, ...event }) => omitNullish(event))
    },
  } satisfies SecurityEventStore)
}

/**
 * Records events of one server or organization within a transaction of the caller's, so that what happened and its record
 * are written together or not.
 */
export async function recordSecurityEvents(tx: Transaction, events: readonly SecurityEvent[]): Promise<void> {
  const rows = events.map((event) => ({ id: newId(), ...storedOf(event) }))
  await tx.insert(securityEvents).values(rows)
  const { id, slug, organizationId } = servers
  const places = await tx
    .select({ id, slug, organizationId })
    .from(servers)
    .where(inArray(id, [...new Set(events.map(({ serverId }) => serverId))]))
  const entries = rows.flatMap((row, index) => {
    const place = places.find((server) => server.id === row.serverId)
    return place ? [auditEntryOf(row, row.id, place, events[index]?.reason)] : []
  })
  await appendToAuditLog(tx, entries)
}

function storedOf({ reason, detail, ...event }: SecurityEvent): StoredSecurityEvent {
  const told = reason && detail ? `${reason}: ${detail}` : (reason ?? detail)
  return { ...event, ...(told !== undefined && { detail: told }) }
}

/** The event as an entry in its organization's chain. A client acts by itself only where it revokes. */
export function auditEntryOf(
  { at, kind, serverId, grantId, userId, clientId, detail }: StoredSecurityEvent,
  eventId: string,
  server: { readonly slug: string; readonly organizationId: string },
  why?: SecurityEvent['reason'],
): AuditEntry {
  const isByClient = clientId !== undefined && why === 'revoked_by_client'
  const names = { eventId, grant: grantId, user: userId, client: clientId, reason: detail }
  return {
    chain: server.organizationId,
    at,
    actorKind: isByClient ? 'client' : 'system',
    ...(isByClient && { actorId: clientId }),
    actorName: isByClient ? clientId : 'Vestibule',
    action: ACTIONS[kind],
    targetKind: 'server',
    targetId: serverId,
    targetName: server.slug,
    detail: omitNullish(names),
  }
}

const ACTIONS: Readonly<Record<SecurityEvent['kind'], string>> = {
  grant_revoked: 'grant.revoked',
  token_handed_off: 'token.handed_off',
  client_waiting: 'client.waiting',
  upstream_refresh_failed: 'upstream.refresh_failed',
  upstream_refresh_recovered: 'upstream.refresh_recovered',
  upstream_revoked: 'upstream.revoked',
  upstream_revocation_failed: 'upstream.revocation_failed',
}
