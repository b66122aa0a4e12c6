/** An organization at a glance: what to do first, and numbers over time. */

import { type OrganizationScope, requirePermission } from '@/lib/access'
import type { Management } from '@/lib/management/management'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { DayNumbers } from '@/lib/store/read/count-days'
import { statisticsStore } from '@/lib/store/read/statistics'

/** How many reasons and clients are named. */
const MOST = 10

export type Overview = {
  readonly progress: { readonly connection: boolean; readonly server: boolean; readonly login: boolean }
  /** The oldest first; today is the last. */
  readonly days: readonly DayNumbers[]
  /** The most frequent first. */
  readonly failures: readonly { readonly reason: ReasonCode; readonly number: number }[]
  /** Logins that should not have been needed, by client. */
  readonly relogins: DayNumbers['relogins']
}

/**
 * What the overview shows, of the last 30 days.
 *
 * @throws Forbidden
 * @throws StoreUnavailable
 */
export async function readOverview(scope: OrganizationScope, { db, ports }: Management): Promise<Overview> {
  requirePermission(scope, 'read')
  const { organizationId: id } = scope
  const statistics = statisticsStore(db)
  const [progress, days] = await Promise.all([statistics.progress(id), statistics.days(id, ports.clock())])
  return {
    progress,
    days,
    failures: most(
      days.flatMap(({ failures }) => failures),
      ({ reason }) => reason,
    ),
    relogins: most(
      days.flatMap(({ relogins }) => relogins),
      ({ clientRowId }) => clientRowId,
    ),
  }
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
