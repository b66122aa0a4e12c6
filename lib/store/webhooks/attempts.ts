import { and, eq, sql } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { webhookDeliveries as deliveries, webhooks } from '@/drizzle/schema/webhooks'
import type { Sealer } from '@/lib/crypto/seal'
import { omitNullish } from '@/lib/omit-nullish'
import { type AuditEntry, type AuditRecord, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { webhookHeadersContext, webhookSecretContext } from '@/lib/store/database/sealed-contexts'
import { isHeld, type Lease, leaseEnd } from './leases'

/** One delivery whose attempt has been counted. */
export type DueDelivery = {
  readonly id: string
  /** The one that begins now included. */
  readonly attempts: number
  /** The entry; null when it is not in the audit log any more. */
  readonly record: AuditRecord | null
  readonly organizationId: string
  readonly url: string
  /** Every secret that signs, the newest first. */
  readonly secrets: readonly string[]
  /** Instead of the entry itself. */
  readonly template?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Attempts that failed before this one, since one went well. */
  readonly failures: number
}

/** What became of an attempt. */
export type AttemptResult = {
  readonly state: 'waiting' | 'delivered' | 'dead'
  readonly status?: number
  readonly problem?: string
  readonly answer?: string
  /** When it is tried again. */
  readonly nextAttemptAt?: Date
  /** When anything is sent to the webhook again. */
  readonly resumesAt?: Date
  /** The receiver wants no more: the webhook is switched off, and the audit log told so. */
  readonly switchOff?: AuditEntry
}

/** Attempts to deliver, each started and finished by the holder of the webhook's lease. */
export function webhookAttemptStore(db: Database, sealer: Sealer) {
  return guarded({
    /**
     * Begins an attempt: counts it, and renews the lease.
     *
     * @returns null when nothing is due, the webhook is off, or the lease was lost
     */
    begin: (held: Lease, now: Date) =>
      db.transaction(async (tx): Promise<DueDelivery | null> => {
        const [webhook] = await tx
          .update(webhooks)
          .set({ leasedUntil: leaseEnd(now) })
          .where(and(isHeld(held), eq(webhooks.enabled, true)))
          .returning()
        if (!webhook) return null
        const [delivery] = await tx.execute<{ id: string; attempts: number; sequence: string }>(sql`
          update ${deliveries} set attempts = attempts + 1, last_attempt_at = ${now.toISOString()}::timestamptz where id = (
            select id from ${deliveries}
            where webhook_id = ${webhook.id} and state = 'waiting' and next_attempt_at <= ${now.toISOString()}::timestamptz
            order by sequence limit 1
          ) returning id, attempts, sequence`)
        if (!delivery) return null
        const entry = and(
          eq(auditLog.chain, webhook.organizationId),
          eq(auditLog.sequence, Number(delivery.sequence)),
        )
        const [record] = await tx.select().from(auditLog).where(entry)
        const { organizationId, url, failures, previousSecret, previousSecretUntil } = webhook
        const isBefore = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil > now
        const sealed = [webhook.secret, ...(isBefore ? [previousSecret] : [])]
        return {
          id: delivery.id,
          attempts: delivery.attempts,
          record: record ? omitNullish(record) : null,
          organizationId,
          url,
          secrets: sealed.map((secret) => sealer.open(secret, webhookSecretContext(webhook.id))),
          failures,
          ...(webhook.template !== null && { template: webhook.template }),
          ...(webhook.headers !== null && {
            headers: JSON.parse(sealer.open(webhook.headers, webhookHeadersContext(webhook.id))),
          }),
        }
      }),

    /**
     * Records the result of an attempt.
     *
     * @returns false when the lease was lost: another sender has it, and may repeat the attempt
     */
    finish: (held: Lease, deliveryId: string, result: AttemptResult, now: Date) =>
      db.transaction(async (tx): Promise<boolean> => {
        const isGood = result.state === 'delivered'
        const [webhook] = await tx
          .update(webhooks)
          .set({
            failures: isGood ? 0 : sql`${webhooks.failures} + 1`,
            resumesAt: result.resumesAt ?? null,
            ...(result.switchOff && { enabled: false, goneAt: now }),
          })
          .where(isHeld(held))
          .returning({ id: webhooks.id })
        if (!webhook) return false
        await tx
          .update(deliveries)
          .set({
            state: result.state,
            nextAttemptAt: result.nextAttemptAt ?? now,
            lastStatus: result.status ?? null,
            lastProblem: result.problem ?? null,
            lastAnswer: result.answer ?? null,
            endedAt: result.state === 'waiting' ? null : now,
          })
          .where(eq(deliveries.id, deliveryId))
        if (result.switchOff) await appendToAuditLog(tx, [result.switchOff])
        return true
      }),
  })
}
