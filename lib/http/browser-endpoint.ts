import { describeError } from '@/lib/log'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import type { GetContext, HttpContext } from './context'
import { errorPage } from './error-page'
import { requestOrigin } from './issuer'

/** An endpoint for a user's browser: errors are pages, never JSON. */
export function browserEndpoint(
  context: GetContext,
  handle: (request: Request, context: HttpContext) => Promise<Response>,
) {
  return async (request: Request): Promise<Response> => {
    const services = await context()
    try {
      return await handle(request, services)
    } catch (error) {
      return failurePage(error, request, services)
    }
  }
}

/** As {@link browserEndpoint}, on `publicUrl` alone: everything that a browser session touches lives there. */
export function sessionEndpoint(
  context: GetContext,
  handle: (request: Request, context: HttpContext) => Promise<Response>,
) {
  return browserEndpoint(context, async (request, services) =>
    requestOrigin(request, services.publicUrl) === services.publicUrl
      ? handle(request, services)
      : notFoundPage(services.publicUrl),
  )
}

export function notFoundPage(publicUrl: string): Response {
  return errorPage({
    publicUrl,
    status: 404,
    title: 'There is nothing here',
    message: 'No login server has this address.',
    remedy: 'Check the address you were given.',
  })
}

function failurePage(error: unknown, request: Request, { publicUrl, log }: HttpContext): Response {
  const { pathname: path } = new URL(request.url)
  if (error instanceof OAuthError && error.status === 429)
    return errorPage({
      publicUrl,
      status: 429,
      title: 'Too many logins at once',
      message:
        'More logins are begun from your network, or by this application, than this server lets through.',
      remedy: 'Wait a little, then go back to your application and connect again.',
      headers: { 'retry-after': String(error.retryAfter ?? 1) },
    })
  if (error instanceof OAuthError)
    return errorPage({
      publicUrl,
      status: error.status,
      title: 'This request cannot be used',
      message: 'What your application or browser sent is not a valid request.',
      remedy: 'Go back to your application and connect again.',
      technical: error.message,
    })
  if (error instanceof StoreUnavailable) {
    log.error('store unavailable', { path, store: error.store })
    return errorPage({
      publicUrl,
      status: 503,
      title: 'Logins are not possible just now',
      message: 'Something this server needs does not answer. Nothing of yours is lost.',
      remedy: 'Try again in a minute.',
    })
  }
  log.error('unexpected error', { path, ...describeError(error) })
  return errorPage({
    publicUrl,
    status: 500,
    title: 'Something went wrong on our side',
    message: 'The login could not go on.',
    remedy: 'Go back to your application and connect again.',
  })
}
