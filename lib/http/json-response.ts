import { CORS } from './cors'
import type { HttpAnswer } from './http-handler'

/** A body that any origin may read, with its status and further headers. */
export function json(body: object, status: number, headers: Readonly<Record<string, string>>): HttpAnswer {
  const all = headers === NOT_STORED ? JSON_NOT_STORED : { ...JSON_HEADERS, ...headers }
  return { status, headers: all, text: JSON.stringify(body) }
}

const JSON_HEADERS = { 'content-type': 'application/json', ...CORS }
const NOT_STORED = { 'cache-control': 'no-store', pragma: 'no-cache' }
/** Of nearly every answer: put together for each, they would cost as much as its body. */
const JSON_NOT_STORED = { ...JSON_HEADERS, ...NOT_STORED }

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
  return maxAge === undefined ? NOT_STORED : { 'cache-control': `public, max-age=${maxAge}` }
}
