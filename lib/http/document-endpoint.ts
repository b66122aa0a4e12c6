import { createHash } from 'node:crypto'
import { DOCUMENT_CACHE } from '@/lib/oauth/protocol/lifetimes'
import type { GetContext } from './context'
import { type HttpAnswer, type HttpHandler, type HttpRequest, httpHandler, pathOf } from './http-handler'
import { type Call, type JsonAnswer, jsonEndpoint } from './json-endpoint'

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
 *
 * @param part which of several documents under one path is asked for
 */
export function documentEndpoint(
  context: GetContext,
  handle: (call: Call) => Promise<JsonAnswer>,
  part?: (request: HttpRequest, now: Date) => string,
): HttpHandler {
  const make = jsonEndpoint(context, handle)
  const documents = new Map<string, Document>()
  return httpHandler(async (request) => {
    const which = part ? part(request, (await context()).ports.clock()) : ''
    const name = `${request.headers.get('host')} ${pathOf(request)} ${which}`
    const kept = documents.get(name)
    if (kept && kept.until > performance.now()) return send(kept, request)
    const made = await make.answer(request)
    const { status, text } = made
    if (status !== 200 || text === null) return made
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
    const document = {
      until: performance.now() + DOCUMENT_CACHE * 1000,
      text,
      headers: { ...made.headers, etag },
    }
    if (documents.size >= MOST) documents.clear()
    documents.set(name, document)
    return send(document, request)
  })
}

function send({ text, headers }: Document, request: HttpRequest): HttpAnswer {
  const known = request.headers.get('if-none-match')
  const isKnown = known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === headers.etag)
  if (!isKnown) return { status: 200, headers, text }
  const { 'content-type': _, ...rest } = headers
  return { status: 304, headers: rest, text: null }
}
