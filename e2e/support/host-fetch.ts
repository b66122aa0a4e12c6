import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** Statuses that a `Response` must be made without a body for. */
const WITHOUT_BODY = [204, 205, 304]

export type HostRequest = {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | URLSearchParams
  /** Ends the request. */
  readonly signal?: AbortSignal
  /** Sent instead of the URL's host. */
  readonly host?: string
  /** Sent instead of the URL's path and query, as it is. */
  readonly path?: string
}

/**
 * Fetches from a host name of ours that only browsers resolve: every `*.localhost` is this machine (RFC 6761 §6.3),
 * but the system's resolver may not know it. Follows no redirect.
 */
export async function hostFetch(url: string, options: HostRequest = {}): Promise<Response> {
  const { protocol, host, port, pathname, search } = new URL(url)
  if (protocol !== 'http:') throw new Error(`only http is served here, not ${protocol}`)
  const isForm = options.body instanceof URLSearchParams
  const outgoing = request({
    hostname: '127.0.0.1',
    port,
    path: options.path ?? pathname + search,
    method: options.method ?? 'GET',
    signal: options.signal,
    headers: {
      ...(isForm && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...options.headers,
      host: options.host ?? host,
    },
  })
  return new Promise((resolve, reject) => {
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      // A kept connection that the server closed just before: the request never reached it.
      if (!outgoing.reusedSocket || error.code !== 'ECONNRESET') return reject(error)
      hostFetch(url, options).then(resolve, reject)
    })
    outgoing.once('response', (incoming) => {
      buffer(incoming).then((body) => {
        const status = incoming.statusCode ?? 0
        const headers = new Headers()
        for (const [name, values = []] of Object.entries(incoming.headersDistinct))
          for (const value of values) headers.append(name, value)
        resolve(
          new Response(WITHOUT_BODY.includes(status) ? null : new Uint8Array(body), { status, headers }),
        )
      }, reject)
    })
    outgoing.end(isForm ? String(options.body) : options.body)
  })
}
