import { localhostAllowedOrigins, originValidationResponse } from '@modelcontextprotocol/server'
import type { FetchHandler } from './fetch-listener'

/**
 * Lets web pages from this machine, such as MCP Inspector, call the handler with fetch, and refuses every other
 * page with 403: otherwise any web site could talk to a server on the visitor's own machine. Programs send no
 * `Origin` and pass.
 */
export function allowLocalPages(handle: FetchHandler): FetchHandler {
  return async (request) => {
    const origin = request.headers.get('origin')
    if (origin === null) return handle(request)

    const refusal = originValidationResponse(request, localhostAllowedOrigins())
    if (refusal) return refusal

    const response = request.method === 'OPTIONS' ? preflight(request) : await handle(request)
    response.headers.set('Access-Control-Allow-Origin', origin)
    // Without this a page could not read the challenge of a 401, and so could not start the login.
    response.headers.set('Access-Control-Expose-Headers', 'WWW-Authenticate, Mcp-Session-Id')
    response.headers.append('Vary', 'Origin')
    return response
  }
}

function preflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      'Access-Control-Allow-Methods': 'GET, POST, DELETE',
      // MCP clients send headers named after tool parameters, so there is no fixed list.
      'Access-Control-Allow-Headers': request.headers.get('access-control-request-headers') ?? '',
      'Access-Control-Max-Age': '600',
    },
  })
}
