import { BROWSER_SESSION_LIFETIME } from '@/lib/oauth/protocol/lifetimes'
import { readCookie, setCookie } from './cookies'
import type { HttpRequest } from './http-handler'

/** The cookie with the user that this browser has been at a connection. It authenticates no one. */
export const sessionCookieName = (connectionId: string) => `vst_session_${connectionId}`

/** What this browser brings along to the consent page. */
export function browserContextOf(request: Pick<HttpRequest, 'headers'>, publicUrl: string) {
  return {
    sessionCookieOf: (connectionId: string) =>
      readCookie(request, publicUrl, sessionCookieName(connectionId)),
    fetchSite: request.headers.get('sec-fetch-site'),
  }
}

/** @param value null ends the session in this browser, undefined leaves it as it is */
export function sessionCookies(
  publicUrl: string,
  connectionId: string,
  value: string | null | undefined,
): readonly string[] {
  if (value === undefined) return []
  const maxAge = value === null ? 0 : BROWSER_SESSION_LIFETIME
  return [setCookie(publicUrl, { name: sessionCookieName(connectionId), value: value ?? '', maxAge })]
}
