import { cookieName } from './cookies'

/** The form is tied to the browser as a consent form is; no request has this id. */
export const ACCOUNT_FORM = 'account'

/** Cookies that say which user a browser has been at a connection; see `browser-session.ts`. */
export function sessionCookiesIn(
  publicUrl: string,
  cookies: readonly { readonly name: string; readonly value: string }[],
) {
  const prefix = cookieName(publicUrl, 'vst_session_')
  return cookies.flatMap(({ name, value }) =>
    name.startsWith(prefix) ? [{ connectionId: name.slice(prefix.length), value }] : [],
  )
}

/** The cookies of a request, as they were sent. */
export function cookiesOf(request: Request) {
  return (request.headers.get('cookie') ?? '').split(';').flatMap((pair) => {
    const at = pair.indexOf('=')
    return at < 0 ? [] : [{ name: pair.slice(0, at).trim(), value: pair.slice(at + 1).trim() }]
  })
}
