import { CORS } from './cors'
import { TextResponse } from './node/messages'

/** A body that any origin may read, with its status and further headers. */
export function json(body: object, status: number, headers: Readonly<Record<string, string>>): Response {
  const type = { 'content-type': 'application/json' }
  return new TextResponse(JSON.stringify(body), { status, headers: { ...type, ...CORS, ...headers } })
}

export function noContent(): Response {
  return new Response(null, { status: 204, headers: { ...CORS, ...cacheFor() } })
}

/** 404 that a page can read. */
export function notFound(): Response {
  return json({ error: 'not_found' }, 404, cacheFor())
}

/** @param maxAge seconds that a shared cache may keep it; absent: `no-store` (RFC 6749 §5.1) */
export function cacheFor(maxAge?: number): Readonly<Record<string, string>> {
  return maxAge === undefined
    ? { 'cache-control': 'no-store', pragma: 'no-cache' }
    : { 'cache-control': `public, max-age=${maxAge}` }
}
