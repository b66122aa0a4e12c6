/**
 * What a request has to be before anything else sees it: HTTP that has one meaning, and for a page a form of our own.
 * Next would answer such requests with an error of ours, or with a redirect to wherever they say. Decision 0077.
 */
import { IncomingMessage, type ServerResponse } from 'node:http'
import { isOfFramework } from '../page-policy'
import { isAction, isMultipart, isReadableForm, MAX_FORM } from './action-call'
import type { NodeHandler } from './mount'
import { ownOrigin } from './own-origin'

/** What answers a name with NUL as it does any that there is not. */
const KNOWS_NUL = /^\/(api|oauth|s|scim|signals)\//

/**
 * A part of dots leads elsewhere (RFC 3986 §5.2.4): to us it is one path, to Next, which resolves it, another one. Clients
 * take such parts out before they ask.
 */
const DOTS = /[/\\](?:\.|%2e){1,2}(?:[/\\]|$)/i

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'

/** @param policy.isPage whether Next renders this path, so that a form for it is an action of its own */
export function front(
  handle: NodeHandler,
  policy: { readonly publicUrl: string; readonly isPage: (path: string) => boolean },
): NodeHandler {
  const { protocol: scheme, host } = new URL(policy.publicUrl)
  // Nothing is waited for but the form of a page: each promise costs every request.
  return (request, response) => {
    const problem = misread(request)
    // Where a request ends is as unsure as what it means: nothing more is read from its connection.
    if (problem) return refuse(response.setHeader('connection', 'close'), ...problem)
    if (request.method === 'OPTIONS' && request.url === '*') return tellMethods(response)
    takeOriginForm(request)
    if (!isDecodable(request.url)) return refuse(response, 400, 'bad path')
    const path = pathOf(request.url)
    if (DOTS.test(path)) return refuse(response, 400, 'bad path')
    // No name of anything has it, and no database takes it.
    if (path.includes('%00') && !KNOWS_NUL.test(path)) return refuse(response, 400, 'bad path')
    if (isOfFramework(path)) return refuse(response, 404, 'nothing is here')
    const { 'content-type': contentType = '', 'next-action': nextAction } = request.headers
    if (
      !isAction(request.method, { contentType, nextAction: nextAction && String(nextAction) }) ||
      !policy.isPage(path)
    )
      return handle(request, response)
    // Next lets a form without an origin in, and calls a wrong one an error of ours.
    const origin = ownOrigin(request, scheme) ?? request.headers.origin
    if (origin !== policy.publicUrl) return refuse(response, 403, 'this form is not ours')
    // A form of our page, posted at another host: there is none, and Next would call it an error of ours.
    if (request.headers.host !== host) return refuse(response, 404, 'not this host')
    return readableForm(request).then((form) =>
      form ? handle(form, response) : refuse(response, 400, 'the form cannot be read'),
    )
  }
}

async function tellMethods(response: ServerResponse): Promise<void> {
  response.writeHead(204, { allow: METHODS }).end()
}

/** Why a request means nothing, or to each who reads it something else (RFC 9112 §3.2). */
function misread({
  method,
  url,
  rawHeaders,
}: IncomingMessage): readonly [status: number, why: string] | null {
  let hosts = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts++
  }
  if (hosts > 1) return [400, 'more than one Host']
  if (method === 'TRACE' || method === 'TRACK') return [405, 'not this method']
  if (url === '*') return method === 'OPTIONS' ? null : [400, 'bad path']
  return url?.startsWith('/') || parsed(url) ? null : [400, 'bad path']
}

/** An absolute form says the host, whatever the header says (RFC 9112 §3.2.2): an unknown one has nothing here. */
function takeOriginForm(request: IncomingMessage): void {
  const target = request.url?.startsWith('/') ? null : parsed(request.url)
  if (!target) return
  request.url = target.pathname + target.search
  request.headers.host = target.host
}

function parsed(url = ''): URL | null {
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? new URL(url) : null
}

/** A path that is not percent-encoded UTF-8 is the client's mistake; Next would call it an error of ours. */
function isDecodable(url = ''): boolean {
  if (!url.includes('%')) return true
  try {
    decodeURIComponent(pathOf(url))
    return true
  } catch {
    return false
  }
}

const pathOf = (url = '') => url.split('?', 1)[0] ?? ''

/**
 * The same request with its whole form; null for one that no browser sends. A form without an action, which is not
 * `multipart`, is left alone.
 */
async function readableForm(request: IncomingMessage): Promise<IncomingMessage | null> {
  const type = request.headers['content-type'] ?? ''
  const isCall = request.headers['next-action'] !== undefined
  if (!isMultipart(type)) return isCall ? null : request
  // Whoever goes away while sending gets no answer.
  const body = await wholeBody(request).catch(() => null)
  if (!body) return null
  return (await isReadableForm(body, type, isCall)) ? readAgain(request, body) : null
}

/** What was sent; null where it is too long, which is read to its end all the same. */
async function wholeBody(request: IncomingMessage): Promise<Buffer<ArrayBuffer> | null> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size <= MAX_FORM) chunks.push(chunk)
  }
  return size > MAX_FORM ? null : Buffer.concat(chunks)
}

/** A message can be read once: this one has everything of it, and its body before it. */
function readAgain(request: IncomingMessage, body: Buffer): IncomingMessage {
  const again = new IncomingMessage(request.socket)
  const { method, url, headers, rawHeaders, httpVersion, httpVersionMajor, httpVersionMinor } = request
  Object.assign(again, {
    method,
    url,
    rawHeaders,
    httpVersion,
    httpVersionMajor,
    httpVersionMinor,
    complete: true,
  })
  Object.assign(again.headers, headers)
  again.push(body)
  again.push(null)
  return again
}

async function refuse(response: ServerResponse, status: number, why: string): Promise<void> {
  const allow = status === 405 ? { allow: METHODS } : {}
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...allow }
  response.writeHead(status, headers).end(`${why}\n`)
}
