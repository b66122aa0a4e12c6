import { desc, eq } from 'drizzle-orm'
import { authorizationRequests } from '@/drizzle/schema/authorization-requests'
import type { ReasonCode } from '@/lib/oauth/timeline'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

/** How many logins are looked at. */
const LATEST = 100

export type Remark = { readonly reason: ReasonCode; readonly detail: string }

/** What was remarked of the latest logins at a server that went well, each kind once. */
export async function recentRemarks(
  db: Database,
  serverId: string,
  kinds: readonly ReasonCode[],
): Promise<readonly Remark[]> {
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
  const remarks = new Map<ReasonCode, Remark>()
  for (const { outcome, reason, detail = '' } of (await read()).flatMap((row) => row.timeline))
    if (outcome === 'ok' && kinds.includes(reason) && !remarks.has(reason))
      remarks.set(reason, { reason, detail })
  return [...remarks.values()]
}
