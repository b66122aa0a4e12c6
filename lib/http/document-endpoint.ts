import { createHash } from 'node:crypto'
import { DOCUMENT_CACHE } from '@/lib/oauth/protocol/lifetimes'
import type { GetContext } from './context'
import { type HttpAnswer, type HttpHandler, type HttpRequest, httpHandler, pathOf } from './http-handler'
import { type Call, type JsonAnswer, jsonEndpoint } from './json-endpoint'

/**
 * Characters of the documents that are kept at most. Those of a revocation feed may have a million each, and whoever asks
 * for one says from when on.
 */
const MOST = 16 * 1024 * 1024

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
  const documents = memory()
  return httpHandler(async (request) => {
    const which = part ? part(request, (await context()).ports.clock()) : ''
    const name = `${request.headers.get('host')} ${pathOf(request)} ${which}`
    const kept = documents.get(name)
    if (kept) return send(kept, request)
    const made = await make.answer(request)
    const { status, text } = made
    if (status !== 200 || text === null) return made
    const etag = `"${createHash('sha256').update(text).digest('base64url')}"`
    const document = {
      until: performance.now() + DOCUMENT_CACHE * 1000,
      text,
      headers: { ...made.headers, etag },
    }
    documents.keep(name, document)
    return send(document, request)
  })
}

/** The documents of one endpoint, the oldest first. */
function memory() {
  const documents = new Map<string, Document>()
  let size = 0
  const forget = (name: string) => {
    size -= documents.get(name)?.text.length ?? 0
    documents.delete(name)
  }
  return {
    get(name: string): Document | undefined {
      const found = documents.get(name)
      return found && found.until > performance.now() ? found : undefined
    },
    keep(name: string, document: Document): void {
      forget(name)
      documents.set(name, document)
      size += document.text.length
      for (const [other, { until }] of documents) {
        if (size <= MOST && until > performance.now()) return
        forget(other)
      }
    },
  }
}

function send({ text, headers }: Document, request: HttpRequest): HttpAnswer {
  const known = request.headers.get('if-none-match')
  const isKnown = known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === headers.etag)
  if (!isKnown) return { status: 200, headers, text }
  const { 'content-type': _, ...rest } = headers
  return { status: 304, headers: rest, text: null }
}
