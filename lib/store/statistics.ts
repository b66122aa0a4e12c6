import { sql } from 'drizzle-orm'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import { grants, refreshTokens } from '@/drizzle/schema/grants'
import { connections } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { Database } from './database'
import { guarded } from './guarded'
import { oldestLive } from './managed-grants'

/** `day` is one in UTC: `2026-11-21`. */
export type LoginsOfDay = {
  readonly day: string
  /** Null while a request has not ended, or when it was given up. */
  readonly outcome: 'completed' | 'denied' | 'failed' | 'refused' | null
  readonly number: number
}

const instant = (time: Date) => sql`${time.toISOString()}::timestamptz`
/** The column's name is a constant of ours. Written as text only after rows were counted, which is much less work. */
const dayOf = (column: string) => sql`(${sql.raw(column)} at time zone 'UTC')::date`
const written = (day: string) => sql`to_char(${sql.raw(day)}, 'YYYY-MM-DD')`

/** Numbers of one organization over time, in Postgres. */
export function statisticsStore(db: Database) {
  const serversOf = (organizationId: string) =>
    sql`select id from ${servers} where organization_id = ${organizationId}`
  return guarded({
    /** Authorization requests, by day and how they ended. */
    async logins(organizationId: string, since: Date): Promise<readonly LoginsOfDay[]> {
      const rows = await db.execute<{ day: string; outcome: LoginsOfDay['outcome']; number: string }>(sql`
        select ${written('day')} as day, outcome, number from (
          select ${dayOf('r.created_at')} as day, r.outcome, count(*) as number
          from ${requests} as r
          where r.server_id in (${serversOf(organizationId)}) and r.created_at >= ${instant(since)}
          group by 1, 2
        ) as counted`)
      return rows.map((row) => ({ ...row, number: Number(row.number) }))
    },

    /** Why those failed that did not come to tokens, the most frequent first. */
    async failures(organizationId: string, since: Date) {
      const rows = await db.execute<{ reason: ReasonCode; number: string }>(sql`
        select r.failure as reason, count(*) as number
        from ${requests} as r
        where r.server_id in (${serversOf(organizationId)}) and r.created_at >= ${instant(since)}
          and r.outcome in ('failed', 'refused', 'denied') and r.failure is not null
        group by 1 order by 2 desc, 1 limit 10`)
      return rows.map((row) => ({ reason: row.reason, number: Number(row.number) }))
    },

    /** Days on which live grants came and went; only what still counts since then. */
    async grants(organizationId: string, since: Date) {
      const rows = await db.execute<{ came: string; went: string | null; number: string }>(sql`
        select ${written('came')} as came, ${written('went')} as went, number from (
          select ${dayOf('g.created_at')} as came, ${dayOf('g.revoked_at')} as went, count(*) as number
          from ${grants} as g
          where g.organization_id = ${organizationId} and g.created_at > ${instant(oldestLive(since))}
            and (g.revoked_at is null or g.revoked_at >= ${instant(since)})
          group by 1, 2
        ) as counted`)
      return rows.map((row) => ({ ...row, number: Number(row.number) }))
    },

    /**
     * Refreshes by day: each one rotates a token, whose row stays until it would have expired. The `offset`, which
     * changes nothing else, has each grant's tokens looked up: a join might read all tokens that there are.
     */
    async refreshes(organizationId: string, since: Date) {
      const rows = await db.execute<{ day: string; number: string }>(sql`
        select ${written('day')} as day, number from (
          select ${dayOf('t.rotated_at')} as day, count(*) as number
          from ${grants} as g cross join lateral (
            select rotated_at from ${refreshTokens} where grant_id = g.id and rotated_at >= ${instant(since)} offset 0
          ) as t
          where g.organization_id = ${organizationId} and g.created_at > ${instant(oldestLive(since))}
          group by 1
        ) as counted`)
      return rows.map((row) => ({ ...row, number: Number(row.number) }))
    },

    relogins: (organizationId: string, since: Date) => relogins(db, organizationId, since),

    /** What has been set up. */
    async progress(organizationId: string) {
      const [row] = await db.execute<{ connection: boolean; server: boolean; login: boolean }>(sql`
        select exists (select from ${connections} where organization_id = ${organizationId} and deleted_at is null) as connection,
          exists (select from ${servers} where organization_id = ${organizationId} and deleted_at is null) as server,
          exists (select from ${grants} where organization_id = ${organizationId}) as login`)
      return row ?? { connection: false, server: false, login: false }
    },
  })
}

/**
 * Logins of a user with a client whose grant before ended within the day before, without anybody having wanted that:
 * by a refresh token or code that came twice, or by its last refresh token having expired.
 */
async function relogins(db: Database, organizationId: string, since: Date) {
  const rows = await db.execute<{ client: string; id: string; number: string }>(sql`
    with given as (
      select g.client_row_id, g.client_id, g.created_at, lag(g.id) over before as earlier,
        lag(g.revoked_at) over before as revoked_at, lag(g.revoked_reason) over before as revoked_reason
      from ${grants} as g
      where g.organization_id = ${organizationId} and g.kind = 'login'
        and g.created_at > ${instant(oldestLive(since))}
      window before as (partition by g.user_id, g.client_row_id order by g.created_at, g.id)
    )
    select client_row_id as id, min(client_id) as client, count(*) as number from given
    where created_at >= ${instant(since)} and earlier is not null and case
      when revoked_reason in ('refresh_token_reused', 'code_replayed')
        then revoked_at between created_at - interval '1 day' and created_at
      when revoked_at is null
        then (select max(t.expires_at) from ${refreshTokens} as t where t.grant_id = given.earlier)
          between created_at - interval '1 day' and created_at
      else false
    end
    group by 1 order by 3 desc, 2 limit 10`)
  return rows.map((row) => ({ clientRowId: row.id, clientId: row.client, number: Number(row.number) }))
}
