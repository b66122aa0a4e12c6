import type { Sealer } from '@/lib/crypto/seal'
import type { Database } from '@/lib/store/database/database'
import { webhookAttemptStore } from '@/lib/store/webhooks/attempts'
import { webhookLeaseStore } from '@/lib/store/webhooks/leases'

/** What a worker does to the queue: leases of webhooks, and attempts under them. */
export function webhookQueue(db: Database, sealer: Sealer) {
  return { ...webhookLeaseStore(db), ...webhookAttemptStore(db, sealer) }
}

export type WebhookQueue = ReturnType<typeof webhookQueue>
