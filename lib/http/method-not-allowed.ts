import { CORS } from './cors'

/**
 * Handlers for the methods that an endpoint does not have: 405 with `Allow` (RFC 9110 §15.5.6), in the shape of
 * the protocol's other errors. Next's own 405 names no method.
 *
 * @param allowed the methods that the endpoint has
 */
export function refuseMethodsBut(...allowed: readonly ('GET' | 'POST' | 'PUT' | 'DELETE')[]) {
  const refuse = () =>
    Response.json(
      { error: 'invalid_request', error_description: `this endpoint takes ${allowed.join(' and ')}` },
      {
        status: 405,
        headers: { ...CORS, allow: [...allowed, 'OPTIONS'].join(', '), 'cache-control': 'no-store' },
      },
    )
  return { GET: refuse, POST: refuse, PUT: refuse, PATCH: refuse, DELETE: refuse }
}
