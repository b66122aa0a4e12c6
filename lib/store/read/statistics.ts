import { and, countDistinct, eq, getTableColumns, gte, inArray, isNotNull, lt, sql } from 'drizzle-orm'
import { clients } from '@/drizzle/schema/clients'
import { grants } from '@/drizzle/schema/grants'
import { organizationDays } from '@/drizzle/schema/organization-days'
import { connections } from '@/drizzle/schema/organizations'
import { servers } from '@/drizzle/schema/servers'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { countDays, DAY, type DayNumbers, dayOf, type Owner } from './count-days'
import { isShown } from './grants'

/** How far back days are counted, today included: as long as timelines are kept. */
const STATISTICS_DAYS = 30

/** How long counted days are kept: so that each period has one before it. */
const KEPT_DAYS = 2 * STATISTICS_DAYS

/** Milliseconds after midnight until what began the day before has ended. */
const SETTLING = 3600 * 1000

/** Milliseconds for a hundred organizations or so: each statement has its own, shorter limit. */
const KEEP_DEADLINE = 60_000

/** Numbers of one organization over time, in Postgres. */
export function statisticsStore(db: Database) {
  return guarded({
    /**
     * The last days, the oldest first: finished ones as they were kept, the others counted. Of one server all are
     * counted. Of days before timelines are kept only those that were counted in time are there.
     */
    async days(owner: Owner, now: Date, count: number): Promise<readonly DayNumbers[]> {
      const today = dayOf(now.getTime())
      const days = daysUntil(today, count)
      const countable = days.slice(-STATISTICS_DAYS)
      if (owner.serverId !== undefined) return countDays(db, owner, countable)
      const { organizationId, ...columns } = getTableColumns(organizationDays)
      const kept = await db
        .select(columns)
        .from(organizationDays)
        .where(and(eq(organizationId, owner.organizationId), gte(organizationDays.day, days[0] ?? today)))
        .orderBy(organizationDays.day)
      const last = kept.at(-1)?.day ?? ''
      return [
        ...kept,
        ...(await countDays(
          db,
          owner,
          countable.filter((day) => day > last),
        )),
      ]
    },

    /** How many users signed in, from one time to another. */
    async activeUsers({ organizationId, serverId }: Owner, since: Date, until: Date): Promise<number> {
      const [row] = await db
        .select({ count: countDistinct(grants.userId) })
        .from(grants)
        .where(
          and(
            eq(grants.organizationId, organizationId),
            serverId === undefined ? undefined : eq(grants.serverId, serverId),
            gte(grants.createdAt, since),
            lt(grants.createdAt, until),
            isNotNull(grants.redeemedAt),
            isShown,
          ),
        )
      return row?.count ?? 0
    },

    /** What clients call themselves, by the ids of their rows. */
    async clientNames(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
      if (ids.length === 0) return new Map()
      const rows = await db
        .select({ id: clients.id, name: clients.name })
        .from(clients)
        .where(inArray(clients.id, [...ids]))
      return new Map(rows.flatMap(({ id, name }) => (name ? [[id, name] as const] : [])))
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
          const days = daysUntil(finished, STATISTICS_DAYS).filter((day) => day > (last ?? ''))
          const rows = await countDays(db, { organizationId: id }, days)
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

/** The last day that is kept when this one has finished. */
const oldestOf = (finished: string): string => daysUntil(finished, KEPT_DAYS)[0] ?? ''

/** So many days, the oldest first. */
const daysUntil = (last: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => dayOf(Date.parse(last) - (count - 1 - i) * DAY))
