import { and, eq } from 'drizzle-orm'
import { webhookDeliveries as deliveries, webhooks } from '@/drizzle/schema/webhooks'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { newId } from '@/lib/store/database/ids'
import { transactInTime } from '@/lib/store/database/in-time'
import { hold, type Place, type WebhookRow } from './webhooks'

/** What is asked of a delivery again. */
const ANEW = { state: 'waiting', attempts: 0, endedAt: null } as const

/** What operators have sent, besides what happens anyway. */
export function webhookRedeliveryStore(db: Database) {
  return guarded({
    /**
     * Writes an entry and has it sent to one webhook, whatever this is sent otherwise.
     *
     * @returns the delivery's id; null when there is no such webhook
     */
    enqueue: (place: Place, now: Date, audit: (webhook: WebhookRow) => AuditEntry) =>
      transactInTime(db, async (tx) => {
        const webhook = await hold(tx, place)
        if (!webhook) return null
        const [sequence = 0] = await appendToAuditLog(tx, [audit(webhook)])
        const id = `msg_${newId()}`
        await tx.insert(deliveries).values({ id, webhookId: place.id, sequence, nextAttemptAt: now })
        await resume(tx, place.id)
        return id
      }),

    /**
     * Has one delivery sent again, whatever became of it, as often as if for the first time.
     *
     * @returns whether there is such a delivery
     */
    again: (place: Place, id: string, now: Date, audit: (webhook: WebhookRow) => AuditEntry) =>
      transactInTime(db, async (tx) => {
        const webhook = await hold(tx, place)
        if (!webhook) return false
        const found = await tx
          .update(deliveries)
          .set({ ...ANEW, nextAttemptAt: now })
          .where(and(eq(deliveries.webhookId, place.id), eq(deliveries.id, id)))
          .returning({ id: deliveries.id })
        if (found.length === 0) return false
        await appendToAuditLog(tx, [audit(webhook)])
        await resume(tx, place.id)
        return true
      }),

    /**
     * Has all that were given up sent again.
     *
     * @returns how many; null when there is no such webhook
     */
    allAgain: (place: Place, now: Date, audit: (webhook: WebhookRow, count: number) => AuditEntry) =>
      transactInTime(db, async (tx) => {
        const webhook = await hold(tx, place)
        if (!webhook) return null
        const dead = await tx
          .update(deliveries)
          .set({ ...ANEW, nextAttemptAt: now })
          .where(and(eq(deliveries.webhookId, place.id), eq(deliveries.state, 'dead')))
          .returning({ id: deliveries.id })
        if (dead.length === 0) return 0
        await appendToAuditLog(tx, [audit(webhook, dead.length)])
        await resume(tx, place.id)
        return dead.length
      }),
  })
}

/** Requested by an operator: it does not wait for the end of a pause. */
function resume(tx: Transaction, webhookId: string) {
  return tx.update(webhooks).set({ resumesAt: null }).where(eq(webhooks.id, webhookId))
}
