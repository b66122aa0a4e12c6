/** For everything that speaks `node:http`: Express, Connect, SDK v1 and v2, FastMCP. Nothing of Node is imported. */
import { AccessError, Unavailable } from './errors'
import { METADATA_HEADERS, ROOT_METADATA_PATH, readMessage } from './protect'
import type { Verifier } from './types'
import type { AuthInfo, User } from './user'

/** The part of `http.IncomingMessage` that is used, with what Express and its body parser add. */
type IncomingRequest = AsyncIterable<Uint8Array> & {
  readonly headers: { readonly authorization?: string | undefined; readonly [name: string]: unknown }
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly originalUrl?: string
  body?: unknown
  _body?: boolean
  readonly readableDidRead?: boolean
  auth?: AuthInfo
}

/** The part of `http.ServerResponse` that is used. */
type OutgoingResponse = {
  readonly writeHead: (status: number, headers?: Record<string, string>) => unknown
  readonly end: (body?: string) => unknown
  readonly headersSent?: boolean
}

/**
 * Express and Connect: `app.use(protectExpress(verifier))` before the MCP endpoint; what comes before it stays open. Lets
 * only requests with a good token pass, answers all others, and serves the resource metadata. `request.auth` is what the
 * MCP SDKs look for, and `request.body` the parsed message: pass both to the transport.
 */
export function protectExpress(
  verifier: Verifier,
): (request: IncomingRequest, response: OutgoingResponse, next: (error?: unknown) => void) => void {
  return (request, response, next) => {
    admit(verifier, request, response).then((isAdmitted) => {
      if (isAdmitted) next()
    }, next)
  }
}

/**
 * `node:http`: `createServer(protectNode(verifier, (request, response) => …))`, as {@link protectExpress}.
 */
export function protectNode<Request extends IncomingRequest, Response extends OutgoingResponse>(
  verifier: Verifier,
  listener: (request: Request & { auth?: AuthInfo; body?: unknown }, response: Response) => unknown,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    if (!(await admit(verifier, request, response))) return
    try {
      await listener(request, response)
    } catch (error) {
      // Nobody waits for this promise: an error that leaves it ends the process.
      const isOurs = error instanceof AccessError || error instanceof Unavailable
      if (!isOurs || response.headersSent) throw error
      const { status, headers } = verifier.refusal(error)
      answer(response, status, headers)
    }
  }
}

/**
 * Where FastMCP opens a stream of the old transport, always: what is then sent to `/messages` brings no token, and would
 * be served long after the one that it began with was revoked.
 */
const OLD_STREAM = '/sse'

const opensOldStream = ({ method, url = '/' }: Pick<IncomingRequest, 'method' | 'url'>) =>
  method === 'GET' && new URL(url, 'http://localhost').pathname === OLD_STREAM

/**
 * FastMCP for TypeScript: `new FastMCP({ authenticate: authenticateFastMcp(verifier) })`. The session is the user, by the
 * token of the last request in it. FastMCP serves the metadata itself: give it `oauth: { enabled: true,
 * protectedResource: … }`. Its stream at `/sse` is not there: only its first request would need a token.
 */
export function authenticateFastMcp<Claims>(
  verifier: Verifier<Claims>,
): (
  request: Pick<IncomingRequest, 'headers' | 'method' | 'url'> | undefined,
) => Promise<User<Claims> & Record<string, unknown>> {
  return async (request) => {
    if (request && opensOldStream(request)) throw new Response(null, { status: 404 })
    try {
      return { ...(await verifier.authenticate(request?.headers.authorization)) }
    } catch (error) {
      const { status, headers } = verifier.refusal(error)
      throw new Response(null, { status, headers })
    }
  }
}

async function* chunksOf(body: string | Uint8Array): AsyncGenerator<Uint8Array> {
  yield typeof body === 'string' ? new TextEncoder().encode(body) : body
}

/** Parsers of Express 4 leave `{}` at messages that are not for them. What comes later may read such a message. */
const isUnread = ({ body, readableDidRead }: IncomingRequest) =>
  readableDidRead !== true && JSON.stringify(body) === '{}'

async function admit(
  verifier: Verifier,
  request: IncomingRequest,
  response: OutgoingResponse,
): Promise<boolean> {
  const path = (request.originalUrl ?? request.url ?? '/').split('?', 1)[0]
  if (path === verifier.metadataPath || path === ROOT_METADATA_PATH) {
    const headers = { ...METADATA_HEADERS, 'content-type': 'application/json' }
    return answer(response, 200, headers, JSON.stringify(verifier.metadata()))
  }
  try {
    const user = await verifier.authenticate(request.headers.authorization)
    if (verifier.hasTools && request.method === 'POST') {
      if (request.body === undefined || isUnread(request)) {
        const read = await readMessage(request)
        if ('status' in read) return answer(response, read.status, {})
        request.body = read.message
        // A body parser that comes later finds that it has nothing to do.
        request._body = true
      }
      // As `express.text` and `express.raw` leave it.
      if (typeof request.body === 'string' || request.body instanceof Uint8Array) {
        const read = await readMessage(chunksOf(request.body))
        if ('status' in read) return answer(response, read.status, {})
        verifier.requireScopesOfCall(user, read.message)
      } else verifier.requireScopesOfCall(user, request.body)
    }
    request.auth = verifier.authInfo(user)
    return true
  } catch (error) {
    const { status, headers } = verifier.refusal(error)
    return answer(response, status, headers)
  }
}

function answer(
  response: OutgoingResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body?: string,
): false {
  response.writeHead(status, { ...headers })
  response.end(body)
  return false
}
