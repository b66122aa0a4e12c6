import type { IncomingMessage } from 'node:http'
import type { HttpRequest } from '../http-handler'

/**
 * A request that came over `node:http`, as endpoints read it. Its body is read from the message itself: as a web stream
 * it would cost more than all the rest of the request.
 */
export function incomingRequest(message: IncomingMessage, url: string): HttpRequest & Incoming {
  const header = (name: string) => {
    const value = message.headers[name.toLowerCase()]
    return Array.isArray(value) ? value.join(', ') : (value ?? null)
  }
  return {
    message,
    method: message.method ?? 'GET',
    url,
    headers: { get: header, has: (name) => header(name) !== null },
  }
}

type Incoming = { readonly message: IncomingMessage }

export const isIncoming = (request: HttpRequest): request is HttpRequest & Incoming => 'message' in request

/** The same for handlers that want a web request. */
export class IncomingWebRequest extends Request {
  constructor(
    readonly message: IncomingMessage,
    url: string,
  ) {
    super(url, { method: message.method ?? 'GET', headers: headersOf(message) })
  }
}

function headersOf({ headers }: IncomingMessage): Headers {
  const given = new Headers()
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === 'string') given.append(name, value)
    else for (const one of value ?? []) given.append(name, one)
  }
  return given
}

/**
 * Reads the body of a message. One that turns out longer than `limit` bytes is read on and forgotten, up to `discarded`
 * bytes; what has no end in reach is not waited for.
 *
 * @returns null when it is longer than `limit`
 * @throws Error when the connection ends first
 */
export function readMessage(
  message: IncomingMessage,
  limit: number,
  discarded: number,
): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    message.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size <= limit) chunks.push(chunk)
      if (size <= discarded) return
      message.pause()
      resolve(null)
    })
    message.on('end', () => resolve(size > limit ? null : joined(chunks)))
    message.on('error', reject)
    // Every message closes: an error that nobody hears of would be made for each.
    message.on('close', () => {
      if (!message.readableEnded) reject(new Error('the connection ended within the body'))
    })
  })
}

const joined = (chunks: readonly Buffer[]) =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)

/** Whether the client, or the proxy in between, has closed the connection, so that no answer reaches it. */
export const hasHungUp = (request: HttpRequest): boolean =>
  isIncoming(request) ? request.message.socket.destroyed : request.signal?.aborted === true
