import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { buffer } from 'node:stream/consumers'

/** A request as it is sent: with these headers alone. */
export type Sent = {
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

export type SendRequest = (url: URL, sent: Sent) => Promise<Response>

/** Statuses that a `Response` must be made without a body for. */
const WITHOUT_BODY = [204, 205, 304]

/**
 * Sends a request as a browser or a program would. Node's `fetch` says of all of them that they are a script's on a
 * page (`Sec-Fetch-Mode: cors`), and servers answer those with JSON instead of redirects.
 */
export function sendPlain(url: URL, { method, headers, body, signal }: Sent): Promise<Response> {
  const request = url.protocol === 'https:' ? httpsRequest : httpRequest
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const outgoing = request(url, { method, headers: { ...headers, ...length }, signal })
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('response', (incoming) => {
      buffer(incoming).then((content) => {
        const status = incoming.statusCode ?? 0
        const answered = new Headers()
        for (const [name, values = []] of Object.entries(incoming.headersDistinct))
          for (const value of values) answered.append(name, value)
        const read = WITHOUT_BODY.includes(status) ? null : new Uint8Array(content)
        resolve(new Response(read, { status, headers: answered }))
      }, reject)
    })
    outgoing.end(body)
  })
}
