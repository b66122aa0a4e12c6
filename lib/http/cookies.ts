import type { HttpRequest } from './http-handler'

/** A cookie of ours: for this browser only, never readable by scripts, never sent with a foreign form. */
export type Cookie = {
  readonly name: string
  readonly value: string
  /** Seconds; 0 deletes. */
  readonly maxAge: number
}

/** Plain http exists on loopback only, and there some browsers refuse what needs TLS. */
const isSecure = (publicUrl: string) => publicUrl.startsWith('https:')

/** The full name: with the `__Host-` prefix, so that no other host can set it, except on loopback http. */
export function cookieName(publicUrl: string, name: string): string {
  return isSecure(publicUrl) ? `__Host-${name}` : name
}

/** The `Set-Cookie` value. */
export function setCookie(publicUrl: string, { name, value, maxAge }: Cookie): string {
  const secure = isSecure(publicUrl) ? '; Secure' : ''
  return `${cookieName(publicUrl, name)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`
}

/** The cookie's value; undefined when the browser sent none. */
export function readCookie(
  request: Pick<HttpRequest, 'headers'>,
  publicUrl: string,
  name: string,
): string | undefined {
  const wanted = `${cookieName(publicUrl, name)}=`
  const pair = request.headers
    .get('cookie')
    ?.split(';')
    .map((entry) => entry.trim())
    .find((entry) => entry.startsWith(wanted))
  return pair?.slice(wanted.length)
}
