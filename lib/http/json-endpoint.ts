import { describeError } from '@/lib/log'
import type { Server } from '@/lib/oauth/model'
import { type Ports, StoreUnavailable } from '@/lib/oauth/ports/ports'
import { BearerError } from '@/lib/oauth/protocol/bearer-error'
import { basicChallenge, bearerChallenge } from '@/lib/oauth/protocol/challenge'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { readForm, readJson } from './body'
import type { GetContext, HttpContext } from './context'
import { CORS } from './cors'
import { findServer, requestOrigin } from './issuer'
import { type Limits, limitFailure } from './limits'
import { presentedClient } from './presented-client'

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
  /** Absent where nothing is limited. */
  readonly limits: Limits | undefined
}

/** Without a body it is a 204. */
export type JsonAnswer = { readonly body?: object; readonly status?: number; readonly maxAge?: number }

/**
 * A protocol endpoint that answers JSON. Every answer, good or bad, leaves through here: CORS, `no-store` unless
 * the answer says how long it may be kept (seconds), errors as RFC 6749 §5.2 words them, and as 429 where credentials
 * are refused too often.
 */
export function jsonEndpoint(context: GetContext, handle: (call: Call) => Promise<JsonAnswer>) {
  return async (request: Request): Promise<Response> => {
    const { publicUrl, ports, log, limits } = await context()
    const authorization = request.headers.get('authorization') ?? undefined
    let server: Server | null = null
    let form: Promise<URLSearchParams> | undefined
    const readOnce = () => {
      form ??= readForm(request)
      return form
    }
    try {
      server = await findServer(request, publicUrl, ports.servers)
      if (!server) return notFound()
      const read = { form: readOnce, json: () => readJson(request) }
      const { body, status, maxAge } = await handle({
        server,
        ports,
        publicUrl,
        request,
        authorization,
        limits,
        ...read,
      })
      return body ? json(body, status ?? 200, cacheFor(maxAge)) : noContent()
    } catch (error) {
      if (!server || !(error instanceof OAuthError)) return errorResponse(error, request, log)
      const clientId = await presentedClient(authorization, form)
      return errorResponse(
        limitFailure(limits, error, { serverId: server.id, clientId, request }),
        request,
        log,
      )
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
    return json(error.toBody(), error.status, {
      ...cacheFor(),
      ...challengeFor(error, request),
      ...(error.retryAfter !== undefined && { 'retry-after': String(error.retryAfter) }),
    })
  }
  if (error instanceof BearerError) {
    const { code = 'no_token', status, challenge } = error
    log.info('request refused', { path: pathname, error: code, status })
    return json(error.toBody(), status, { ...cacheFor(), 'www-authenticate': challenge })
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

/** RFC 6749 §5.2: Basic for a client that used the header; RFC 6750 §3.1: Bearer for a token. */
function challengeFor(error: OAuthError, request: Request): Readonly<Record<string, string>> {
  if (error.code === 'invalid_token')
    return {
      'www-authenticate': bearerChallenge({ error: error.code, errorDescription: error.description }),
    }
  const basic = error.code === 'invalid_client' && request.headers.has('authorization')
  return basic ? { 'www-authenticate': error.challenge ?? basicChallenge('vestibule') } : {}
}

function noContent(): Response {
  return new Response(null, { status: 204, headers: { ...CORS, ...cacheFor() } })
}

function json(body: object, status: number, headers: Readonly<Record<string, string>>): Response {
  return Response.json(body, { status, headers: { ...CORS, ...headers } })
}

/** 404 that a page can read. */
export function notFound(): Response {
  return json({ error: 'not_found' }, 404, cacheFor())
}

/** @param maxAge seconds a shared cache may keep it; absent: nobody may (RFC 6749 §5.1) */
function cacheFor(maxAge?: number): Readonly<Record<string, string>> {
  return maxAge === undefined
    ? { 'cache-control': 'no-store', pragma: 'no-cache' }
    : { 'cache-control': `public, max-age=${maxAge}` }
}
