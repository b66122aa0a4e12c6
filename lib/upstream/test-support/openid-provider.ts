import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'

export type OpenIdProvider = {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  stop(): Promise<void>
}

/**
 * A real, certified OpenID provider on a free loopback port, with one client and with the development login pages
 * that take any user name. It demands PKCE, and gives email and name at userinfo only.
 */
export async function startOpenIdProvider(redirectUri: string): Promise<OpenIdProvider> {
  let listener: RequestListener = (_request, response) => response.end()
  const server = createServer((request, response) => listener(request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const [clientId, clientSecret] = ['vestibule', 'a secret: with/odd+characters']
  const client = { client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }
  listener = new Provider(issuer, configuration(client)).callback()
  return {
    issuer,
    clientId,
    clientSecret,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const configuration = (client: NonNullable<Configuration['clients']>[number]): Configuration => ({
  clients: [{ ...client, grant_types: ['authorization_code', 'refresh_token'] }],
  pkce: { required: () => true },
  cookies: { keys: ['only for tests'] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.com`, email_verified: true, name: `User ${id}` }),
  }),
})

/** A browser's part: follows redirects, keeps cookies, submits the two forms, and stops at our callback. */
export async function logInWithBrowser(
  url: string,
  user: string,
  callbackUrl: string,
): Promise<URLSearchParams> {
  const jar = new Map<string, string>()
  let next = { url, form: undefined as URLSearchParams | undefined }
  for (let step = 0; step < 15; step++) {
    if (next.url.startsWith(callbackUrl)) return new URL(next.url).searchParams
    const response = await fetch(next.url, {
      redirect: 'manual',
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(next.form && { method: 'POST', body: next.form }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value) jar.set(name, value)
      else jar.delete(name)
    }
    const location = response.headers.get('location')
    next = location
      ? { url: new URL(location, next.url).href, form: undefined }
      : filledForm(await response.text(), next.url, user)
  }
  throw new Error('the login never came back to the callback')
}

function filledForm(page: string, url: string, user: string): { url: string; form: URLSearchParams } {
  const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1]
  const prompt = /name="prompt" value="([^"]+)"/.exec(page)?.[1]
  if (!action || !prompt) throw new Error(`no form at ${url}: ${page.slice(0, 200)}`)
  return {
    url: new URL(action, url).href,
    form: new URLSearchParams({ prompt, login: user, password: 'any' }),
  }
}
