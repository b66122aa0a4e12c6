import { type DeliveryFilter, type DeliveryRow, webhookDeliveryStore } from '@/lib/store/webhooks/deliveries'
import { webhookRedeliveryStore } from '@/lib/store/webhooks/redeliveries'
import { NotFound, type OrganizationScope, requirePermission } from '../access'
import { auditEntry } from '../audit/audit'
import type { Management } from '../management/management'
import { findWebhook, place, target } from './webhooks'

type Services = Pick<Management, 'db' | 'ports'>

/**
 * Deliveries to a webhook that fit, of the newest entry first.
 *
 * @throws Forbidden, NotFound
 */
export async function listDeliveries(
  scope: OrganizationScope,
  webhookId: string,
  { limit, ...filter }: DeliveryFilter & { readonly limit: number },
  { db }: Pick<Management, 'db'>,
): Promise<readonly DeliveryRow[]> {
  await findWebhook(scope, webhookId, { db })
  return webhookDeliveryStore(db).list(scope.organizationId, webhookId, filter, limit)
}

/**
 * How many deliveries were given up, and how many wait.
 *
 * @throws Forbidden, NotFound
 */
export async function countDeliveries(
  scope: OrganizationScope,
  webhookId: string,
  { db }: Pick<Management, 'db'>,
) {
  await findWebhook(scope, webhookId, { db })
  return webhookDeliveryStore(db).count(webhookId)
}

/**
 * Writes an entry to the audit log for no other purpose than to have it sent to this webhook, whatever the webhook is
 * sent otherwise.
 *
 * @throws Forbidden, NotFound
 */
export async function sendTestEvent(
  scope: OrganizationScope,
  webhookId: string,
  { db, ports }: Services,
): Promise<DeliveryRow> {
  requirePermission(scope, 'configure')
  const now = ports.clock()
  const id = await webhookRedeliveryStore(db).enqueue(place(scope, webhookId), now, (webhook) =>
    auditEntry(scope, now, { ...target(webhook), action: 'webhook.tested' }),
  )
  if (id === null) throw new NotFound('webhook')
  return found(scope, webhookId, id, db)
}

/**
 * Has a delivery sent again, also one that its receiver has taken.
 *
 * @throws Forbidden, NotFound
 */
export async function sendAgain(
  scope: OrganizationScope,
  webhookId: string,
  deliveryId: string,
  { db, ports }: Services,
): Promise<DeliveryRow> {
  requirePermission(scope, 'configure')
  const now = ports.clock()
  const { again } = webhookRedeliveryStore(db)
  const isThere = await again(place(scope, webhookId), deliveryId, now, (webhook) =>
    auditEntry(scope, now, {
      ...target(webhook),
      action: 'webhook.sent_again',
      detail: { delivery: deliveryId },
    }),
  )
  if (!isThere) throw new NotFound('delivery')
  return found(scope, webhookId, deliveryId, db)
}

/**
 * Has everything sent again that was given up.
 *
 * @returns how many there are
 * @throws Forbidden, NotFound
 */
export async function sendAllAgain(
  scope: OrganizationScope,
  webhookId: string,
  { db, ports }: Services,
): Promise<number> {
  requirePermission(scope, 'configure')
  const now = ports.clock()
  const { allAgain } = webhookRedeliveryStore(db)
  const count = await allAgain(place(scope, webhookId), now, (webhook, deliveries) =>
    auditEntry(scope, now, { ...target(webhook), action: 'webhook.sent_again', detail: { deliveries } }),
  )
  if (count === null) throw new NotFound('webhook')
  return count
}

async function found(scope: OrganizationScope, webhookId: string, id: string, db: Management['db']) {
  const delivery = await webhookDeliveryStore(db).find(scope.organizationId, webhookId, id)
  if (!delivery) throw new NotFound('delivery')
  return delivery
}
