import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type RunningIdentityProvider, startIdentityProvider } from './identity-provider'

const REDIRECT_URI = 'http://localhost:9/callback'
const CREDENTIALS = { clientId: 'company-app', clientSecret: 'a-secret/with+signs' }

let idp: RunningIdentityProvider
let client: openid.Configuration

beforeAll(async () => {
  idp = await startIdentityProvider({ port: 0, ...CREDENTIALS, redirectUris: [REDIRECT_URI] })
  client = await discover(idp, openid.ClientSecretBasic(CREDENTIALS.clientSecret))
})
afterAll(() => idp.close())

function discover({ issuer }: RunningIdentityProvider, authentication: openid.ClientAuth) {
  return openid.discovery(new URL(issuer), CREDENTIALS.clientId, {}, authentication, {
    execute: [openid.allowInsecureRequests],
  })
}

/** A browser, as far as logging in needs one: it follows redirects and keeps cookies. */
function browser() {
  const cookies = new Map<string, string>()

  /** Goes on until a page is shown, or the browser is sent to the client. */
  async function visit(url: URL, form?: Record<string, string>): Promise<{ url: URL; page?: Response }> {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (value) cookies.set(name, value)
      else cookies.delete(name)
    }
    const location = response.headers.get('location')
    if (!location) return { url, page: response }
    const next = new URL(location, url)
    return next.href.startsWith(REDIRECT_URI) ? { url: next } : visit(next)
  }

  return { visit }
}

async function authorizationRequest(parameters: Record<string, string> = {}, configuration = client) {
  const expected = {
    pkceCodeVerifier: openid.randomPKCECodeVerifier(),
    expectedNonce: openid.randomNonce(),
    expectedState: openid.randomState(),
  }
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid email profile offline_access',
    code_challenge: await openid.calculatePKCECodeChallenge(expected.pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: expected.expectedNonce,
    state: expected.expectedState,
    ...parameters,
  })
  return { url, expected }
}

async function logIn(user = 'alice', parameters: Record<string, string> = {}, configuration = client) {
  const { url, expected } = await authorizationRequest(parameters, configuration)
  const { visit } = browser()
  const login = await visit(url)
  const callback = await visit(login.url, { username: user, password: 'sandbox' })
  return {
    callback,
    expected,
    tokens: () => openid.authorizationCodeGrant(configuration, callback.url, expected),
  }
}

