import { describeError } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import type { GetContext, HttpContext } from './context'
import { errorPage, explain } from './error-page'
import { type HttpAnswer, type HttpHandler, type HttpRequest, httpHandler, plainAnswer } from './http-handler'
import { requestOrigin } from './issuer'
import { type Reader, readerOf } from './plain-page'

/** @param reader whom a page would be for */
export type BrowserHandler = (request: Request, context: HttpContext, reader: Reader) => Promise<Response>

/** An endpoint for a user's browser: errors are pages, never JSON. */
function browserEndpoint(context: GetContext, handle: BrowserHandler) {
  return async (request: Request): Promise<Response> => {
    const services = await context()
    try {
      return await handle(request, services, readerOf(request, services.publicUrl, services.ports.brands))
    } catch (error) {
      return failurePage(error, request, services)
    }
  }
}

/** As {@link BrowserHandler}, for what needs no web request. */
export type PlainHandler = (
  request: HttpRequest,
  context: HttpContext,
  reader: Reader,
) => Promise<Response | HttpAnswer>

/** As {@link browserEndpoint}, without web objects: for what every login asks, and answers with one cookie at most. */
export function plainEndpoint(context: GetContext, handle: PlainHandler): HttpHandler {
  return httpHandler(async (request) => {
    const services = await context()
    try {
      const reader = readerOf(request, services.publicUrl, services.ports.brands)
      return await plainAnswer(await handle(request, services, reader))
    } catch (error) {
      return plainAnswer(await failurePage(error, request, services))
    }
  })
}

/** As {@link browserEndpoint}, on `publicUrl` alone: everything that a browser session touches lives there. */
export function sessionEndpoint(context: GetContext, handle: BrowserHandler) {
  return browserEndpoint(context, async (request, services, reader) =>
    isAtHome(request, services) ? handle(request, services, reader) : notFoundPage(reader),
  )
}

/** As {@link plainEndpoint}, on `publicUrl` alone. */
export function plainSessionEndpoint(context: GetContext, handle: PlainHandler): HttpHandler {
  return plainEndpoint(context, async (request, services, reader) =>
    isAtHome(request, services) ? handle(request, services, reader) : notFoundPage(reader),
  )
}

const isAtHome = (request: HttpRequest, { publicUrl }: HttpContext) =>
  requestOrigin(request, publicUrl) === publicUrl

export const notFoundPage = (reader: Reader): Promise<Response> =>
  errorPage({ ...explain('not_found', reader), status: 404 })

/** For developers: what would be answered to a program, which is English. */
const technicalOf = ({ code, message }: OAuthError, { language }: Reader) =>
  language === 'en' ? message : code

function failurePage(
  error: unknown,
  request: HttpRequest,
  { publicUrl, ports, log }: HttpContext,
): Promise<Response> {
  const { pathname: path } = new URL(request.url)
  const reader = readerOf(request, publicUrl)
  if (error instanceof OAuthError)
    log.info('request refused', { path, error: error.code, status: error.status })
  if (error instanceof OAuthError && error.status === 429) {
    const headers = { 'retry-after': String(error.retryAfter ?? 1) }
    return errorPage({ ...explain('too_many', reader), status: 429, headers })
  }
  if (error instanceof OAuthError)
    return errorPage({
      ...explain('bad_request', readerOf(request, publicUrl, ports.brands)),
      status: error.status,
      technical: technicalOf(error, reader),
    })
  if (error instanceof StoreUnavailable) {
    log.error('store unavailable', { path, store: error.store })
    return errorPage({ ...explain('unavailable', reader), status: 503 })
  }
  log.error('unexpected error', { path, ...describeError(error) })
  return errorPage({ ...explain('internal', reader), status: 500 })
}
