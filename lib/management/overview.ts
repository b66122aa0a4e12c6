/** An organization at a glance: what to do first, and numbers over time. */

import { REFRESH_TOKEN_MAX_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import type { ReasonCode } from '@/lib/oauth/timeline'
import { statisticsStore } from '@/lib/store/statistics'
import { demand, type OrganizationScope } from './access'
import type { Management } from './management'

/** How far back numbers go: as long as timelines are kept. */
export const DAYS = 30

const DAY = 24 * 3600 * 1000

/** One day in UTC. */
export type Day = {
  /** `2026-11-21` */
  readonly day: string
  readonly completed: number
  /** Failed, refused, or denied by the user. */
  readonly failed: number
  readonly refreshes: number
  /** Live at the end of the day. */
  readonly grants: number
}

export type Overview = {
  readonly progress: { readonly connection: boolean; readonly server: boolean; readonly login: boolean }
  /** The oldest first; today is the last. */
  readonly days: readonly Day[]
  /** The most frequent first. */
  readonly failures: readonly { readonly reason: ReasonCode; readonly number: number }[]
  /** Logins that should not have been needed, by client. */
  readonly relogins: readonly {
    readonly clientRowId: string
    readonly clientId: string
    readonly number: number
  }[]
}

/**
 * What the overview shows, of the last {@link DAYS} days.
 *
 * @throws Forbidden
 * @throws StoreUnavailable
 */
export async function readOverview(scope: OrganizationScope, { db, ports }: Management): Promise<Overview> {
  demand(scope, 'look')
  const { organizationId: id } = scope
  const days = lastDays(ports.clock())
  const since = new Date(`${days[0]}T00:00:00Z`)
  const statistics = statisticsStore(db)
  const [progress, logins, failures, grants, refreshes, relogins] = await Promise.all([
    statistics.progress(id),
    statistics.logins(id, since),
    statistics.failures(id, since),
    statistics.grants(id, since),
    statistics.refreshes(id, since),
    statistics.relogins(id, since),
  ])
  const numbers = days.map((day) => ({
    day,
    completed: sum(logins.filter((row) => row.day === day && row.outcome === 'completed')),
    failed: sum(
      logins.filter((row) => row.day === day && row.outcome !== 'completed' && row.outcome !== null),
    ),
    refreshes: sum(refreshes.filter((row) => row.day === day)),
    grants: sum(grants.filter((row) => isLiveAfter(day, row))),
  }))
  return { progress, days: numbers, failures, relogins }
}

function lastDays(now: Date): readonly string[] {
  return Array.from({ length: DAYS }, (_, i) => dayOf(now.getTime() - (DAYS - 1 - i) * DAY))
}

/** Tokens end with the age of their grant, whatever else. */
function isLiveAfter(day: string, { came, went }: { readonly came: string; readonly went: string | null }) {
  const oldest = dayOf(Date.parse(day) - REFRESH_TOKEN_MAX_LIFETIME * 1000)
  return came <= day && came > oldest && (went === null || went > day)
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

const sum = (rows: readonly { readonly number: number }[]) =>
  rows.reduce((total, { number }) => total + number, 0)
