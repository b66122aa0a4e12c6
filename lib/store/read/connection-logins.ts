import { sql } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import { connections } from '@/drizzle/schema/organizations'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** What became of the logins of an organization, by connection. */
export function connectionLoginStore(db: Database) {
  return guarded({
    /** The time of the last login through each connection, by its id, as far as timelines are kept. */
    async lastLogins(organizationId: string): Promise<ReadonlyMap<string, Date>> {
      const rows = await db.execute<{ id: string; at: string }>(sql`
        select c.id, last.ended_at as at
        from ${connections} as c cross join lateral (
          select ended_at from ${authorizationRequests}
          where connection_id = c.id and outcome = 'completed'
          order by created_at desc limit 1
        ) as last
        where c.organization_id = ${organizationId} and c.deleted_at is null`)
      return new Map(rows.map(({ id, at }) => [id, new Date(at)]))
    },
  })
}
