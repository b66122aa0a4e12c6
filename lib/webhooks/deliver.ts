import { type AuditEntry, exactTime } from '@/lib/store/audit/audit-log'
import type { AttemptResult, DueDelivery } from '@/lib/store/webhooks/attempts'
import type { Lease } from '@/lib/store/webhooks/leases'
import type { WebhookQueue } from './queue'
import { nextWait, pauseAfter } from './schedule'
import { type Answered, isGood, type Send } from './send'
import { renderBody } from './template'

/** Deliveries, and milliseconds, after which a webhook makes room for the next one. */
const TURN = 20
const TURN_TIME = 10_000

/** Milliseconds for which a webhook without deliveries is not looked at. */
const IDLE = 10_000

export type Deliverer = {
  readonly queue: WebhookQueue
  readonly send: Send
  readonly clock: () => Date
  /** From 0 to 1. */
  readonly random: () => number
  /** Told of each attempt what became of the delivery. */
  readonly attempted: (deliveryId: string, state: AttemptResult['state']) => void
}

/**
 * One turn of a webhook that has been leased: its entries in their order, one after the other, until one fails. Gives
 * the lease back; should it throw, the lease runs out.
 *
 * @param signal ends the turn after the attempt under way
 * @throws StoreUnavailable
 */
export async function takeTurn(held: Lease, deliverer: Deliverer, signal: AbortSignal): Promise<void> {
  const { queue, clock } = deliverer
  const begun = clock()
  const isMoved = await queue.fill(held, begun)
  let count = 0
  for (let goesOn = true; goesOn && count < TURN && !signal.aborted; count++) {
    const delivery = await queue.begin(held, clock())
    if (!delivery) break
    const result = await attempt(held, delivery, deliverer)
    const now = clock()
    if (!(await queue.finish(held, delivery.id, result, now))) return
    deliverer.attempted(delivery.id, result.state)
    goesOn = result.state === 'delivered' && now.getTime() - begun.getTime() < TURN_TIME
  }
  const isIdle = count === 0 && !isMoved && !signal.aborted
  await queue.release(held, isIdle ? new Date(clock().getTime() + IDLE) : undefined)
}

async function attempt(held: Lease, delivery: DueDelivery, deliverer: Deliverer): Promise<AttemptResult> {
  const { record, id, url, secrets, template, headers } = delivery
  if (!record) return { state: 'dead', problem: 'its entry is not in the audit log any more' }
  const message = { id, at: deliverer.clock(), body: renderBody(template, record) }
  const extra = { at: exactTime(record), action: record.action, ...(headers && { headers }) }
  const answered = await deliverer.send(url, message, secrets, extra)
  return resultOf(held, delivery, answered, deliverer)
}

function resultOf(
  { webhookId }: Lease,
  { attempts, failures, organizationId, url }: DueDelivery,
  { retryAfter, ...answered }: Answered,
  { clock, random }: Deliverer,
): AttemptResult {
  const { status } = answered
  if (isGood(status)) return { ...answered, state: 'delivered' }
  const now = clock()
  const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1000)
  // RFC 9110 §15.5.11: it is gone for good. Waiting entries are sent when an operator enables the webhook again.
  if (status === 410)
    return { ...answered, state: 'waiting', switchOff: switchedOff(organizationId, webhookId, url, now) }
  const resumesAt = inSeconds(pauseAfter(failures + 1, retryAfter))
  const wait = nextWait(attempts, retryAfter, random())
  if (wait === null) return { ...answered, state: 'dead', resumesAt }
  return { ...answered, state: 'waiting', resumesAt, nextAttemptAt: inSeconds(wait) }
}

function switchedOff(chain: string, webhookId: string, url: string, at: Date): AuditEntry {
  return {
    chain,
    at,
    actorKind: 'system',
    actorName: 'Vestibule',
    action: 'webhook.switched_off',
    targetKind: 'webhook',
    targetId: webhookId,
    targetName: new URL(url).host,
    detail: { status: 410 },
  }
}
