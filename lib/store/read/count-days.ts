import { sql } from 'drizzle-orm'
import { authorizationRequests as requests } from '@/drizzle/schema/authorization-requests'
import { grants, refreshTokens } from '@/drizzle/schema/grants'
import type { organizationDays } from '@/drizzle/schema/organization-days'
import { servers } from '@/drizzle/schema/servers'
import { REFRESH_TOKEN_MAX_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { Database } from '@/lib/store/database/database'
import { oldestLive } from './grants'

/** What came of one day of one organization. `day` is one in UTC: `2026-11-21`. */
export type DayNumbers = Omit<typeof organizationDays.$inferSelect, 'organizationId'>

export const DAY = 24 * 3600 * 1000

export const dayOf = (time: number): string => new Date(time).toISOString().slice(0, 10)

/** Clients with unexpected logins that one day names at most: each client that registers itself is one. */
const RELOGINS = 50

const instant = (time: Date) => sql`${time.toISOString()}::timestamptz`
/** The column's name is a constant of ours. Written as text only after rows were counted, which is much less work. */
const inDays = (column: string) => sql`(${sql.raw(column)} at time zone 'UTC')::date`
const written = (day: string) => sql`to_char(${sql.raw(day)}, 'YYYY-MM-DD')`

/** Of an organization, or of one of its servers. */
export type Owner = { readonly organizationId: string; readonly serverId?: string | undefined }

type Span = Owner & { readonly since: Date; readonly until: Date }

const ofServer = ({ serverId }: Owner, column: string) =>
  serverId === undefined ? sql`` : sql`and ${sql.raw(column)} = ${serverId}`

/**
 * Counts what came of days on end, from the rows that still tell. Decision 0050.
 *
 * @param days the oldest first
 */
export async function countDays(
  db: Database,
  owner: Owner,
  days: readonly string[],
): Promise<readonly DayNumbers[]> {
  const [first, last] = [days[0], days.at(-1)]
  if (first === undefined || last === undefined) return []
  const span = { ...owner, since: new Date(first), until: new Date(Date.parse(last) + DAY) }
  const [logins, given, refreshes, relogins] = await Promise.all([
    countLogins(db, span),
    countGrants(db, span),
    countRefreshes(db, span),
    countRelogins(db, span),
  ])
  return days.map((day) => {
    const today = logins.filter((row) => row.day === day)
    const ended = today.filter(({ completed }) => !completed)
    return {
      day,
      completed: sum(today.filter(({ completed }) => completed)),
      failed: sum(ended),
      refreshes: sum(refreshes.filter((row) => row.day === day)),
      grants: sum(given.filter((row) => isLiveAfter(day, row))),
      failures: ended.flatMap(({ failure, number }) =>
        failure === null ? [] : [{ reason: failure, number }],
      ),
      relogins: relogins.filter((row) => row.day === day).map(({ day: _, ...row }) => row),
    }
  })
}

/** Authorization requests by day, and if they came to nothing, why; without those under way, or given up. */
async function countLogins(db: Database, span: Span) {
  const { organizationId, since, until } = span
  const rows = await db.execute<{
    day: string
    completed: boolean
    failure: ReasonCode | null
    number: number
  }>(sql`
    select ${written('day')} as day, completed, failure, number from (
      select ${inDays('r.created_at')} as day, r.outcome = 'completed' as completed, r.failure, count(*)::int as number
      from ${requests} as r
      where r.server_id in (select id from ${servers} where organization_id = ${organizationId} ${ofServer(span, 'id')})
        and r.created_at >= ${instant(since)} and r.created_at < ${instant(until)} and r.outcome is not null
      group by 1, 2, 3
    ) as counted order by day, number desc, failure`)
  return [...rows]
}

/** Days on which grants came and went; only what still counts since then. */
async function countGrants(db: Database, span: Span) {
  const { organizationId, since, until } = span
  const rows = await db.execute<{ came: string; went: string | null; number: number }>(sql`
    select ${written('came')} as came, ${written('went')} as went, number from (
      select ${inDays('g.created_at')} as came, ${inDays('g.revoked_at')} as went, count(*)::int as number
      from ${grants} as g
      where g.organization_id = ${organizationId} ${ofServer(span, 'g.server_id')}
        and g.created_at > ${instant(oldestLive(since))} and g.created_at < ${instant(until)}
        and (g.revoked_at is null or g.revoked_at >= ${instant(since)})
        and (g.redeemed_at is not null or g.kind <> 'login') and (not g.is_abandoned or g.revoked_at is not null)
      group by 1, 2
    ) as counted`)
  return [...rows]
}

/**
 * Refreshes by day: each one brings a token, as the exchange of the code brought the first. The `offset`, which changes
 * nothing else, has each grant's tokens looked up: a join might read all tokens that there are.
 */
async function countRefreshes(db: Database, span: Span) {
  const { organizationId, since, until } = span
  const first = sql`(select min(issued_at) from ${refreshTokens} where grant_id = g.id)`
  const rows = await db.execute<{ day: string; number: number }>(sql`
    select ${written('day')} as day, number from (
      select ${inDays('t.issued_at')} as day, count(*)::int as number
      from ${grants} as g cross join lateral (
        select issued_at from ${refreshTokens}
        where grant_id = g.id and issued_at >= ${instant(since)} and issued_at < ${instant(until)} offset 0
      ) as t
      where g.organization_id = ${organizationId} ${ofServer(span, 'g.server_id')}
        and g.created_at > ${instant(oldestLive(since))} and g.created_at < ${instant(until)}
        and (g.revoked_at is null or g.revoked_at >= ${instant(since)})
        and (g.created_at < ${instant(since)} - interval '1 day' or t.issued_at > ${first})
      group by 1
    ) as counted`)
  return [...rows]
}

/**
 * Logins of a user with a client whose previous grant ended involuntarily within the day before: by a replayed refresh
 * token or code, or because its last refresh token expired.
 */
async function countRelogins(db: Database, span: Span) {
  const { organizationId, since, until } = span
  const rows = await db.execute<{ day: string; client: string; id: string; number: number }>(sql`
    select ${written('day')} as day, id, client, number from (
      select ${inDays('g.created_at')} as day, g.client_row_id as id, min(g.client_id) as client, count(*)::int as number,
        row_number() over (partition by ${inDays('g.created_at')} order by count(*) desc, g.client_row_id) as place
      from ${grants} as g cross join lateral (
        select id, revoked_at, revoked_reason from ${grants}
        where organization_id = g.organization_id and user_id = g.user_id and client_row_id = g.client_row_id
          and kind = 'login' and (created_at, id) < (g.created_at, g.id) and created_at > ${instant(oldestLive(since))}
        order by created_at desc, id desc limit 1
      ) as earlier
      where g.organization_id = ${organizationId} ${ofServer(span, 'g.server_id')} and g.kind = 'login'
        and g.created_at >= ${instant(since)} and g.created_at < ${instant(until)} and case
          when earlier.revoked_reason in ('refresh_token_reused', 'code_replayed')
            then earlier.revoked_at between g.created_at - interval '1 day' and g.created_at
          when earlier.revoked_at is null
            then (select max(t.expires_at) from (select expires_at from ${refreshTokens} where grant_id = earlier.id offset 0) as t)
              between g.created_at - interval '1 day' and g.created_at
          else false
        end
      group by ${inDays('g.created_at')}, g.client_row_id
    ) as counted where place <= ${RELOGINS} order by day, place`)
  return rows.map(({ day, id, client, number }) => ({ day, clientRowId: id, clientId: client, number }))
}

/** Tokens end with the age of their grant, whatever else. */
function isLiveAfter(day: string, { came, went }: { readonly came: string; readonly went: string | null }) {
  const oldest = dayOf(Date.parse(day) - REFRESH_TOKEN_MAX_LIFETIME * 1000)
  return came <= day && came > oldest && (went === null || went > day)
}

const sum = (rows: readonly { readonly number: number }[]) =>
  rows.reduce((total, { number }) => total + number, 0)