describe('identity provider', () => {
  it('logs alice in: ID token with claims and nonce, userinfo, refresh', async () => {
    const { tokens } = await logIn('alice')
    const granted = await tokens()
    const alice = { sub: 'alice', name: 'Alice Example', email: 'alice@example.com', email_verified: true }

    expect(granted.claims()).toMatchObject({ iss: idp.issuer, aud: CREDENTIALS.clientId, ...alice })
    expect(await openid.fetchUserInfo(client, granted.access_token, 'alice')).toMatchObject(alice)
    expect(granted.expires_in).toBe(3600)

    const refreshed = await openid.refreshTokenGrant(client, granted.refresh_token!)
    expect(refreshed.access_token).not.toBe(granted.access_token)
    expect(refreshed.claims()).toMatchObject(alice)
  })

  it('takes the client secret in the body as well', async () => {
    const configuration = await discover(idp, openid.ClientSecretPost(CREDENTIALS.clientSecret))
    const { tokens } = await logIn('bob', {}, configuration)
    expect((await tokens()).claims()?.email).toBe('bob@example.com')
  })

  it('gives no refresh token when offline_access is not asked for', async () => {
    const { tokens } = await logIn('alice', { scope: 'openid email' })
    const granted = await tokens()
    expect(granted.refresh_token).toBeUndefined()
    expect(granted.claims()).toMatchObject({ email: 'alice@example.com' })
    expect(granted.claims()).not.toHaveProperty('name')
  })

  it('shows the form again with an error for a wrong password, and then still lets the user in', async () => {
    const { url, expected } = await authorizationRequest()
    const { visit } = browser()
    const login = await visit(url)

    const refused = await visit(login.url, { username: 'alice', password: '"><script>' })
    expect(refused.page?.status).toBe(422)
    const html = await refused.page!.text()
    expect(html).toContain('Wrong username or password.')
    expect(html).toContain('value="alice"')
    expect(html).not.toContain('<script>')

    const callback = await visit(login.url, { username: 'alice', password: 'sandbox' })
    const granted = await openid.authorizationCodeGrant(client, callback.url, expected)
    expect(granted.claims()?.sub).toBe('alice')
  })

  it('escapes a username that is markup', async () => {
    const { url } = await authorizationRequest({ login_hint: '"><img src=x>' })
    const login = await browser().visit(url)
    expect(await login.page!.text()).not.toContain('<img')
  })

  it('remembers a signed-in user, and asks again for prompt=login', async () => {
    const first = await authorizationRequest()
    const { visit } = browser()
    await visit((await visit(first.url)).url, { username: 'bob', password: 'sandbox' })

    const second = await authorizationRequest({ scope: 'openid' })
    const callback = await visit(second.url)
    const granted = await openid.authorizationCodeGrant(client, callback.url, second.expected)
    expect(granted.claims()?.sub).toBe('bob')

    const third = await authorizationRequest({ prompt: 'login' })
    expect((await visit(third.url)).page?.status).toBe(200)
  })

  it('refuses a login form posted from another browser', async () => {
    const { url } = await authorizationRequest()
    const login = await browser().visit(url)
    const stolen = await browser().visit(login.url, { username: 'alice', password: 'sandbox' })
    expect(stolen.page?.status).toBe(400)
    expect(await stolen.page!.text()).toContain('started in another browser')
  })

  it('refuses a request without PKCE, and one with plain', async () => {
    for (const parameters of [
      { code_challenge: '', code_challenge_method: '' },
      { code_challenge_method: 'plain' },
    ]) {
      const { url } = await authorizationRequest(parameters)
      const { url: callback } = await browser().visit(url)
      expect(callback.searchParams.get('error')).toBe('invalid_request')
    }
  })

  it('refuses the code with another verifier', async () => {
    const { callback, expected } = await logIn()
    const stolen = { ...expected, pkceCodeVerifier: openid.randomPKCECodeVerifier() }
    await expect(openid.authorizationCodeGrant(client, callback.url, stolen)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('never sends a browser to an unregistered redirect URI', async () => {
    const { url } = await authorizationRequest({ redirect_uri: 'https://attacker.example/callback' })
    const { url: end, page } = await browser().visit(url)
    expect(end.origin).toBe(idp.issuer)
    expect(page?.status).toBe(400)
    expect(await page!.text()).toContain('redirect_uri')
  })

  it('revokes a refresh token', async () => {
    const { tokens } = await logIn()
    const granted = await tokens()
    await openid.tokenRevocation(client, granted.refresh_token!)
    await expect(openid.refreshTokenGrant(client, granted.refresh_token!)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  it('keeps two providers in one process apart, each with its own users and lifetimes', async () => {
    const other = await startIdentityProvider({
      port: 0,
      ...CREDENTIALS,
      redirectUris: [REDIRECT_URI],
      accessTokenLifetime: 5,
      users: [
        {
          username: 'carol',
          password: 'sandbox',
          name: 'Carol',
          email: 'c@other.test',
          claims: { department: 'R&D' },
        },
      ],
    })
    try {
      const configuration = await discover(other, openid.ClientSecretBasic(CREDENTIALS.clientSecret))
      const { tokens } = await logIn('carol', {}, configuration)
      const granted = await tokens()
      expect(granted.claims()).toMatchObject({ iss: other.issuer, sub: 'carol', department: 'R&D' })
      expect(granted.expires_in).toBe(5)
      await expect(openid.refreshTokenGrant(client, granted.refresh_token!)).rejects.toMatchObject({
        error: 'invalid_grant',
      })
      expect((await logIn('carol')).callback.page?.status).toBe(422)
    } finally {
      await other.close()
    }
  })

  it('says nothing on the console', async () => {
    const spies = (['log', 'info', 'warn', 'error'] as const).map((method) => vi.spyOn(console, method))
    const quiet = await startIdentityProvider({ port: 0, ...CREDENTIALS, redirectUris: [REDIRECT_URI] })
    try {
      const { tokens } = await logIn(
        'alice',
        {},
        await discover(quiet, openid.ClientSecretBasic(CREDENTIALS.clientSecret)),
      )
      await tokens()
      for (const spy of spies) expect(spy).not.toHaveBeenCalled()
    } finally {
      await quiet.close()
      for (const spy of spies) spy.mockRestore()
    }
  })

  it('refuses to start where another program listens', async () => {
    const port = Number(new URL(idp.issuer).port)
    await expect(
      startIdentityProvider({ port, ...CREDENTIALS, redirectUris: [REDIRECT_URI] }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})
