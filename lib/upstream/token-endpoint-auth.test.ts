import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectFailure } from './test-support/expect-failure'
import { logIn, oidcConnection, upstreamWith } from './test-support/log-in'
import { type MisbehavingProvider, startMisbehavingProvider } from './test-support/misbehaving-provider'

let provider: MisbehavingProvider
beforeAll(async () => {
  provider = await startMisbehavingProvider()
})
beforeEach(() => {
  provider.requests.length = 0
})
afterAll(() => provider.stop())

type Connection = ReturnType<typeof oidcConnection>

async function tokenRequest(tokenEndpointAuthMethod: Connection['tokenEndpointAuthMethod']) {
  await logIn(upstreamWith(oidcConnection(provider, { tokenEndpointAuthMethod })))
  const request = provider.requests.find(({ path }) => path === '/token')
  const basic = request?.headers.authorization?.replace(/^Basic /, '')
  return { credentials: basic && Buffer.from(basic, 'base64').toString(), body: request?.body }
}

describe('client authentication at the token endpoint (RFC 6749 §2.3.1)', () => {
  it('client_secret_basic form-encodes both halves [H-58]', async () => {
    const { credentials, body } = await tokenRequest('client_secret_basic')
    const encoded = provider.clientSecret.replace('+', '%2B').replace('/', '%2F')
    expect(credentials).toBe(`vestibule%2Dclient:${encoded}`)
    expect(body?.has('client_secret')).toBe(false)
  })

  it('client_secret_basic_raw sends them as they are [H-58]', async () => {
    const { credentials } = await tokenRequest('client_secret_basic_raw')
    expect(credentials).toBe(`vestibule-client:${provider.clientSecret}`)
  })

  it('client_secret_post sends them in the body alone [H-58]', async () => {
    const { credentials, body } = await tokenRequest('client_secret_post')
    expect(credentials).toBeUndefined()
    expect(body?.get('client_id')).toBe('vestibule-client')
    expect(body?.get('client_secret')).toBe(provider.clientSecret)
  })

  it('none sends the client ID alone, also when a secret is left over', async () => {
    const port = upstreamWith(oidcConnection(provider, { tokenEndpointAuthMethod: 'none' }))
    await expectFailure(logIn(port), 'upstream_client_rejected', provider.secrets)
    const request = provider.requests.find(({ path }) => path === '/token')
    expect(request?.headers.authorization).toBeUndefined()
    expect(request?.body.has('client_secret')).toBe(false)
    expect(request?.body.get('client_id')).toBe('vestibule-client')
  })

  it('fails before any redirect when the secret is missing', async () => {
    const { clientSecret: _, ...connection } = oidcConnection(provider)
    await expectFailure(logIn(upstreamWith(connection)), 'upstream_client_rejected')
    expect(provider.requests.some(({ path }) => path === '/authorize')).toBe(false)
  })
})
