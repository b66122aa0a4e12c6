import { CORS } from './cors'
import type { HttpAnswer } from './http-handler'

/** A body that any origin may read, with its status and further headers. */
export function json(body: object, status: number, headers: Readonly<Record<string, string>>): HttpAnswer {
  return { status, headers: { ...JSON_HEADERS, ...headers }, text: JSON.stringify(body) }
}

const JSON_HEADERS = { 'content-type': 'application/json', ...CORS }

/** A JWT that any origin may read. */
export function signed(jwt: string, headers: Readonly<Record<string, string>>): HttpAnswer {
  return { status: 200, headers: { 'content-type': 'application/jwt', ...CORS, ...headers }, text: jwt }
}

export function noContent(): HttpAnswer {
  return { status: 204, headers: { ...CORS, ...cacheFor() }, text: null }
}

/** 404 that a page can read. */
export function notFound(): HttpAnswer {
  return json({ error: 'not_found' }, 404, cacheFor())
}

/** @param maxAge seconds that a shared cache may keep it; absent: `no-store` (RFC 6749 §5.1) */
export function cacheFor(maxAge?: number): Readonly<Record<string, string>> {
  return maxAge === undefined
    ? { 'cache-control': 'no-store', pragma: 'no-cache' }
    : { 'cache-control': `public, max-age=${maxAge}` }
}
