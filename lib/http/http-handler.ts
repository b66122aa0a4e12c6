/** Requests and answers as far as endpoints care: web ones, or those of `node:http` that never become web ones. */

import { StoreUnavailable } from '@/lib/oauth/ports/ports'
import { STORE_UNAVAILABLE } from './retry-after'

/** What an endpoint reads of a request; a web `Request` has it. */
export type HttpRequest = Pick<Request, 'method' | 'url'> & {
  readonly headers: Pick<Headers, 'get' | 'has'>
  readonly body?: Request['body']
  readonly signal?: Pick<AbortSignal, 'aborted'>
}

export type HttpAnswer = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Null where the answer has none. */
  readonly text: string | null
}

/**
 * A web-standard handler that also answers without web objects: making and reading those costs more than most of what
 * an endpoint does.
 */
export type HttpHandler = ((request: Request) => Promise<Response>) & {
  readonly answer: (request: HttpRequest) => Promise<HttpAnswer>
}

/** @param answer where it throws `StoreUnavailable`, that is for {@link unavailable} */
export function httpHandler(answer: HttpHandler['answer']): HttpHandler {
  const handle = async (request: Request) => {
    const { text, ...init } = await answer(request).catch(unavailable)
    // An empty one would say of itself that it is text.
    return new Response(text || null, init)
  }
  return Object.assign(handle, { answer })
}

/**
 * What is answered for a store that an endpoint could not do without.
 *
 * @throws whatever else was thrown
 */
export function unavailable(error: unknown): HttpAnswer {
  if (!(error instanceof StoreUnavailable)) throw error
  return { status: 503, headers: STORE_UNAVAILABLE, text: null }
}

/**
 * The same answer without web objects.
 *
 * @throws Error for one with several cookies, which it would lose
 */
export async function plainAnswer(answer: Response | HttpAnswer): Promise<HttpAnswer> {
  if (!(answer instanceof Response)) return answer
  const { status, headers } = answer
  if (headers.getSetCookie().length > 1) throw new Error('an answer of this kind has one cookie at most')
  return { status, headers: Object.fromEntries(headers), text: await answer.text() }
}

/** The path of a request's URL, as it was sent. */
export function pathOf({ url }: Pick<HttpRequest, 'url'>): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start < 0) return '/'
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}
