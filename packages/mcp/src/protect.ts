/** For everything that speaks `Request` and `Response`: SDK v2, Next.js, Hono, Cloudflare Workers, Deno, Bun. */
import { boundedText, chunksOf } from './bounded-text'
import type { Refusal } from './challenge'
import type { Verifier } from './types'
import type { AuthInfo, User } from './user'

/** The root is where clients look that do not insert the path. */
export const ROOT_METADATA_PATH = '/.well-known/oauth-protected-resource'

/** RFC 9728 §3.2: public, so any web page may read it. */
export const METADATA_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'mcp-protocol-version',
  'cache-control': 'public, max-age=300',
}

/** Who sent a request that was let in. */
export type Access<Claims> = { readonly user: User<Claims>; readonly authInfo: AuthInfo }

/** The resource metadata as a response: `export const GET = metadataHandler(verifier)`. */
export function metadataHandler(verifier: Verifier): () => Response {
  return () => Response.json(verifier.metadata(), { headers: METADATA_HEADERS })
}

/**
 * Lets only requests with a good token pass to the handler, answers all others, and serves the resource metadata. Every
 * path but that of the metadata is protected. The handler also finds `authInfo` on the request as `auth`, where
 * `mcp-handler` looks for it. An `AccessError` that it throws, as of `requireScope`, is answered, too.
 */
export function protect<Claims, Rest extends readonly unknown[]>(
  verifier: Verifier<Claims>,
  handler: (request: Request, access: Access<Claims>, ...rest: Rest) => Response | Promise<Response>,
): (request: Request, ...rest: Rest) => Promise<Response> {
  const metadata = metadataHandler(verifier)
  return async (request, ...rest) => {
    const { pathname } = new URL(request.url)
    if (pathname === verifier.metadataPath || pathname === ROOT_METADATA_PATH) return metadata()
    try {
      const access = await admit(verifier, request)
      if (access instanceof Response) return access
      return await handler(Object.assign(request, { auth: access.authInfo }), access, ...rest)
    } catch (error) {
      return toResponse(verifier.refusal(error))
    }
  }
}

/**
 * Hono: `app.use(protectHono(verifier))`. `c.get('auth')` is the `authInfo`, `c.get('user')` the user.
 */
export function protectHono<Claims>(
  verifier: Verifier<Claims>,
): (
  context: { readonly req: { readonly raw: Request }; readonly set: (name: string, value: unknown) => void },
  next: () => Promise<void>,
) => Promise<Response | undefined> {
  return async (context, next) => {
    const { pathname } = new URL(context.req.raw.url)
    if (pathname === verifier.metadataPath || pathname === ROOT_METADATA_PATH)
      return metadataHandler(verifier)()
    try {
      const access = await admit(verifier, context.req.raw)
      if (access instanceof Response) return access
      context.set('auth', access.authInfo)
      context.set('user', access.user)
    } catch (error) {
      return toResponse(verifier.refusal(error))
    }
    await next()
    return undefined
  }
}

/** @returns a response where the body is no message */
async function admit<Claims>(
  verifier: Verifier<Claims>,
  request: Request,
): Promise<Access<Claims> | Response> {
  const user = await verifier.authenticate(request.headers.get('authorization'))
  const copy = verifier.hasTools ? request.clone().body : null
  if (copy) {
    const body = await readMessage(chunksOf(copy))
    if ('status' in body) return new Response(null, { status: body.status })
    verifier.requireScopesOfCall(user, body.message)
  }
  return { user, authInfo: verifier.authInfo(user) }
}

/** A JSON message, which is looked into for the tools it calls; otherwise the status of the answer. */
export async function readMessage(
  body: AsyncIterable<Uint8Array>,
): Promise<{ readonly message: unknown } | { readonly status: 400 | 413 }> {
  try {
    const text = await boundedText(body)
    return text === undefined ? { status: 413 } : { message: JSON.parse(text) }
  } catch {
    // No JSON, or the client has gone: that must not end the process.
    return { status: 400 }
  }
}

const toResponse = ({ status, headers }: Refusal) => new Response(null, { status, headers })
