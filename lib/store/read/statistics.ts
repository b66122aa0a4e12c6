import { and, eq, getTableColumns, gte, lt, sql } from 'drizzle-orm'
import { grants } from '@/drizzle/schema/grants'
import { organizationDays } from '@/drizzle/schema/organization-days'
import { connections } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { countDays, DAY, type DayNumbers, dayOf } from './count-days'

/** How far back numbers go, today included: as long as timelines are kept. */
const STATISTICS_DAYS = 30

/** Milliseconds after midnight until what began the day before has ended. */
const SETTLING = 3600 * 1000

/** Milliseconds for a hundred organizations or so: each statement has its own, shorter limit. */
const KEEP_DEADLINE = 60_000

/** Numbers of one organization over time, in Postgres. */
export function statisticsStore(db: Database) {
  return guarded({
    /** The last 30 days, the oldest first: finished ones as they were kept, the others counted. */
    async days(organizationId: string, now: Date): Promise<readonly DayNumbers[]> {
      const days = daysUntil(dayOf(now.getTime()))
      const { organizationId: owner, ...columns } = getTableColumns(organizationDays)
      const kept = await db
        .select(columns)
        .from(organizationDays)
        .where(and(eq(owner, organizationId), gte(organizationDays.day, days[0] ?? '')))
        .orderBy(organizationDays.day)
      const last = kept.at(-1)?.day ?? ''
      const counted = await countDays(
        db,
        organizationId,
        days.filter((day) => day > last),
      )
      return [...kept, ...counted]
    },

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
 * Counts the finished days of organizations that are behind, and keeps the numbers. Days are kept without gaps, the
 * oldest first, as long as they are shown. Several instances may do the same at once: the numbers are the same.
 */
export function finishedDaysStore(db: Database) {
  return guarded(
    {
      /** @returns how many organizations were behind; at most `limit`, and then there may be more */
      async keep(now: Date, limit: number): Promise<number> {
        const finished = dayOf(now.getTime() - SETTLING - DAY)
        // In no order, so that one that cannot be counted does not hold up the others.
        const behind = await db.execute<{ id: string; last: string | null }>(sql`
        select id, (select max(day)::text from ${organizationDays} where organization_id = o.id) as last
        from organizations as o
        where not exists (select from ${organizationDays} where organization_id = o.id and day >= ${finished})
        order by random() limit ${limit}::int`)
        for (const { id, last } of behind) {
          const days = daysUntil(finished).filter((day) => day > (last ?? ''))
          const rows = await countDays(db, id, days)
          await db
            .insert(organizationDays)
            .values(rows.map((row) => ({ organizationId: id, ...row })))
            .onConflictDoNothing()
          await db
            .delete(organizationDays)
            .where(and(eq(organizationDays.organizationId, id), lt(organizationDays.day, oldestOf(finished))))
        }
        return behind.length
      },
    },
    { deadline: KEEP_DEADLINE },
  )
}

/** The last day that is shown when this one has finished. */
const oldestOf = (finished: string): string => daysUntil(finished)[0] ?? ''

/** As many as are shown, the oldest first. */
const daysUntil = (last: string): readonly string[] =>
  Array.from({ length: STATISTICS_DAYS }, (_, i) => dayOf(Date.parse(last) - (STATISTICS_DAYS - 1 - i) * DAY))
