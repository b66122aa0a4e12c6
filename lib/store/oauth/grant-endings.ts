import { and, eq, inArray, isNull, type SQL, sql } from 'drizzle-orm'
import { consents, grants, upstreamTokens } from '@/drizzle/schema/grants'
import { endingEvent } from '@/lib/oauth/flow/end-grant'
import type { Grant } from '@/lib/oauth/model'
import type { Ending, Grants } from '@/lib/oauth/ports/tokens'
import { appendToAuditLog } from '@/lib/store/audit/audit-log'
import { recordSecurityEvents } from '@/lib/store/audit/security-events'
import type { Database, Transaction } from '@/lib/store/database/database'
import { transactInTime } from '@/lib/store/database/in-time'
import { isThrough } from '@/lib/store/departures/departures'
import { grantColumns, toGrant } from './grant-row'

/** How grants end: with everything that has to be known of it, or not at all. */
export function grantEndings(db: Database): Pick<Grants, 'revoke' | 'revokeSome'> {
  const end = (which: SQL | undefined, ending: Ending) =>
    transactInTime(db, (tx) => endGrantsIn(tx, which, ending))
  return {
    revoke: async (id, ending) => (await end(eq(grants.id, id), ending))[0] ?? null,
    async revokeSome(of, limit, ending) {
      const wanted = and(
        eq(grants.organizationId, of.organizationId),
        'userId' in of ? eq(grants.userId, of.userId) : eq(grants.serverId, of.serverId),
        'connectionId' in of ? isThrough(of.connectionId, of.session) : undefined,
        'clientRowId' in of && of.clientRowId !== undefined
          ? eq(grants.clientRowId, of.clientRowId)
          : undefined,
        isNull(grants.revokedAt),
      )
      const some = db.select({ id: grants.id }).from(grants).where(wanted).limit(limit)
      return end(inArray(grants.id, some), ending)
    },
  }
}

/** Ends live grants in the transaction of what makes them end. Their upstream tokens are left to `dismissUpstreamTokens`. */
export async function endGrantsIn(
  tx: Transaction,
  which: SQL | undefined,
  ending: Ending,
): Promise<readonly Grant[]> {
  const ended = await revoke(tx, and(which, isNull(grants.revokedAt)), ending)
  await record(tx, ended, ending)
  return ended
}

/** What depends on a grant is marked only where this call ended it. */
async function revoke(tx: Transaction, which: SQL | undefined, { at, reason }: Ending) {
  const ended = tx
    .$with('ended')
    .as(
      tx
        .update(grants)
        .set({ revokedAt: at, revokedReason: reason, network: null })
        .where(which)
        .returning(grantColumns),
    )
  const marked = tx
    .$with('marked', {})
    .as(
      sql`update ${upstreamTokens} set ended_at = ${sql.param(at, upstreamTokens.endedAt)} from ended where ${upstreamTokens.grantId} = ended.id`,
    )
  // What the user answered about this client is withdrawn with it, so that the page asks again.
  const withdrawn = tx
    .$with('withdrawn', {})
    .as(
      sql`delete from ${consents} using ended where ${consents.userId} = ended.user_id and ${consents.clientRowId} = ended.client_row_id`,
    )
  const rows = await tx.with(ended, marked, withdrawn).select().from(ended)
  return rows.map(toGrant)
}

async function record(tx: Transaction, ended: readonly Grant[], ending: Ending): Promise<void> {
  if (ended.length === 0) return
  await recordSecurityEvents(
    tx,
    ended.map((grant) => endingEvent(grant, ending)),
  )
  if (ending.entries) await appendToAuditLog(tx, ending.entries(ended.length))
}
