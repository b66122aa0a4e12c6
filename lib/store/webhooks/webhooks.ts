import { and, asc, eq } from 'drizzle-orm'
import { webhooks } from '@/drizzle/schema/webhooks'
import { omitNullish, type WithoutNullish } from '@/lib/omit-nullish'
import { type AuditEntry, appendToAuditLog } from '@/lib/store/audit/audit-log'
import { type Maker, mayStillMake } from '@/lib/store/credentials/makers'
import type { Database, Transaction } from '@/lib/store/database/database'
import { guarded } from '@/lib/store/database/guarded'
import { transactInTime } from '@/lib/store/database/in-time'

/** A webhook as it may be shown; its headers are sealed. */
const columns = {
  id: webhooks.id,
  url: webhooks.url,
  actions: webhooks.actions,
  template: webhooks.template,
  headers: webhooks.headers,
  enabled: webhooks.enabled,
  goneAt: webhooks.goneAt,
  previousSecretUntil: webhooks.previousSecretUntil,
  failures: webhooks.failures,
  resumesAt: webhooks.resumesAt,
  createdBy: webhooks.createdBy,
  createdAt: webhooks.createdAt,
}

export type WebhookRow = WithoutNullish<Pick<typeof webhooks.$inferSelect, keyof typeof columns>>

export type NewWebhook = Pick<
  typeof webhooks.$inferInsert,
  'id' | 'organizationId' | 'url' | 'actions' | 'template' | 'headers' | 'createdBy'
> & { readonly createdAt: Date; readonly secret: string }

/** What is changed by hand. */
export type WebhookChange = Partial<Pick<WebhookRow, 'url' | 'actions' | 'enabled'>> & {
  readonly template?: string | null
  readonly headers?: string | null
}

/**
 * Webhooks in Postgres. Secrets come sealed, and never leave from here but to who signs with them. Whoever changes them
 * has their right asked about in the same transaction.
 */
export function webhookStore(db: Database) {
  return guarded({
    /**
     * Writes the webhook and its entry in the audit log; it is sent what happens from then on.
     *
     * @param most how many an organization may have
     * @returns false, and nothing is written, when it has them already
     */
    create: (webhook: NewWebhook, audit: AuditEntry, most: number, maker: Maker | undefined) =>
      abandonable(db, async (tx) => {
        await mayStillMake(tx, webhook.organizationId, maker)
        // Holds the chain, so that of two who add the last one the second sees the first.
        const [cursor = 0] = await appendToAuditLog(tx, [audit])
        if ((await tx.$count(webhooks, eq(webhooks.organizationId, webhook.organizationId))) >= most)
          return false
        await tx.insert(webhooks).values({ ...webhook, cursor })
        return true
      }),

    /** Of an organization, the oldest first. */
    async list(organizationId: string): Promise<readonly WebhookRow[]> {
      const rows = await db
        .select(columns)
        .from(webhooks)
        .where(eq(webhooks.organizationId, organizationId))
        .orderBy(asc(webhooks.createdAt), asc(webhooks.id))
      return rows.map(omitNullish)
    },

    async find(organizationId: string, id: string): Promise<WebhookRow | null> {
      const [row] = await db.select(columns).from(webhooks).where(ours(organizationId, id))
      return row ? omitNullish(row) : null
    },

    /**
     * Changes a webhook. Waiting deliveries are sent with the new settings, at once.
     *
     * @param audit makes the audit entry, given the webhook as it was; null when nothing changes
     * @returns whether there is such a webhook
     */
    change: (place: Place, change: WebhookChange, audit: (before: WebhookRow) => AuditEntry | null) =>
      changing(db, place, async (tx, before) => {
        const entry = audit(before)
        if (!entry) return
        // Tokens of a receiver are for that receiver: another one does not get them.
        const isMoved = change.url !== undefined && new URL(change.url).host !== new URL(before.url).host
        const kept = isMoved && change.headers === undefined ? { ...change, headers: null } : change
        await tx
          .update(webhooks)
          .set({ ...kept, ...(change.enabled && { goneAt: null }), failures: 0, resumesAt: null })
          .where(eq(webhooks.id, place.id))
        await appendToAuditLog(tx, [entry])
      }),

    /**
     * Gives a webhook another secret. The one that it had goes on signing, too, until `until`; one before that ends.
     *
     * @param secret sealed
     */
    rotate: (
      place: Place,
      { secret, until }: { readonly secret: string; readonly until: Date },
      audit: (before: WebhookRow) => AuditEntry,
    ) =>
      changing(db, place, async (tx, before) => {
        await tx
          .update(webhooks)
          .set({ secret, previousSecret: webhooks.secret, previousSecretUntil: until })
          .where(eq(webhooks.id, place.id))
        await appendToAuditLog(tx, [audit(before)])
      }),

    /** Removes a webhook, and everything that was to be sent to it. */
    remove: (place: Place, audit: (before: WebhookRow) => AuditEntry) =>
      changing(db, place, async (tx, before) => {
        await tx.delete(webhooks).where(eq(webhooks.id, place.id))
        await appendToAuditLog(tx, [audit(before)])
      }),
  })
}

/** Which webhook, and who changes it. */
export type Place = {
  readonly organizationId: string
  readonly id: string
  readonly maker: Maker | undefined
}

/** @returns false when there is no such webhook */
const changing = (
  db: Database,
  place: Place,
  work: (tx: Transaction, before: WebhookRow) => Promise<void>,
): Promise<boolean> =>
  transactInTime(db, async (tx) => {
    const before = await hold(tx, place)
    if (before) await work(tx, before)
    return before !== null
  })

/**
 * The webhook, locked until the transaction ends, for who may still change it; always before its chain, against
 * deadlocks.
 */
export async function hold(
  tx: Transaction,
  { organizationId, id, maker }: Place,
): Promise<WebhookRow | null> {
  await mayStillMake(tx, organizationId, maker)
  const [row] = await tx.select(columns).from(webhooks).where(ours(organizationId, id)).for('update')
  return row ? omitNullish(row) : null
}

const ours = (organizationId: string, id: string) =>
  and(eq(webhooks.organizationId, organizationId), eq(webhooks.id, id))

/** A transaction that leaves nothing when its work answers false. */
async function abandonable(db: Database, work: (tx: Transaction) => Promise<boolean>): Promise<boolean> {
  const abandoned = new Error('abandoned')
  try {
    return await transactInTime(db, async (tx) => {
      if (await work(tx)) return true
      throw abandoned
    })
  } catch (error) {
    if (error === abandoned) return false
    throw error
  }
}
