import { and, eq, type SQL, sql } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { webhookDeliveries as deliveries, webhooks } from '@/drizzle/schema/webhooks'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'

/** Milliseconds for which a webhook is one sender's: longer than one attempt can take. */
export const LEASE = 60_000

/** Deliveries that wait for one webhook at most; further entries wait in the audit log. */
const MOST_WAITING = 1_000

/** Entries that are looked at in one statement. */
const BATCH = 500

/** A webhook that one sender has to itself for a while. */
export type Lease = { readonly webhookId: string; readonly lease: string }

/** Whether the lease is still its holder's. */
export const isHeld = ({ webhookId, lease }: Lease): SQL | undefined =>
  and(eq(webhooks.id, webhookId), eq(webhooks.lease, lease))

export const leaseEnd = (now: Date): Date => new Date(now.getTime() + LEASE)

/**
 * The queue: the audit log itself, a cursor per webhook, and unfinished deliveries before it. A sender leases a
 * webhook, not a delivery, so that entries are sent in order and a receiver gets one request at a time. Decision 0043.
 */
export function webhookLeaseStore(db: Database) {
  const at = (now: Date) => sql`${now.toISOString()}::timestamptz`
  return guarded({
    /**
     * Leases the webhook that has something to send and waited longest, of an organization that has none leased: its slow
     * ones do not hold up others. Null when there is none.
     */
    async lease(now: Date): Promise<Lease | null> {
      const lease = newId()
      const [leased] = await db.execute<{ id: string }>(sql`
        update ${webhooks}
        set lease = ${lease}, leased_until = ${at(leaseEnd(now))}, served_at = ${at(now)}
        where id = (
          select id from ${webhooks} as webhook
          where enabled and (leased_until is null or leased_until <= ${at(now)})
            and (resumes_at is null or resumes_at <= ${at(now)})
            and not exists (select from ${webhooks} as other
              where other.organization_id = webhook.organization_id and other.leased_until > ${at(now)} offset 0)
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
          -- One that is being deleted is waited for, and gets nothing.
          for key share
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
     * Releases the webhook.
     *
     * @param idleUntil there is nothing to send before this time
     */
    async release(held: Lease, idleUntil?: Date): Promise<void> {
      await db
        .update(webhooks)
        .set({ lease: null, leasedUntil: null, ...(idleUntil && { resumesAt: idleUntil }) })
        .where(isHeld(held))
    },
  })
}
