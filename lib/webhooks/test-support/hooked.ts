import { type AuditEntry, auditLogStore } from '@/lib/store/audit/audit-log'
import { newId } from '@/lib/store/database/ids'
import { webhookSecretContext } from '@/lib/store/database/sealed-contexts'
import { insertConnection, type PostgresUnderTest } from '@/lib/store/test-support/open-store'
import { later } from '@/lib/store/test-support/store-under-test'
import { deliveriesOf, webhookRow } from '@/lib/store/test-support/webhooks'
import { webhookStore } from '@/lib/store/webhooks/webhooks'
import { type Deliverer, takeTurn } from '../deliver'
import { webhookQueue } from '../queue'
import { webhookSender } from '../send'
import { newSigningSecret } from '../signature'

/** A clock that stands until it is put forward. */
function testClock() {
  let seconds = 0
  return {
    now: () => later(seconds),
    /** Seconds. */
    forward: (by: number) => {
      seconds += by
    },
  }
}

/** An organization with a webhook, and what delivers to it. */
export async function hook(store: PostgresUnderTest, url: string, actions: readonly string[] = []) {
  const { organizationId } = await insertConnection(store.db, store.sealer)
  const [id, secret, clock] = [newId(), newSigningSecret(), testClock()]
  const entry = (action: string): AuditEntry => ({
    chain: organizationId,
    at: clock.now(),
    actorKind: 'operator',
    actorName: 'Olive',
    action,
    targetKind: 'webhook',
    targetName: 'receiver',
    detail: {},
  })
  const sealed = store.sealer.seal(secret, webhookSecretContext(id))
  const row = { id, organizationId, url, actions, secret: sealed, createdBy: 'Olive', createdAt: clock.now() }
  await webhookStore(store.db).create(row, entry('webhook.created'), 10, undefined)
  const givenUp: string[] = []
  const deliverer: Deliverer = {
    queue: webhookQueue(store.db, store.sealer),
    send: webhookSender({ allowLoopback: true, timeout: 1_000 }),
    clock: clock.now,
    random: () => 0.5,
    attempted: (deliveryId, state) => void (state === 'dead' && givenUp.push(deliveryId)),
  }
  return {
    id,
    organizationId,
    secret,
    clock,
    deliverer,
    givenUp,
    append: (...written: readonly string[]) => auditLogStore(store.db).append(written.map(entry)),
    /** Leases and delivers until nothing is due any more; says how many turns it took. */
    async work(changes: Partial<Deliverer> = {}): Promise<number> {
      const { signal } = new AbortController()
      for (let turns = 0; ; turns++) {
        const held = await deliverer.queue.lease(clock.now())
        if (!held) return turns
        await takeTurn(held, { ...deliverer, ...changes }, signal)
      }
    },
    deliveries: () => deliveriesOf(store, id),
    row: () => webhookRow(store, id),
  }
}
