import { type Upstream, UpstreamError } from '@/lib/oauth/ports/upstream'
import type { Metrics } from './metrics'

/** The same provider; of each call that users and clients wait for, the seconds and how it ended are counted. */
export function meteredUpstream(upstream: Upstream, metrics: Metrics): Upstream {
  async function counted<T>(
    operation: string,
    connectionId: string,
    work: Promise<T>,
    reasonOf: (result: T) => string = () => 'ok',
  ): Promise<T> {
    const ended = metrics.providerDurations.startTimer({ operation })
    const connection = metrics.connectionLabel(connectionId)
    const count = (reason: string) => metrics.providerCalls.inc({ connection, operation, reason })
    try {
      const result = await work
      count(reasonOf(result))
      return result
    } catch (error) {
      count(error instanceof UpstreamError ? error.reason : 'internal_error')
      throw error
    } finally {
      ended()
    }
  }
  return {
    ...upstream,
    begin: (id, login) => counted('begin', id, upstream.begin(id, login)),
    complete: (id, callback, expected) => counted('complete', id, upstream.complete(id, callback, expected)),
    refresh: (id, held) =>
      counted('refresh', id, upstream.refresh(id, held), (result) =>
        result.outcome === 'unavailable' ? result.reason : result.outcome,
      ),
    revoke: (id, held) => counted('revoke', id, upstream.revoke(id, held), ({ outcome }) => outcome),
  }
}
