type Cookie = { readonly host: string; readonly name: string; readonly value: string; readonly path: string }

/** The cookies of a browser: by host, path and name. */
export type CookieJar = {
  readonly headerFor: (url: URL) => string
  readonly keep: (url: URL, lines: readonly string[]) => void
}

/** @param initial a `Cookie` header that the first host gets, and any other on its name */
export function newCookieJar(host: string, initial = ''): CookieJar {
  let jar: readonly Cookie[] = initial
    .split(/;\s*/)
    .filter(Boolean)
    .map((pair) => ({ host, path: '/', ...split(pair) }))
  return {
    headerFor: ({ hostname, pathname }) =>
      jar
        .filter((cookie) => cookie.host === hostname && pathname.startsWith(cookie.path))
        .map(({ name, value }) => `${name}=${value}`)
        .join('; '),
    keep: ({ hostname }, lines) => {
      for (const line of lines) {
        const path = /;\s*path=([^;]*)/i.exec(line)?.[1] ?? '/'
        const cookie = { host: hostname, path, ...split(line.split(';')[0] ?? '') }
        const others = jar.filter(
          ({ host, name, path }) => host !== hostname || name !== cookie.name || path !== cookie.path,
        )
        jar = isExpired(line) ? others : [...others, cookie]
      }
    },
  }
}

function split(pair: string) {
  const [name = '', ...value] = pair.split('=')
  return { name: name.trim(), value: value.join('=') }
}

const isExpired = (line: string) =>
  /;\s*max-age=(0|-\d+)/i.test(line) || /;\s*expires=[^;]*\b19[67]\d\b/i.test(line)
