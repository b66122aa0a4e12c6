import { asc, eq, inArray, sql } from 'drizzle-orm'
import { securityEvents, unchainedEvents } from '@/drizzle/schema/security-events'
import { servers } from '@/drizzle/schema/servers'
import { omitNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { appendToAuditLog } from './audit-log'
import { auditEntryOf } from './security-events'

/** Entries that one transaction writes: others who write to the same chain wait for so long. */
const BATCH = 100

/**
 * Adds events to the audit chain that were written without it, the oldest first. An event's mark is deleted in the
 * transaction that writes its entry, so each is added once, also when a process is stopped. One instance does it at a
 * time, which keeps their order. Decision 0040.
 *
 * @returns a function that adds one batch and returns its size; 0 also while another instance does it
 */
export function eventChainer(db: Database): () => Promise<number> {
  const { chain } = guarded({
    chain: () =>
      db.transaction(async (tx) => {
        const lock = sql`select pg_try_advisory_xact_lock(hashtextextended('chain events', 0)) as held`
        const [locked] = await tx.execute<{ held: boolean }>(lock)
        if (!locked?.held) return 0
        const [oldest] = await tx
          .select({ organizationId: servers.organizationId })
          .from(unchainedEvents)
          .innerJoin(securityEvents, eq(securityEvents.id, unchainedEvents.eventId))
          .innerJoin(servers, eq(servers.id, securityEvents.serverId))
          .orderBy(asc(unchainedEvents.at))
          .limit(1)
        if (!oldest) return 0
        const events = await tx
          .select({ event: securityEvents, slug: servers.slug, organizationId: servers.organizationId })
          .from(unchainedEvents)
          .innerJoin(securityEvents, eq(securityEvents.id, unchainedEvents.eventId))
          .innerJoin(servers, eq(servers.id, securityEvents.serverId))
          // One chain per transaction: two transactions with several chains could deadlock.
          .where(eq(servers.organizationId, oldest.organizationId))
          .orderBy(asc(unchainedEvents.at), asc(unchainedEvents.eventId))
          .limit(BATCH)
        const ids = events.map(({ event }) => event.id)
        await tx.delete(unchainedEvents).where(inArray(unchainedEvents.eventId, ids))
        const entries = events.map(({ event: { id, ...event }, ...server }) =>
          auditEntryOf(omitNullish(event), id, server),
        )
        await appendToAuditLog(tx, entries)
        return events.length
      }),
  })
  return chain
}
