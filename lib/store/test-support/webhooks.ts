import { eq } from 'drizzle-orm'
import { webhookDeliveries, webhooks } from '@/drizzle/schema/webhooks'
import type { PostgresUnderTest } from './open-store'

/** What is stored of deliveries to a webhook, of the oldest entry first. */
export const deliveriesOf = (store: PostgresUnderTest, webhookId: string) =>
  store.db
    .select()
    .from(webhookDeliveries)
    .where(eq(webhookDeliveries.webhookId, webhookId))
    .orderBy(webhookDeliveries.sequence)

/** What is stored of a webhook. */
export async function webhookRow(store: PostgresUnderTest, id: string) {
  const [row] = await store.db.select().from(webhooks).where(eq(webhooks.id, id))
  if (!row) throw new Error('the webhook is gone')
  return row
}
