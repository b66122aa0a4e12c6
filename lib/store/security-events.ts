import { desc, eq } from 'drizzle-orm'
import { securityEvents } from '@/drizzle/schema/security-events'
import type { SecurityEvent, SecurityEvents } from '@/lib/oauth/event-ports'
import type { Database } from './database'
import { guarded } from './guarded'
import { newId } from './ids'
import { omitNulls } from './omit-nulls'

/** The audit trail, with what only operators ask of it. */
export type SecurityEventStore = SecurityEvents & {
  /** A server's latest events, the newest first. */
  list(serverId: string, limit: number): Promise<readonly SecurityEvent[]>
}

/** The audit trail in Postgres. Nothing here changes or deletes a row. */
export function securityEventStore(db: Database): SecurityEventStore {
  return guarded({
    async record(event) {
      await db.insert(securityEvents).values({ id: newId(), ...event })
    },

    async list(serverId, limit) {
      const rows = await db
        .select()
        .from(securityEvents)
        .where(eq(securityEvents.serverId, serverId))
        .orderBy(desc(securityEvents.at))
        .limit(limit)
      return rows.map(({ id: _, ...event }) => omitNulls(event))
    },
  } satisfies SecurityEventStore)
}
