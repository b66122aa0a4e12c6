/** Browser clients such as MCP Inspector call with fetch; nothing here is granted by cookie, so any origin may. */
export const CORS: Readonly<Record<string, string>> = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'WWW-Authenticate, Retry-After',
}

/** Answers a CORS preflight; export it as `OPTIONS` beside every endpoint that a browser client calls. */
export const preflight = preflightFor('GET, POST, OPTIONS')

/** The same for other methods. */
export function preflightFor(methods: string): () => Response {
  return () => answer(methods)
}

function answer(methods: string): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...CORS,
      'access-control-allow-methods': methods,
      'access-control-allow-headers': 'authorization, content-type, accept, mcp-protocol-version',
      'access-control-max-age': '86400',
    },
  })
}
