import { sql } from 'drizzle-orm'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import { connections, users } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { beginsWith } from '@/lib/store/database/keyset'
import { asWritten } from './request-timelines'
import { visibleOrganizations } from './visible-organizations'

/** Something that an operator may go to. */
export type SearchHit = {
  readonly kind: 'organization' | 'server' | 'connection' | 'user' | 'login'
  /** Slug of its organization. */
  readonly organization: string
  readonly organizationName: string
  /** Its slug, the id of a user, or the reference of a login. */
  readonly key: string
  readonly name: string
}

/** Of each kind. */
const LIMIT = 6

/** What is found by a few letters, in all that an operator sees. */
export function searchStore(db: Database) {
  return guarded({
    /**
     * Organizations, servers and connections by part of a name or slug, users by the beginning of their address, and
     * a login by its reference. One statement.
     *
     * @param everywhere for the operator of the installation: all organizations
     */
    async find(operatorId: string, everywhere: boolean, text: string): Promise<readonly SearchHit[]> {
      const contains = (name: string) => sql`position(lower(${text}) in lower(${sql.raw(name)})) > 0`
      const rows = await db.execute<SearchHit>(sql`
        with visible as (
          ${visibleOrganizations(operatorId, everywhere)}
        )
        (select 'organization' as kind, slug as organization, name as "organizationName", slug as key, name
          from visible where ${contains("name || ' ' || slug")} order by lower(name) limit ${LIMIT}::int)
        union all
        (select 'server', v.slug, v.name, s.slug, s.name
          from ${servers} as s join visible as v on v.id = s.organization_id
          where s.deleted_at is null and ${contains("s.name || ' ' || s.slug || ' ' || s.resource")}
          order by lower(s.name) limit ${LIMIT}::int)
        union all
        (select 'connection', v.slug, v.name, c.slug, c.name
          from ${connections} as c join visible as v on v.id = c.organization_id
          where c.deleted_at is null and ${contains("c.name || ' ' || c.slug")}
          order by lower(c.name) limit ${LIMIT}::int)
        union all
        (select 'user', v.slug, v.name, u.id, coalesce(u.email, u.name, u.subject)
          from visible as v cross join lateral (
            select id, email, name, subject from ${users}
            where organization_id = v.id and ${beginsWith(sql`lower(email)`, text)} limit ${LIMIT}::int
          ) as u limit ${LIMIT}::int)
        union all
        (select 'login', v.slug, v.name, r.reference, r.reference
          from ${requests} as r join ${servers} as s on s.id = r.server_id join visible as v on v.id = s.organization_id
          where r.reference = ${asWritten(text)})`)
      return [...rows]
    },
  })
}
