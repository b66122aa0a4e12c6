import { performance } from 'node:perf_hooks'
import type { Endpoint, NodeHandler } from '@/lib/http/node/mount'
import type { Metrics } from './metrics'

/** What is counted as one each, besides the endpoints. */
const PARTS = ['console', 'account', 'platform', 'setup', 'api', '_next']

const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])

/** The handler, with each answer counted by its endpoint. */
export function meteredHttp(
  endpoints: readonly Endpoint[],
  handle: NodeHandler,
  { requests, durations, labels }: Metrics,
): NodeHandler {
  const labelOf = endpointLabels(endpoints)
  labels.endpoint = labelOf
  return (request, response) => {
    const began = performance.now()
    const endpoint = labelOf(request.url?.split('?')[0] ?? '')
    response.once('close', () => {
      const { method = '' } = request
      // A client that is gone has got no answer, whatever it would have been.
      const status = response.writableFinished ? String(response.statusCode) : 'gone'
      requests.inc({ endpoint, method: METHODS.has(method) ? method : 'other', status })
      durations.observe({ endpoint }, (performance.now() - began) / 1_000)
    })
    return handle(request, response)
  }
}

/** Names a path by the endpoint that it belongs to, without slugs and ids, so that clients cannot make up new names. */
export function endpointLabels(endpoints: readonly Endpoint[]): (path: string) => string {
  const fixed = (path: string) => path.replace(/^\/s\/[^/]+(?=\/)/, '').replace(/\/\[.*$/, '')
  const names = new Set(endpoints.map(([path]) => fixed(path)).filter((name) => name !== ''))
  return (path) => {
    let name = fixed(path)
    for (; name.length > 1; name = name.slice(0, name.lastIndexOf('/'))) if (names.has(name)) return name
    const part = path.split('/')[1] ?? ''
    return PARTS.includes(part) ? `/${part}` : 'other'
  }
}
