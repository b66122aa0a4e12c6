import { createHash } from 'node:crypto'
import type { GetContext } from './context'
import { type Call, type JsonAnswer, jsonEndpoint } from './json-endpoint'
import { TextResponse } from './node/messages'

/** Milliseconds for which a document is sent as it was made. */
const KEPT = 1_000

/** How many documents are kept at most. */
const MOST = 1_000

type Document = {
  readonly until: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * A public document under an issuer, such as its metadata: made once a second at most, with an `ETag` of its content
 * (RFC 9110 §8.8.3). Decision 0052.
 */
export function documentEndpoint(context: GetContext, handle: (call: Call) => Promise<JsonAnswer>) {
  const make = jsonEndpoint(context, handle)
  const documents = new Map<string, Document>()
  return async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    const name = `${request.headers.get('host')} ${pathname}`
    const kept = documents.get(name)
    if (kept && kept.until > performance.now()) return send(kept, request)
    const made = await make(request)
    if (made.status !== 200) return made
    const text = made instanceof TextResponse ? made.content : await made.text()
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
    const document = {
      until: performance.now() + KEPT,
      text,
      headers: { ...Object.fromEntries(made.headers), etag },
    }
    if (documents.size >= MOST) documents.clear()
    documents.set(name, document)
    return send(document, request)
  }
}

function send({ text, headers }: Document, request: Request): Response {
  const known = request.headers.get('if-none-match')
  const isKnown = known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === headers.etag)
  if (!isKnown) return new TextResponse(text, { status: 200, headers })
  const { 'content-type': _, ...rest } = headers
  return new Response(null, { status: 304, headers: rest })
}
