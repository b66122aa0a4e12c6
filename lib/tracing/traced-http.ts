import type { NodeHandler } from '@/lib/http/node/mount'
import type { Tracing } from './tracing'

/** Not traced: files of pages, and what only asks whether we are there. */
const UNTRACED = /^\/(_next|healthz|readyz)(\/|$)/

/**
 * The handler, with a span for each request.
 *
 * @param labelOf names a path without slugs and ids
 */
export function tracedHttp(
  labelOf: (path: string) => string,
  handle: NodeHandler,
  tracing: Tracing,
): NodeHandler {
  return (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    if (UNTRACED.test(path)) return handle(request, response)
    return tracing.request((end) => {
      const { method = '' } = request
      const route = labelOf(path)
      response.once('close', () => {
        const { statusCode: status } = response
        end({
          name: `${method} ${route}`,
          attributes: {
            'http.request.method': method,
            'http.route': route,
            'http.response.status_code': status,
          },
          isFailed: status >= 500,
        })
      })
      return handle(request, response)
    })
  }
}
