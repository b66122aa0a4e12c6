import { ADDRESS_HEADER } from '@/lib/http/client-address'
import type { Handlers } from '@/lib/http/node/mount'

/**
 * A browser with cookies, whose requests are answered by endpoints of this process.
 *
 * @param origin of our pages; its host is what requests name
 */
export function openBrowser(origin: string, endpoints: (path: string) => Handlers | undefined) {
  const cookies = new Map<string, string>()
  return async (url: string, form?: Readonly<Record<string, string>>): Promise<Response> => {
    const { pathname, search } = new URL(url, origin)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const request = new Request(`http://localhost${pathname}${search}`, {
      method: form ? 'POST' : 'GET',
      headers: {
        host: new URL(origin).host,
        origin,
        'sec-fetch-site': 'same-origin',
        [ADDRESS_HEADER]: '198.51.100.7',
        cookie,
      },
      ...(form && { body: new URLSearchParams(form) }),
    })
    const handlers = endpoints(pathname)
    const response = await (form ? handlers?.POST : handlers?.GET)?.(request)
    if (!response) throw new Error(`nothing is at ${pathname}`)
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = set.split(';', 1)[0]?.split(/=(.*)/s) ?? []
      cookies.set(name, value)
    }
    return response
  }
}
