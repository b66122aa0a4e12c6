import type { IncomingMessage, ServerResponse } from 'node:http'
import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { type HttpAnswer, type HttpHandler, unavailable } from '../http-handler'
import { IncomingWebRequest, incomingRequest } from './messages'
import { SECURITY_HEADERS } from './security-headers'

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What a route handler's file exports. */
export type Handlers = Readonly<
  Partial<
    Record<
      'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS',
      HttpHandler | ((request: Request) => Response | Promise<Response>)
    >
  >
>

/** A path as Next spells it, with `[name]`, `[...name]` and `[[...name]]`. The first that matches counts. */
export type Endpoint = readonly [path: string, handlers: Handlers]

/**
 * Serves endpoints on `node:http` without a framework in between, which costs several times what they do themselves.
 * A path in another spelling, or a method without a handler of its own, goes on to `otherwise`: the router that knows
 * the same endpoints. Decision 0015.
 */
export function mount(
  endpoints: readonly Endpoint[],
  otherwise: NodeHandler,
  failed: (error: unknown) => void,
): NodeHandler {
  const find = endpointFinder(endpoints)
  return async (message, response) => {
    const { url = '', method = '' } = message
    const handlers = find(pathOf(url))
    const handle = handlers && Object.hasOwn(handlers, method) && handlers[method as keyof Handlers]
    if (!handle) return otherwise(message, response)
    const address = `http://localhost${url}`
    try {
      if ('answer' in handle) send(await handle.answer(incomingRequest(message, address)), response)
      else await sendWeb(await handle(new IncomingWebRequest(message, address)), response)
    } catch (error) {
      if (error instanceof StoreUnavailable && !response.headersSent)
        return send(unavailable(error), response)
      failed(error)
      if (response.headersSent) response.destroy()
      else response.writeHead(500, { 'cache-control': 'no-store' }).end()
    }
  }
}

function pathOf(url: string): string {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

/** Finds what serves a path, in its plain spelling. */
export function endpointFinder(endpoints: readonly Endpoint[]): (path: string) => Handlers | undefined {
  const fixed = new Map(endpoints.filter(([path]) => !path.includes('[')))
  const patterns = endpoints
    .filter(([path]) => path.includes('['))
    .map(([path, handlers]) => ({ pattern: patternOf(path), handlers }))
  return (path) => fixed.get(path) ?? patterns.find(({ pattern }) => pattern.test(path))?.handlers
}

function patternOf(path: string): RegExp {
  const source = path
    .split('/')
    .slice(1)
    .map((segment) => {
      if (segment.startsWith('[[...')) return '(?:/[^/]+)*'
      if (segment.startsWith('[...')) return '(?:/[^/]+)+'
      return segment.startsWith('[') ? '/[^/]+' : `/${segment.replaceAll('.', '\\.')}`
    })
    .join('')
  // Clients put addresses together in their own ways: one slash at the end of a well-known one is the same.
  return new RegExp(`^${source}${path.includes('/.well-known/') ? '/?' : ''}$`)
}

const SECURITY = Object.entries(SECURITY_HEADERS)

function send({ status, headers, text }: HttpAnswer, response: ServerResponse): void {
  const all: string[] = []
  for (const [name, value] of SECURITY) if (!Object.hasOwn(headers, name)) all.push(name, value)
  for (const [name, value] of Object.entries(headers)) all.push(name, value)
  if (text !== null) all.push('content-length', String(Buffer.byteLength(text)))
  response.writeHead(status, all).end(text ?? '')
}

async function sendWeb(answer: Response, response: ServerResponse): Promise<void> {
  const body = answer.body === null ? '' : Buffer.from(await answer.arrayBuffer())
  const headers: string[] = []
  for (const [name, value] of answer.headers) headers.push(name, value)
  for (const [name, value] of SECURITY) if (!answer.headers.has(name)) headers.push(name, value)
  if (answer.status !== 204 && answer.status !== 304)
    headers.push('content-length', String(Buffer.byteLength(body)))
  response.writeHead(answer.status, headers).end(body)
}
