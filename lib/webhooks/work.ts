import type { Config } from '@/lib/config'
import type { Log } from '@/lib/log'
import type { Installation } from '@/lib/services/installation'
import { eventChainer } from '@/lib/store/audit/chain-events'
import { takeTurn } from './deliver'
import { webhookQueue } from './queue'
import { webhookSender } from './send'
import type { Work } from './worker'

/** Batches of events in a row, before webhooks have their turn. */
const BATCHES = 20

/**
 * What the worker of this process does: events into the audit chain, and the chain's entries to webhooks.
 * Decision 0043.
 */
export function webhookWork(
  { loopback }: Pick<Config, 'loopback'>,
  { db, sealer }: Pick<Installation, 'db' | 'sealer'>,
  log: Log,
): Work {
  const queue = webhookQueue(db, sealer)
  const chainEvents = eventChainer(db)
  const deliverer = {
    queue,
    send: webhookSender({ allowLoopback: loopback }),
    clock: db.clock.now,
    random: Math.random,
    givenUp: (reference: string) => log.warn('webhook delivery given up', { reference }),
  }
  return {
    async prepare() {
      for (let batch = 0; batch < BATCHES && (await chainEvents()) > 0; batch++);
    },
    async next() {
      const held = await queue.lease(deliverer.clock())
      return held && ((signal) => takeTurn(held, deliverer, signal))
    },
  }
}
