import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'

/** A web-standard request handler: what Workers, Deno, Bun and Hono speak too. */
export type FetchHandler = (request: Request) => Promise<Response>

export type FetchListenerOptions = {
  /** Where the server is reached; a request's `Host` header is never believed. */
  readonly origin: string
  /** Bytes of a request body; a longer one is answered 413. */
  readonly bodyLimit: number
}

/** Serves a {@link FetchHandler} from `node:http`. Streamed responses end when the client goes away. */
export function fetchListener(handle: FetchHandler, options: FetchListenerOptions): RequestListener {
  return (incoming, outgoing) => {
    respond(handle, options, incoming, outgoing).catch((error: unknown) => {
      if (outgoing.destroyed) return
      console.error('Request failed:', error)
      if (!outgoing.headersSent) outgoing.writeHead(500)
      outgoing.end()
    })
  }
}

async function respond(
  handle: FetchHandler,
  { origin, bodyLimit }: FetchListenerOptions,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const url = incoming.url ?? '/'
  if (!url.startsWith('/')) return void outgoing.writeHead(400).end()
  const body = await readBody(incoming, bodyLimit)
  if (body === 'too large') return void outgoing.writeHead(413).end()

  const gone = new AbortController()
  outgoing.once('close', () => gone.abort())
  const response = await handle(
    new Request(origin + url, {
      method: incoming.method ?? 'GET',
      headers: Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
        values.map((value): [string, string] => [name, value]),
      ),
      body: body.byteLength > 0 ? body : null,
      signal: gone.signal,
    }),
  )

  outgoing.writeHead(response.status, Object.fromEntries(response.headers))
  if (!response.body) return void outgoing.end()
  outgoing.flushHeaders()
  await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing)
}

/** Reads to the end, so that the client comes to read the answer, but keeps no more than `limit` bytes. */
async function readBody(
  incoming: IncomingMessage,
  limit: number,
): Promise<Buffer<ArrayBuffer> | 'too large'> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.byteLength
    if (length <= limit) chunks.push(chunk)
  }
  return length <= limit ? Buffer.concat(chunks) : 'too large'
}
