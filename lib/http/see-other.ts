import type { HttpAnswer } from './http-handler'

/**
 * 303 to `location`, byte for byte. Never 307 or 308, which would post the user's input on (RFC 9700 §4.12), and
 * never a referrer, which would carry our URLs on (RFC 9700 §4.2.4).
 */
export function seeOther(location: string, cookies: readonly string[] = []): Response {
  const headers = new Headers(headersTo(location))
  for (const cookie of cookies) headers.append('set-cookie', cookie)
  return new Response(null, { status: 303, headers })
}

/** The same without web objects, and without cookies. */
export const seeOtherPlainly = (location: string): HttpAnswer => ({
  status: 303,
  headers: headersTo(location),
  text: '',
})

const headersTo = (location: string) => ({
  location,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
})
