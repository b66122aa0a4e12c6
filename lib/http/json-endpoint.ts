import { describeError } from '@/lib/log'
import type { Server } from '@/lib/oauth/model'
import { type Ports, StoreUnavailable } from '@/lib/oauth/ports'
import { basicChallenge } from '@/lib/oauth/protocol/challenge'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { readForm, readJson } from './body'
import type { GetContext, HttpContext } from './context'
import { CORS } from './cors'
import { findServer, requestOrigin } from './issuer'

/** One request to a protocol endpoint, under the issuer of one server. */
export type Call = {
  readonly server: Server
  readonly ports: Ports
  /** Our origin, without a trailing slash. */
  readonly publicUrl: string
  readonly request: Request
  readonly authorization: string | undefined
  readonly form: () => Promise<URLSearchParams>
  readonly json: () => Promise<unknown>
}

export type JsonAnswer = { readonly body: object; readonly status?: number; readonly maxAge?: number }

/**
 * A protocol endpoint that answers JSON. Every answer, good or bad, leaves through here: CORS, `no-store` unless
 * the answer says how long it may be kept (seconds), errors as RFC 6749 §5.2 words them.
 */
export function jsonEndpoint(context: GetContext, handle: (call: Call) => Promise<JsonAnswer>) {
  return async (request: Request): Promise<Response> => {
    const { publicUrl, ports, log } = await context()
    try {
      const server = await findServer(request, publicUrl, ports.servers)
      if (!server) return notFound()
      const authorization = request.headers.get('authorization') ?? undefined
      const read = { form: () => readForm(request), json: () => readJson(request) }
      const answer = await handle({ server, ports, publicUrl, request, authorization, ...read })
      return json(answer.body, answer.status ?? 200, cacheFor(answer.maxAge))
    } catch (error) {
      return errorResponse(error, request, log)
    }
  }
}

/** A document that lies on an origin of ours but belongs to no issuer there (RFC 9728 §3). */
export function originEndpoint(
  context: GetContext,
  handle: (origin: string, pathname: string, ports: Ports) => Promise<object | null>,
) {
  return async (request: Request): Promise<Response> => {
    const { publicUrl, ports, log } = await context()
    try {
      const origin = requestOrigin(request, publicUrl)
      const body = origin && (await handle(origin, new URL(request.url).pathname, ports))
      return body ? json(body, 200, cacheFor(300)) : notFound()
    } catch (error) {
      return errorResponse(error, request, log)
    }
  }
}

function errorResponse(error: unknown, request: Request, log: HttpContext['log']): Response {
  const { pathname } = new URL(request.url)
  if (error instanceof OAuthError) {
    log.info('request refused', { path: pathname, error: error.code, status: error.status })
    const basic = error.code === 'invalid_client' && request.headers.has('authorization')
    return json(error.toBody(), error.status, {
      ...cacheFor(),
      ...(basic && { 'www-authenticate': basicChallenge('vestibule') }),
    })
  }
  if (error instanceof StoreUnavailable) {
    log.error('store unavailable', { path: pathname, store: error.store })
    const answer = new OAuthError('temporarily_unavailable', 'try again in a moment')
    return json(answer.toBody(), answer.status, { ...cacheFor(), 'retry-after': '5' })
  }
  log.error('unexpected error', { path: pathname, ...describeError(error) })
  const answer = new OAuthError('server_error', 'unexpected condition')
  return json(answer.toBody(), answer.status, cacheFor())
}

function json(body: object, status: number, headers: Readonly<Record<string, string>>): Response {
  return Response.json(body, { status, headers: { ...CORS, ...headers } })
}

function notFound(): Response {
  return json({ error: 'not_found' }, 404, cacheFor())
}

/** @param maxAge seconds a shared cache may keep it; absent: nobody may (RFC 6749 §5.1) */
function cacheFor(maxAge?: number): Readonly<Record<string, string>> {
  return maxAge === undefined
    ? { 'cache-control': 'no-store', pragma: 'no-cache' }
    : { 'cache-control': `public, max-age=${maxAge}` }
}
