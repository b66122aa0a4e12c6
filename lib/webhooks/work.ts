import { performance } from 'node:perf_hooks'
import type { Config } from '@/lib/config'
import { signCheckpoint } from '@/lib/crypto/audit-chain'
import type { Log } from '@/lib/log'
import { metrics } from '@/lib/metrics/metrics'
import type { Installation } from '@/lib/services/installation'
import { eventChainer } from '@/lib/store/audit/chain-events'
import { checkpointer } from '@/lib/store/audit/checkpoints'
import { takeTurn } from './deliver'
import { webhookQueue } from './queue'
import { streamSender } from './stream-sender'
import type { Work } from './worker'

/** Batches of events in a row, before webhooks have their turn. */
const BATCHES = 20

/** Milliseconds. */
const BETWEEN_CHECKPOINTS = 60_000

/**
 * What the worker of this process does: events into the audit chain, and the chain's entries to webhooks.
 * Decision 0043.
 */
export function webhookWork(
  {
    loopback,
    metricsPort,
    publicUrl,
    dataDir,
    outgoingProxy: proxy,
  }: Pick<Config, 'loopback' | 'metricsPort' | 'publicUrl' | 'dataDir' | 'outgoingProxy'>,
  { db, sealer, keyring }: Pick<Installation, 'db' | 'sealer' | 'keyring'>,
  log: Log,
): Work {
  const queue = webhookQueue(db, sealer)
  const chainEvents = eventChainer(db)
  const checkpoint = checkpointer(db, (end) => signCheckpoint(keyring, end))
  let checkpointsAt = 0
  const deliverer = {
    queue,
    send: streamSender({ allowLoopback: loopback, publicUrl, dataDir, proxy }),
    clock: db.clock.now,
    random: Math.random,
    attempted(reference: string, state: string) {
      if (metricsPort) metrics().attempts.inc({ state })
      if (state === 'dead') log.warn('webhook delivery given up', { reference })
    },
  }
  return {
    async prepare() {
      for (let batch = 0; batch < BATCHES && (await chainEvents()) > 0; batch++);
      if (performance.now() < checkpointsAt) return
      for (const signed of await checkpoint()) log.info('audit checkpoint', signed)
      checkpointsAt = performance.now() + BETWEEN_CHECKPOINTS
    },
    async next() {
      const held = await queue.lease(deliverer.clock())
      return held && ((signal) => takeTurn(held, deliverer, signal))
    },
  }
}
