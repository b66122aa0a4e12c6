/** Milliseconds that a client waits for an answer, and a browser, which waits for minutes. */
const PATIENCE = { client: 15_000, browser: 100_000 }

export type Browser = { go(url: string, form?: Readonly<Record<string, string>>): Promise<Response> }

/** Keeps cookies, follows nothing by itself, and gives up on an answer that does not come. */
export function newBrowser(): Browser {
  const jar = new Map<string, string>()
  return {
    async go(url, form) {
      const { origin, host } = new URL(url)
      const mine = [...jar].filter(([key]) => key.startsWith(`${host} `))
      const cookie = mine.map(([key, value]) => `${key.slice(host.length + 1)}=${value}`).join('; ')
      const response = await fetch(url, {
        redirect: 'manual',
        headers: { ...(cookie && { cookie }), ...(form && { origin }) },
        signal: AbortSignal.timeout(PATIENCE.browser),
        ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      })
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(line) ?? []
        if (/max-age=0/i.test(line)) jar.delete(`${host} ${name}`)
        else jar.set(`${host} ${name}`, value)
      }
      return response
    },
  }
}

/** Posts a form as a client does. */
export const post = (
  url: string,
  form: Readonly<Record<string, string>>,
  bearer?: string,
): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    body: new URLSearchParams(form),
    headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
    signal: AbortSignal.timeout(PATIENCE.client),
  })
