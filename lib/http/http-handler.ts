/** Requests and answers as far as endpoints care: web ones, or those of `node:http` that never become web ones. */

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

export function httpHandler(answer: HttpHandler['answer']): HttpHandler {
  const handle = async (request: Request) => {
    const { text, ...init } = await answer(request)
    return new Response(text, init)
  }
  return Object.assign(handle, { answer })
}

/** The path of a request's URL, as it was sent. */
export function pathOf({ url }: Pick<HttpRequest, 'url'>): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start < 0) return '/'
  const end = url.slice(start).search(/[?#]/)
  return end < 0 ? url.slice(start) : url.slice(start, start + end)
}
