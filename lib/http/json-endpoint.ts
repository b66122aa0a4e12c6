import type { Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { readForm, readJson } from './body'
import type { GetContext } from './context'
import { findServer, requestOrigin } from './issuer'
import { errorResponse } from './json-error'
import { cacheFor, json, noContent, notFound } from './json-response'
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
    let read: Promise<URLSearchParams> | undefined
    const form = () => {
      read ??= readForm(request)
      return read
    }
    try {
      server = await findServer(request, publicUrl, ports.servers)
      if (!server) return notFound()
      const json = () => readJson(request)
      return toResponse(
        await handle({ server, ports, publicUrl, request, authorization, limits, form, json }),
      )
    } catch (error) {
      if (!server || !(error instanceof OAuthError)) return errorResponse(error, request, log)
      const clientId = await presentedClient(authorization, read)
      const at = { serverId: server.id, clientId, request }
      return errorResponse(limitFailure(limits, error, at), request, log)
    }
  }
}

function toResponse({ body, status = 200, maxAge }: JsonAnswer): Response {
  return body ? json(body, status, cacheFor(maxAge)) : noContent()
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
