import type { Server } from 'node:http'
import { limitedServer } from '@/lib/http/node/limited-server'
import { describeError, type Log } from '@/lib/log'
import type { Backlog } from '@/lib/store/read/backlog'
import type { Metrics } from './metrics'

type Source = {
  /** @throws when Postgres does not answer */
  readonly readBacklog: () => Promise<Backlog>
  /** @throws when the challenge store does not answer */
  readonly pingChallenges: () => Promise<void>
}

/** A server of metrics in the text format of Prometheus, at `/metrics` and nowhere else. */
export function metricsServer(metrics: Metrics, source: Source, log: Log): Server {
  return limitedServer((request, response) => {
    if (request.url !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404).end()
      return
    }
    readMetrics(metrics, source)
      .then((text) => response.writeHead(200, { 'content-type': metrics.registry.contentType }).end(text))
      .catch((error: unknown) => {
        log.error('metrics cannot be read', describeError(error))
        response.writeHead(500).end()
      })
  })
}

async function readMetrics(metrics: Metrics, { readBacklog, pingChallenges }: Source): Promise<string> {
  const [backlog, challenges] = await Promise.allSettled([readBacklog(), pingChallenges()])
  metrics.stores.set({ store: 'postgres' }, backlog.status === 'fulfilled' ? 1 : 0)
  metrics.stores.set({ store: 'challenges' }, challenges.status === 'fulfilled' ? 1 : 0)
  if (backlog.status === 'fulfilled') {
    const { unchained, auditLag, deliveries, keyAge, sealingKeyAges, apiKeysEnding, mails } = backlog.value
    metrics.unchained.set(unchained)
    metrics.auditLag.set(auditLag)
    metrics.keyAge.set(keyAge)
    metrics.deliveries.reset()
    metrics.apiKeysEnding.set(apiKeysEnding)
    metrics.mails.reset()
    for (const [state, count] of Object.entries(mails)) metrics.mails.set({ state }, count)
    metrics.sealingKeyAge.reset()
    for (const [key, age] of Object.entries(sealingKeyAges)) metrics.sealingKeyAge.set({ key }, age)
    for (const [state, count] of Object.entries(deliveries)) metrics.deliveries.set({ state }, count)
  }
  return metrics.registry.metrics()
}
