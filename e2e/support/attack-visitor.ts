import { type HostRequest, hostFetch } from './host-fetch'

type Cookie = { readonly host: string; readonly name: string; readonly value: string; readonly path: string }

/**
 * A browser without a window: it keeps cookies as browsers do, and shows every answer before it follows. A test has
 * as many of them as there are people in its story, and may forge what a real browser would not send.
 */
export type Visitor = {
  /** One request, with the cookies of that host. */
  readonly go: (url: string, request?: HostRequest) => Promise<Response>
  /** Posts a form as a page of `origin` would; without an origin no `Origin` is sent. */
  readonly submit: (url: string, form: Record<string, string>, origin?: string) => Promise<Response>
  /** The values of its cookies whose name begins so. */
  readonly cookies: (prefix: string) => readonly string[]
  /** Takes over the cookies of another browser with this prefix. */
  readonly steal: (from: Visitor, prefix: string, host: string) => void
  readonly set: (host: string, name: string, value: string) => void
  readonly jar: () => readonly Cookie[]
}

/** @param send how a request is sent: to where its URL says, unless told */
export function newVisitor(send = hostFetch): Visitor {
  let jar: readonly Cookie[] = []
  const keep = (cookie: Cookie, expired = false) => {
    const others = jar.filter(
      ({ host, name, path }) => host !== cookie.host || name !== cookie.name || path !== cookie.path,
    )
    jar = expired ? others : [...others, cookie]
  }
  const go = async (url: string, request: HostRequest = {}) => {
    const { hostname, pathname } = new URL(url)
    const sent = jar.filter(({ host, path }) => host === hostname && pathname.startsWith(path))
    const cookie = sent.map(({ name, value }) => `${name}=${value}`).join('; ')
    const headers = { ...(cookie && { cookie }), ...request.headers }
    const response = await send(url, { ...request, headers })
    for (const line of response.headers.getSetCookie()) keep(parse(line, hostname), isExpired(line))
    return response
  }
  const cookiesNamed = (prefix: string) => jar.filter(({ name }) => name.startsWith(prefix))
  return {
    go,
    submit: (url, form, origin) =>
      go(url, {
        method: 'POST',
        body: new URLSearchParams(form),
        ...(origin !== undefined && { headers: { origin } }),
      }),
    cookies: (prefix) => cookiesNamed(prefix).map(({ value }) => value),
    steal: (from, prefix, host) => {
      for (const cookie of from.jar())
        if (cookie.host === host && cookie.name.startsWith(prefix)) keep(cookie)
    },
    set: (host, name, value) => keep({ host, name, value, path: '/' }),
    jar: () => jar,
  }
}

function parse(line: string, host: string): Cookie {
  const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? []
  return { host, name, value, path: /;\s*path=([^;]*)/i.exec(line)?.[1] ?? '/' }
}

function isExpired(line: string): boolean {
  const maxAge = /;\s*max-age=(-?\d+)/i.exec(line)?.[1]
  const expires = /;\s*expires=([^;]*)/i.exec(line)?.[1]
  return maxAge ? Number(maxAge) <= 0 : expires !== undefined && Date.parse(expires) <= Date.now()
}
