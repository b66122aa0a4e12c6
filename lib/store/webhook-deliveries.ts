import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { webhookDeliveries as deliveries, webhooks } from '@/drizzle/schema/webhooks'
import { type AuditEntry, appendToAuditLog } from './audit-log'
import type { Database, Transaction } from './database'
import { guarded } from './guarded'
import { newId } from './ids'
import { omitNulls, type WithoutNulls } from './omit-nulls'
import { hold, type WebhookRow } from './webhooks'

const columns = {
  id: deliveries.id,
  sequence: deliveries.sequence,
  action: auditLog.action,
  state: deliveries.state,
  attempts: deliveries.attempts,
  nextAttemptAt: deliveries.nextAttemptAt,
  lastAttemptAt: deliveries.lastAttemptAt,
  lastStatus: deliveries.lastStatus,
  lastProblem: deliveries.lastProblem,
  lastAnswer: deliveries.lastAnswer,
  endedAt: deliveries.endedAt,
}

export type DeliveryState = (typeof deliveries.$inferSelect)['state']

/** A delivery, with the action of its entry. */
export type DeliveryRow = WithoutNulls<
  Pick<typeof deliveries.$inferSelect, Exclude<keyof typeof columns, 'action'>> & { action: string | null }
>

export type DeliveryFilter = {
  readonly state?: DeliveryState
  /** Only those of entries with a smaller sequence. */
  readonly before?: number
}

/** What is asked of a delivery again. */
const ANEW = { state: 'waiting', attempts: 0, endedAt: null } as const

/** Deliveries as operators see them and set them going. */
export function webhookDeliveryStore(db: Database) {
  return guarded({
    /** Those that fit, of the newest entry first. */
    async list(organizationId: string, webhookId: string, { state, before }: DeliveryFilter, limit: number) {
      const rows = await select(
        db,
        and(
          eq(webhooks.organizationId, organizationId),
          eq(deliveries.webhookId, webhookId),
          state && eq(deliveries.state, state),
          before === undefined ? undefined : lt(deliveries.sequence, before),
        ),
      )
        .orderBy(desc(deliveries.sequence))
        .limit(limit)
      return rows.map(omitNulls) as readonly DeliveryRow[]
    },

    async find(organizationId: string, webhookId: string, id: string): Promise<DeliveryRow | null> {
      const [row] = await select(
        db,
        and(
          eq(webhooks.organizationId, organizationId),
          eq(deliveries.webhookId, webhookId),
          eq(deliveries.id, id),
        ),
      )
      return row ? (omitNulls(row) as DeliveryRow) : null
    },

    /** How many are given up, and how many wait. */
    async count(webhookId: string): Promise<{ readonly dead: number; readonly waiting: number }> {
      const of = (state: DeliveryState) =>
        db.$count(deliveries, and(eq(deliveries.webhookId, webhookId), eq(deliveries.state, state)))
      return { dead: await of('dead'), waiting: await of('waiting') }
    },

    /**
     * Writes an entry and has it sent to one webhook, whatever this is sent otherwise.
     *
     * @returns the delivery's id; null when there is no such webhook
     */
    enqueue: (
      organizationId: string,
      webhookId: string,
      now: Date,
      audit: (webhook: WebhookRow) => AuditEntry,
    ) =>
      db.transaction(async (tx) => {
        const webhook = await hold(tx, organizationId, webhookId)
        if (!webhook) return null
        const [sequence = 0] = await appendToAuditLog(tx, [audit(webhook)])
        const id = `msg_${newId()}`
        await tx.insert(deliveries).values({ id, webhookId, sequence, nextAttemptAt: now })
        await resume(tx, webhookId)
        return id
      }),

    /**
     * Has one delivery sent again, whatever became of it, as often as if for the first time.
     *
     * @returns whether there is such a delivery
     */
    again: (
      organizationId: string,
      webhookId: string,
      id: string,
      now: Date,
      audit: (webhook: WebhookRow) => AuditEntry,
    ) =>
      db.transaction(async (tx) => {
        const webhook = await hold(tx, organizationId, webhookId)
        if (!webhook) return false
        const found = await tx
          .update(deliveries)
          .set({ ...ANEW, nextAttemptAt: now })
          .where(and(eq(deliveries.webhookId, webhookId), eq(deliveries.id, id)))
          .returning({ id: deliveries.id })
        if (found.length === 0) return false
        await appendToAuditLog(tx, [audit(webhook)])
        await resume(tx, webhookId)
        return true
      }),

    /**
     * Has all that were given up sent again.
     *
     * @returns how many; null when there is no such webhook
     */
    allAgain: (
      organizationId: string,
      webhookId: string,
      now: Date,
      audit: (webhook: WebhookRow, count: number) => AuditEntry,
    ) =>
      db.transaction(async (tx) => {
        const webhook = await hold(tx, organizationId, webhookId)
        if (!webhook) return null
        const dead = await tx
          .update(deliveries)
          .set({ ...ANEW, nextAttemptAt: now })
          .where(and(eq(deliveries.webhookId, webhookId), eq(deliveries.state, 'dead')))
          .returning({ id: deliveries.id })
        if (dead.length === 0) return 0
        await appendToAuditLog(tx, [audit(webhook, dead.length)])
        await resume(tx, webhookId)
        return dead.length
      }),
  })
}

function select(db: Database, where: SQL | undefined) {
  return db
    .select(columns)
    .from(deliveries)
    .innerJoin(webhooks, eq(webhooks.id, deliveries.webhookId))
    .leftJoin(
      auditLog,
      and(eq(auditLog.chain, webhooks.organizationId), eq(auditLog.sequence, deliveries.sequence)),
    )
    .where(where)
    .$dynamic()
}

/** Somebody asks for it: it does not wait for the end of a pause. */
function resume(tx: Transaction, webhookId: string) {
  return tx.update(webhooks).set({ resumesAt: null }).where(eq(webhooks.id, webhookId))
}
