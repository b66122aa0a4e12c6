import type { Ports } from '@/lib/oauth/ports/ports'
import { OAuthError, tooManyRequests } from '@/lib/oauth/protocol/errors'
import { SignalError } from '@/lib/oauth/protocol/security-event-token'
import type { GetContext } from '../context'
import { type HttpAnswer, type HttpHandler, type HttpRequest, httpHandler, pathOf } from '../http-handler'
import { requestOrigin } from '../issuer'
import { errorResponse } from '../json-error'
import { cacheFor, json, notFound } from '../json-response'
import { limitRefused } from '../limits'

type Call = {
  /** The last part of the path. */
  readonly connectionId: string
  readonly request: HttpRequest
  readonly ports: Ports
}

/**
 * An endpoint that the identity provider of a connection sends something to, by itself: on `PUBLIC_URL` alone, and never
 * from a browser. What is refused too often from one place is 429.
 *
 * @param handle returns the status; null: there is no such connection
 */
export function providerEndpoint(
  context: GetContext,
  handle: (call: Call) => Promise<number | null>,
): HttpHandler {
  return httpHandler(async (request): Promise<HttpAnswer> => {
    const { publicUrl, ports, log, limits } = await context()
    if (requestOrigin(request, publicUrl) !== publicUrl) return notFound()
    try {
      const connectionId = pathOf(request).split('/').at(-1) ?? ''
      const status = await handle({ connectionId, request, ports })
      return status === null ? notFound() : { status, headers: cacheFor(), text: null }
    } catch (error) {
      const isRefused = error instanceof SignalError || (error instanceof OAuthError && error.status < 500)
      const wait = isRefused ? limitRefused(limits, 'provider', request) : 0
      if (wait > 0)
        return errorResponse(tooManyRequests('too much was refused, slow down', wait), request, log)
      if (!(error instanceof SignalError)) return errorResponse(error, request, log)
      const { code: err, description } = error
      log.info('request refused', { path: pathOf(request), error: err, status: 400 })
      return json({ err, description }, 400, { ...cacheFor(), 'content-language': 'en' })
    }
  })
}
