/** An organization at a glance: what to do first, and numbers over time. */

import { type OrganizationScope, requirePermission } from '@/lib/access'
import { serverOf } from '@/lib/grants/list'
import type { Management } from '@/lib/management/management'
import { readBehind } from '@/lib/management/replica'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { DayNumbers } from '@/lib/store/read/count-days'
import { statisticsStore } from '@/lib/store/read/statistics'

/** How many reasons and clients are named. */
const MOST = 10

/** Days that the overview may show, today included. */
export const PERIODS = [7, 30] as const

export type Totals = {
  readonly completed: number
  readonly failed: number
  /** Users who signed in. */
  readonly users: number
  /** Live at the end. */
  readonly grants: number
}

export type Overview = {
  readonly progress: { readonly connection: boolean; readonly server: boolean; readonly login: boolean }
  /** The oldest first; today is the last. */
  readonly days: readonly DayNumbers[]
  readonly totals: Totals
  /** Of as many days before; absent when they are not all known. */
  readonly before?: Totals
  /** The most frequent first. */
  readonly failures: readonly { readonly reason: ReasonCode; readonly number: number }[]
  /** Logins that should not have been needed, by client. */
  readonly relogins: readonly (DayNumbers['relogins'][number] & { readonly name: string })[]
}

type OverviewWishes = {
  /** How many days. */
  readonly period: number
  /** Slug; all servers without it. */
  readonly server?: string | undefined
}

/**
 * What the overview shows, of the last days.
 *
 * @throws Forbidden
 * @throws NotFound when the organization has no such server
 * @throws StoreUnavailable
 */
export async function readOverview(
  scope: OrganizationScope,
  { period, server }: OverviewWishes,
  management: Management,
): Promise<Overview> {
  requirePermission(scope, 'read')
  const { organizationId } = scope
  const serverId = server === undefined ? undefined : (await serverOf(scope, server, management)).id
  const { db, ports } = management
  const [owner, statistics, now] = [{ organizationId, serverId }, statisticsStore(db), ports.clock()]
  const since = startOf(now, period)
  const [progress, [all, users, usersBefore]] = await Promise.all([
    statistics.progress(organizationId),
    readBehind(management, (behind) => {
      const { days, activeUsers } = statisticsStore(behind)
      return Promise.all([
        days(owner, now, 2 * period),
        activeUsers(owner, since, now),
        activeUsers(owner, startOf(now, 2 * period), since),
      ])
    }),
  ])
  const [days, earlier] = [all.slice(-period), all.slice(0, -period)]
  const relogins = most(
    days.flatMap((day) => day.relogins),
    ({ clientRowId }) => clientRowId,
  )
  const names = await statistics.clientNames(relogins.map(({ clientRowId }) => clientRowId))
  return {
    progress,
    days,
    totals: totalsOf(days, users),
    ...(earlier.length === period && { before: totalsOf(earlier, usersBefore) }),
    failures: most(
      days.flatMap(({ failures }) => failures),
      ({ reason }) => reason,
    ),
    relogins: relogins.map((row) => ({ ...row, name: names.get(row.clientRowId) ?? row.clientId })),
  }
}

/** The start of the first of so many days, today included. */
const startOf = (now: Date, days: number) =>
  new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - days + 1))

function totalsOf(days: readonly DayNumbers[], users: number): Totals {
  const sum = (key: 'completed' | 'failed') => days.reduce((total, day) => total + day[key], 0)
  return { completed: sum('completed'), failed: sum('failed'), users, grants: days.at(-1)?.grants ?? 0 }
}

/** Rows of the same key become one, with their sum; the largest first. */
function most<Row extends { readonly number: number }>(
  rows: readonly Row[],
  keyOf: (row: Row) => string,
): readonly Row[] {
  const sums = new Map<string, Row>()
  for (const row of rows) {
    const key = keyOf(row)
    sums.set(key, { ...row, number: row.number + (sums.get(key)?.number ?? 0) })
  }
  return [...sums]
    .toSorted(([a, { number: x }], [b, { number: y }]) => y - x || (a < b ? -1 : 1))
    .map(([, row]) => row)
    .slice(0, MOST)
}
