import { and, asc, desc, eq, gt, isNotNull, lt, lte, sql } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { organizations } from '@/drizzle/schema/organizations'
import { securityEvents, unchainedEvents } from '@/drizzle/schema/security-events'
import { servers } from '@/drizzle/schema/servers'
import { CHECKPOINT } from '@/lib/crypto/audit-chain'
import { PRUNING } from '@/lib/crypto/audit-exceptions'
import type { Database, Transaction } from '@/lib/store/database/database'
import { appendToAuditLog, holdEnd } from './audit-log'

/** Entries that go at once, where checkpoints are no farther apart. */
const AT_ONCE = 5_000

const DAY = 86_400_000

/**
 * Deletes the oldest entries of a log that is kept for so many days, up to a checkpoint that is as old: it stays, as the
 * first entry, and has signed what stood before it. A day's entries go at once, and an entry says so. Decision 0106.
 *
 * @returns how many went; none while what is due is less than a day's
 */
export async function pruneAuditLog(
  tx: Transaction,
  { chain, days }: { readonly chain: string; readonly days: number },
  now: Date,
): Promise<number> {
  await holdEnd(tx, chain)
  const cutoff = new Date(now.getTime() - days * DAY)
  const ofChain = eq(auditLog.chain, chain)
  const [head] = await tx.select().from(auditLog).where(ofChain).orderBy(asc(auditLog.sequence)).limit(1)
  if (!head || head.at.getTime() > cutoff.getTime() - DAY) return 0
  const checkpoints = (beyond: number) =>
    and(ofChain, gt(auditLog.sequence, beyond), eq(auditLog.action, CHECKPOINT), lte(auditLog.at, cutoff))
  const reach = head.sequence + AT_ONCE
  const { sequence } = auditLog
  const [near] = await tx
    .select({ sequence })
    .from(auditLog)
    .where(and(checkpoints(head.sequence), lte(sequence, reach)))
    .orderBy(desc(sequence))
    .limit(1)
  const [next] = near
    ? [near]
    : await tx.select({ sequence }).from(auditLog).where(checkpoints(reach)).orderBy(asc(sequence)).limit(1)
  if (!next) return 0
  const entries = next.sequence - head.sequence
  await tx.delete(auditLog).where(and(ofChain, lt(sequence, next.sequence)))
  await appendToAuditLog(tx, [
    {
      chain,
      at: now,
      actorKind: 'system',
      actorName: 'Vestibule',
      action: PRUNING,
      targetKind: 'audit_log',
      targetName: String(next.sequence - 1),
      detail: { until: next.sequence - 1, entries },
    },
  ])
  return entries
}

/**
 * The next organization behind this one that keeps its log for a time, with what it may keep of it.
 *
 * @returns null when there is none
 */
export async function nextPruned(db: Database, after: string) {
  const [row] = await db
    .select({ chain: organizations.id, days: sql<number>`${organizations.auditRetention}` })
    .from(organizations)
    .where(and(gt(organizations.id, after), isNotNull(organizations.auditRetention)))
    .orderBy(asc(organizations.id))
    .limit(1)
  return row ?? null
}

/** Deletes security events as old as the entries that told of them. @returns how many */
export async function pruneSecurityEvents(
  db: Database,
  { chain, days }: { readonly chain: string; readonly days: number },
  now: Date,
  limit: number,
): Promise<number> {
  const cutoff = new Date(now.getTime() - days * DAY).toISOString()
  const gone = await db.execute(sql`
    delete from ${securityEvents} where id in (
      select old.id from ${servers} as server cross join lateral (
        select event.id from ${securityEvents} as event
        where event.server_id = server.id and event.at <= ${cutoff}::timestamptz
          and not exists (select from ${unchainedEvents} as waiting where waiting.event_id = event.id)
        order by event.at limit ${limit}
      ) as old where server.organization_id = ${chain} limit ${limit}
    ) returning 1`)
  return gone.length
}
