import { and, desc, eq, lt, type SQL } from 'drizzle-orm'
import { auditLog } from '@/drizzle/schema/audit-log'
import { webhookDeliveries as deliveries, webhooks } from '@/drizzle/schema/webhooks'
import { omitNullish, type WithoutNullish } from '@/lib/omit-nullish'
import type { Database } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'

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
export type DeliveryRow = WithoutNullish<
  Pick<typeof deliveries.$inferSelect, Exclude<keyof typeof columns, 'action'>> & { action: string | null }
>

export type DeliveryFilter = {
  readonly state?: DeliveryState
  /** Only those of entries with a smaller sequence. */
  readonly before?: number
}

/** Deliveries as operators see them. */
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
      return rows.map(omitNullish) as readonly DeliveryRow[]
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
      return row ? (omitNullish(row) as DeliveryRow) : null
    },

    /** How many are given up, and how many wait. */
    async count(webhookId: string): Promise<{ readonly dead: number; readonly waiting: number }> {
      const of = (state: DeliveryState) =>
        db.$count(deliveries, and(eq(deliveries.webhookId, webhookId), eq(deliveries.state, state)))
      return { dead: await of('dead'), waiting: await of('waiting') }
    },
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
