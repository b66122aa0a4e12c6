import type { Sealer } from '@/lib/crypto/seal'
import type { Database } from '@/lib/store/database'
import { webhookAttemptStore } from '@/lib/store/webhook-attempts'
import { webhookLeaseStore } from '@/lib/store/webhook-leases'

/** What a worker does to the queue: leases of webhooks, and attempts under them. */
export function webhookQueue(db: Database, sealer: Sealer) {
  return { ...webhookLeaseStore(db), ...webhookAttemptStore(db, sealer) }
}

export type WebhookQueue = ReturnType<typeof webhookQueue>
