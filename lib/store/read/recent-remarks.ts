import { desc, eq } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** How many logins are looked at. */
const LATEST = 100

export type Remark = { readonly reason: ReasonCode; readonly detail: string }

/**
 * What was remarked of the latest logins at a server that went well, each kind once; and of what kind the failure was, if
 * the last one that came back from the identity provider failed.
 */
export async function recentRemarks(
  db: Database,
  serverId: string,
  kinds: { readonly remarks: readonly ReasonCode[]; readonly failures: readonly ReasonCode[] },
): Promise<{ readonly remarks: readonly Remark[]; readonly failure?: Remark }> {
  const { createdAt, id, timeline } = authorizationRequests
  const { read } = guarded({
    read: () =>
      db
        .select({ timeline })
        .from(authorizationRequests)
        .where(eq(authorizationRequests.serverId, serverId))
        .orderBy(desc(createdAt), desc(id))
        .limit(LATEST),
  })
  const events = (await read()).flatMap((row) => row.timeline)
  const remarks = new Map<ReasonCode, Remark>()
  for (const { outcome, reason, detail = '' } of events)
    if (outcome === 'ok' && kinds.remarks.includes(reason) && !remarks.has(reason))
      remarks.set(reason, { reason, detail })
  const last = events.find(({ step }) => step === 'callback')
  return {
    remarks: [...remarks.values()],
    ...(last?.outcome === 'failed' &&
      kinds.failures.includes(last.reason) && {
        failure: { reason: last.reason, detail: last.detail ?? '' },
      }),
  }
}
