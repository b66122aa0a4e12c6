import { and, eq, isNull, max } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { connections } from '@/drizzle/schema/organizations'
import type { Database } from './database'
import { guarded } from './guarded'

/** What became of the logins of an organization, by connection. */
export function connectionLoginStore(db: Database) {
  return guarded({
    /** When somebody last logged in through each connection, by its id, as far as timelines are kept. */
    async lastLogins(organizationId: string): Promise<ReadonlyMap<string, Date>> {
      const rows = await db
        .select({ connectionId: connections.id, at: max(authorizationRequests.endedAt) })
        .from(connections)
        .innerJoin(authorizationRequests, eq(authorizationRequests.connectionId, connections.id))
        .where(
          and(
            eq(connections.organizationId, organizationId),
            isNull(connections.deletedAt),
            eq(authorizationRequests.outcome, 'completed'),
          ),
        )
        .groupBy(connections.id)
      return new Map(rows.flatMap(({ connectionId, at }) => (at ? [[connectionId, at] as const] : [])))
    },
  })
}
