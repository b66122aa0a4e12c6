import { and, eq, sql } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { webhookDeliveries as deliveries, webhooks } from '@/drizzle/schema/webhooks'
import type { Sealer } from '@/lib/crypto/seal'
import { type AuditEntry, type AuditRecord, appendToAuditLog } from './audit-log'
import type { Database } from './database'
import { guarded } from './guarded'
import { newId } from './ids'
import { omitNulls } from './omit-nulls'
import { webhookSecretContext } from './sealed-contexts'

/** Milliseconds for which a webhook is one sender's: longer than one attempt can take. */
export const LEASE = 60_000

/** Deliveries that wait for one webhook at most; further entries wait in the audit log. */
const MOST_WAITING = 1_000

/** Entries that are looked at in one statement. */
const BATCH = 500

/** A webhook that one sender has to itself for a while. */
export type Lease = { readonly webhookId: string; readonly lease: string }

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

/**
 * The queue: the audit log itself, a cursor for each webhook, and deliveries before it that have not ended. A sender
 * leases a webhook, not a delivery, so that entries leave in their order and nobody is sent two at a time.
 */
export function webhookQueue(db: Database, sealer: Sealer) {
  const mine = ({ webhookId, lease }: Lease) => and(eq(webhooks.id, webhookId), eq(webhooks.lease, lease))
  const after = (now: Date, milliseconds: number) => new Date(now.getTime() + milliseconds)
  const at = (now: Date) => sql`${now.toISOString()}::timestamptz`
  return guarded({
    /** Leases the webhook that has something to send and waited longest; null when there is none. */
    async lease(now: Date): Promise<Lease | null> {
      const lease = newId()
      const [leased] = await db.execute<{ id: string }>(sql`
        update ${webhooks}
        set lease = ${lease}, leased_until = ${at(after(now, LEASE))}, served_at = ${at(now)}
        where id = (
          select id from ${webhooks} as webhook
          where enabled and (leased_until is null or leased_until <= ${at(now)})
            and (resumes_at is null or resumes_at <= ${at(now)})
            and (
              exists (select from ${auditLog} as entry
                where entry.chain = webhook.organization_id and entry.sequence > webhook.cursor offset 0)
              or exists (select from ${deliveries} as delivery
                where delivery.webhook_id = webhook.id and delivery.state = 'waiting'
                  and delivery.next_attempt_at <= ${at(now)} offset 0)
            )
          order by served_at nulls first limit 1 for update skip locked
        ) returning id`)
      return leased ? { webhookId: leased.id, lease } : null
    },

    /**
     * Makes deliveries of entries that the webhook has not seen yet, while not too many wait.
     *
     * @returns whether there were any, wanted or not
     */
    async fill(held: Lease, now: Date): Promise<boolean> {
      const moved = await db.execute(sql`
        with webhook as materialized (
          select id, organization_id, cursor, actions from ${webhooks}
          where id = ${held.webhookId} and lease = ${held.lease} and (
            select count(*) from ${deliveries} where webhook_id = ${held.webhookId} and state = 'waiting'
          ) < ${MOST_WAITING}::int
        ), seen as materialized (
          select entry.sequence, entry.action from ${auditLog} as entry, webhook
          where entry.chain = webhook.organization_id and entry.sequence > webhook.cursor
          order by entry.sequence limit ${BATCH}::int
        ), made as (
          insert into ${deliveries} (id, webhook_id, sequence, next_attempt_at)
          select 'msg_' || replace(gen_random_uuid()::text, '-', ''), webhook.id, seen.sequence, ${at(now)}
          from seen, webhook
          where jsonb_array_length(webhook.actions) = 0 or exists (
            select from jsonb_array_elements_text(webhook.actions) as wanted (beginning)
            where starts_with(seen.action, wanted.beginning)
          )
          on conflict (webhook_id, sequence) do nothing
        )
        update ${webhooks} set cursor = (select max(sequence) from seen)
        where id = ${held.webhookId} and lease = ${held.lease} and exists (select from seen)
        returning id`)
      return moved.length > 0
    },

    /**
     * Begins an attempt: counts it, and renews the lease.
     *
     * @returns null when nothing is due, the webhook is off, or the lease was lost
     */
    begin: (held: Lease, now: Date) =>
      db.transaction(async (tx): Promise<DueDelivery | null> => {
        const [webhook] = await tx
          .update(webhooks)
          .set({ leasedUntil: after(now, LEASE) })
          .where(and(mine(held), eq(webhooks.enabled, true)))
          .returning()
        if (!webhook) return null
        const [delivery] = await tx.execute<{ id: string; attempts: number; sequence: string }>(sql`
          update ${deliveries} set attempts = attempts + 1, last_attempt_at = ${at(now)} where id = (
            select id from ${deliveries}
            where webhook_id = ${webhook.id} and state = 'waiting' and next_attempt_at <= ${at(now)}
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
          record: record ? omitNulls(record) : null,
          organizationId,
          url,
          secrets: sealed.map((secret) => sealer.open(secret, webhookSecretContext(webhook.id))),
          failures,
        }
      }),

    /**
     * Writes down what became of an attempt.
     *
     * @returns false when the lease was lost: somebody else has taken it over, and may send it once more
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
          .where(mine(held))
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

    /**
     * Gives the webhook back.
     *
     * @param idleUntil it had nothing that could be sent: nobody need look before
     */
    async release(held: Lease, idleUntil?: Date): Promise<void> {
      await db
        .update(webhooks)
        .set({ lease: null, leasedUntil: null, ...(idleUntil && { resumesAt: idleUntil }) })
        .where(mine(held))
    },
  })
}

export type WebhookQueue = ReturnType<typeof webhookQueue>
