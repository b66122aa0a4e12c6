import { Unconfirmed } from '@/lib/oauth/flow/unconfirmed'
import type { Server } from '@/lib/oauth/model'
import type { Ports } from '@/lib/oauth/ports/ports'
import { BearerError } from '@/lib/oauth/protocol/bearer-error'
import { OAuthError } from '@/lib/oauth/protocol/errors'
import { once } from '@/lib/once'
import { readForm, readJson } from './body'
import type { GetContext, Remembered } from './context'
import { type HttpAnswer, type HttpHandler, type HttpRequest, httpHandler, pathOf } from './http-handler'
import { findServer, requestOrigin } from './issuer'
import { errorResponse } from './json-error'
import { cacheFor, json, noContent, notFound, signed } from './json-response'
import { type Limits, limitFailure } from './limits'
import { presentedClient } from './presented-client'

/** One request to a protocol endpoint, under the issuer of one server. */
export type Call = {
  readonly server: Server
  readonly ports: Ports
  /** Our origin, without a trailing slash. */
  readonly publicUrl: string
  readonly request: HttpRequest
  readonly authorization: string | undefined
  readonly form: () => Promise<URLSearchParams>
  readonly json: () => Promise<unknown>
  /** Absent where nothing is limited. */
  readonly limits: Limits | undefined
}

/** Without a body it is a 204. A `jwt` is a body that is not JSON (RFC 7519 §10.3.1). */
export type JsonAnswer = {
  readonly body?: object
  readonly jwt?: string
  readonly status?: number
  readonly maxAge?: number
  /** Of a document that clients may wait for: another one where it says something else. */
  readonly version?: string
}

/**
 * A protocol endpoint that answers JSON. Every answer, good or bad, leaves through here: CORS, `no-store` unless
 * the answer says how long it may be kept (seconds), errors as RFC 6749 §5.2 words them, and as 429 where credentials
 * are refused too often.
 *
 * @param options `fromMemory`: tries what is kept in memory first, and sends nothing but a success that came of it;
 *   `admit`: comes before it all, and counts a request once, however often it is handled
 */
export function jsonEndpoint(
  context: GetContext,
  handle: (call: Call) => Promise<JsonAnswer>,
  options: {
    readonly fromMemory?: boolean
    readonly admit?: (call: Pick<Call, 'server' | 'request' | 'limits'>) => Promise<void>
  } = {},
): HttpHandler {
  const { fromMemory, admit } = options
  return httpHandler(async (request) => {
    const { publicUrl, ports, log, limits, remembered } = await context()
    const authorization = request.headers.get('authorization') ?? undefined
    let server: Server | null = null
    let read: Promise<URLSearchParams> | undefined
    const form = () => {
      read ??= readForm(request)
      return read
    }
    const readBody = once(() => readJson(request))
    const call = { publicUrl, request, authorization, limits, form, json: readBody }
    const admitted = admit && once(admit)
    const handleAdmitted = admitted ? (one: Call) => admitted(one).then(() => handle(one)) : handle
    try {
      if (fromMemory && remembered) {
        const answer = await answerFromMemory(call, handleAdmitted, remembered)
        if (answer) return toResponse(answer)
      }
      server = await findServer(request, publicUrl, ports.servers)
      if (!server) return notFound()
      return toResponse(await handleAdmitted(callAt(server, ports, call)))
    } catch (error) {
      if (!server || !(error instanceof OAuthError)) return errorResponse(error, request, log)
      const clientId = await presentedClient(authorization, read)
      const at = { serverId: server.id, clientId, request }
      return errorResponse(limitFailure(limits, error, at), request, log)
    }
  })
}

/** Written out, since every request makes one or two: spreading into them is several times as slow. */
const callAt = (
  server: Server,
  ports: Ports,
  { publicUrl, request, authorization, form, json, limits }: Omit<Call, 'server' | 'ports'>,
): Call => ({ server, ports, publicUrl, request, authorization, form, json, limits })

/** Null when anything but success comes of it: then the request is handled with rows that are read for it. */
async function answerFromMemory(
  call: Omit<Call, 'server' | 'ports'>,
  handle: (call: Call) => Promise<JsonAnswer>,
  { ports, forget }: Remembered,
): Promise<JsonAnswer | null> {
  const server = await findServer(call.request, call.publicUrl, ports.servers)
  if (!server) return null
  try {
    return await handle(callAt(server, ports, call))
  } catch (error) {
    if (!(error instanceof Unconfirmed || error instanceof OAuthError || error instanceof BearerError))
      throw error
    forget(server, await presentedClient(call.authorization, call.form()))
    return null
  }
}

function toResponse({ body, jwt, status = 200, maxAge }: JsonAnswer): HttpAnswer {
  if (jwt !== undefined) return signed(jwt, cacheFor(maxAge))
  return body ? json(body, status, cacheFor(maxAge)) : noContent()
}

/** A document that lies on an origin of ours but belongs to no issuer there (RFC 9728 §3). */
export function originEndpoint(
  context: GetContext,
  handle: (origin: string, pathname: string, ports: Ports) => Promise<object | null>,
): HttpHandler {
  return httpHandler(async (request) => {
    const { publicUrl, ports, log } = await context()
    try {
      const origin = requestOrigin(request, publicUrl)
      const body = origin && (await handle(origin, pathOf(request), ports))
      return body ? json(body, 200, cacheFor(300)) : notFound()
    } catch (error) {
      return errorResponse(error, request, log)
    }
  })
}
