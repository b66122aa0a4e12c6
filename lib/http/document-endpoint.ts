import { createHash } from 'node:crypto'
import { DOCUMENT_CACHE } from '@/lib/oauth/protocol/lifetimes'
import type { GetContext } from './context'
import { type HttpAnswer, type HttpHandler, type HttpRequest, httpHandler, pathOf } from './http-handler'
import { type Call, type JsonAnswer, jsonEndpoint } from './json-endpoint'
import { hold, type Pause, preferredWait } from './limits/held-requests'

/**
 * Characters of the documents that are kept at most. Those of a revocation feed may have a million each, and whoever asks
 * for one says from when on.
 */
const MOST = 16 * 1024 * 1024

type Document = {
  readonly until: number
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly version: string | undefined
  /** The id of the server that it is of. */
  readonly server: string
}

/** How clients follow a document that grows. */
type Following = {
  /** Which of several documents under one path is asked for. */
  readonly part: (query: URLSearchParams, now: Date) => string
  /** The version that a client has, and would rather wait for another one than get again. */
  readonly known: (query: URLSearchParams, now: Date) => string | undefined
  /** Seconds that a client may wait. */
  readonly longest: number
}

/**
 * A public document under an issuer, such as its metadata: made once a second at most, for all who ask for it, with an
 * `ETag` of its content (RFC 9110 §8.8.3). A client that says how long it is willing to wait (RFC 7240 §4.3) is answered
 * as soon as there is another version than it knows. Decision 0052, decision 0148.
 */
export function documentEndpoint(
  context: GetContext,
  handle: (call: Call) => Promise<JsonAnswer>,
  following?: Following,
): HttpHandler {
  const documents = memory()
  const making = new Map<string, Promise<Document | HttpAnswer>>()

  async function make(name: string, request: HttpRequest): Promise<Document | HttpAnswer> {
    const of: { server?: string; version?: string | undefined } = {}
    const endpoint = jsonEndpoint(context, async (call) => {
      const answer = await handle(call)
      of.server = call.server.id
      of.version = answer.version
      return answer
    })
    const made = await endpoint.answer(request)
    const { status, text } = made
    if (status !== 200 || text === null) return made
    const document = {
      until: performance.now() + DOCUMENT_CACHE * 1000,
      text,
      headers: { ...made.headers, etag: `"${createHash('sha256').update(text).digest('base64url')}"` },
      version: of.version,
      server: of.server ?? '',
    }
    documents.keep(name, document)
    return document
  }

  /** Those who ask at the same time share one. */
  async function current(name: string, request: HttpRequest): Promise<Document | HttpAnswer> {
    const kept = documents.get(name)
    if (kept) return kept
    const made = making.get(name) ?? make(name, request).finally(() => making.delete(name))
    making.set(name, made)
    return made
  }

  return httpHandler(async (request) => {
    const place = `${request.headers.get('host')} ${pathOf(request)}`
    if (!following) return answerOf(await current(place, request), request)
    const now = (await context()).ports.clock()
    const query = new URL(request.url).searchParams
    const name = `${place} ${following.part(query, now)}`
    const found = await current(name, request)
    const version = following.known(query, now)
    if (!isDocument(found) || version === undefined) return answerOf(found, request)
    const seconds = version === found.version ? preferredWait(request, following.longest) : 0
    const waited =
      seconds > 0 &&
      (await hold(request, found.server, (pause) =>
        another(found, () => current(name, request), seconds, pause),
      ))
    const answer = answerOf(waited || found, request)
    const headers = {
      ...answer.headers,
      vary: 'Prefer',
      ...(waited && { 'preference-applied': `wait=${seconds}` }),
    }
    return { ...answer, headers }
  })
}

/** Looks once a second, which all who wait share, until there is another version or the time is up. */
async function another(
  known: Document,
  current: () => Promise<Document | HttpAnswer>,
  seconds: number,
  pause: Pause,
): Promise<Document | HttpAnswer> {
  const until = performance.now() + seconds * 1000
  for (let latest = known; ; ) {
    const next = Math.min(latest.until, until) - performance.now()
    const isHeld = await pause(Math.max(1, next))
    const found = await current()
    if (!isHeld || !isDocument(found) || found.version !== known.version || performance.now() >= until)
      return found
    latest = found
  }
}

const isDocument = (made: Document | HttpAnswer): made is Document => 'until' in made

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

function answerOf(made: Document | HttpAnswer, request: HttpRequest): HttpAnswer {
  if (!isDocument(made)) return made
  const { text, headers } = made
  const known = request.headers.get('if-none-match')
  const isKnown = known?.split(',').some((tag) => tag.trim().replace(/^W\//, '') === headers.etag)
  if (!isKnown) return { status: 200, headers, text }
  const { 'content-type': _, ...rest } = headers
  return { status: 304, headers: rest, text: null }
}
