import { inspect } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { oauth2Connection, oidcConnection, upstreamWith } from './test-support/log-in'
import { type MisbehavingProvider, startMisbehavingProvider } from './test-support/misbehaving-provider'

let provider: MisbehavingProvider
beforeAll(async () => {
  provider = await startMisbehavingProvider()
})
beforeEach(() => {
  provider.misbehave({})
  provider.requests.length = 0
})
afterAll(() => provider.stop())

const HELD = { accessToken: 'access-of-the-user', refreshToken: 'refresh-of-the-user' }
const revocations = () => provider.requests.filter(({ path }) => path === '/revoke')

it('revokes the refresh token at the discovered endpoint, as our client', async () => {
  const port = upstreamWith(oidcConnection(provider))
  expect(await port.revoke('conn-1', HELD)).toEqual({ outcome: 'revoked' })
  const [request, ...further] = revocations()
  expect(further).toEqual([])
  expect(Object.fromEntries(request!.body)).toEqual({
    token: 'refresh-of-the-user',
    token_type_hint: 'refresh_token',
  })
  expect(request?.headers.authorization).toMatch(/^Basic /)
})

it('revokes the access token where there is no other', async () => {
  const port = upstreamWith(oidcConnection(provider))
  await port.revoke('conn-1', { accessToken: 'access-of-the-user' })
  expect(Object.fromEntries(revocations()[0]!.body)).toEqual({
    token: 'access-of-the-user',
    token_type_hint: 'access_token',
  })
})

it('revokes at the configured endpoint, and not at all where there is none', async () => {
  const plain = oauth2Connection(provider)
  expect(await upstreamWith(plain).revoke('conn-1', HELD)).toEqual({ outcome: 'unsupported' })
  const revocationEndpoint = `${provider.origin}/revoke`
  const configured = upstreamWith(oauth2Connection(provider, { revocationEndpoint }))
  expect(await configured.revoke('conn-1', HELD)).toEqual({ outcome: 'revoked' })
  expect(revocations()).toHaveLength(1)
})

it.each([
  ['is broken', { status: 500, body: 'raw upstream text' }],
  ['refuses', { status: 400, body: { error: 'unsupported_token_type' } }],
  ['does not know us', { status: 401, body: { error: 'invalid_client' } }],
  ['is behind an ingress without a route', { status: 404, body: '<p>raw upstream text</p>' }],
  ['hangs', { hang: true }],
])('says in words of ours that the endpoint %s', async (_, revoke) => {
  provider.misbehave({ answers: { revoke } })
  const port = upstreamWith(oidcConnection(provider), { requestTimeout: 300 })
  const revocation = await port.revoke('conn-1', HELD)
  expect(revocation).toMatchObject({ outcome: 'failed', detail: expect.stringMatching(/^[A-Z].+\.$/) })
  for (const secret of [...Object.values(HELD), provider.clientSecret, 'raw upstream text'])
    expect(inspect(revocation)).not.toContain(secret)
})

it.each(['invalid_token', 'invalid_grant'])(
  'counts a token that had ended before, %s, as revoked',
  async (error) => {
    provider.misbehave({ answers: { revoke: { status: 400, body: { error } } } })
    expect(await upstreamWith(oidcConnection(provider)).revoke('conn-1', HELD)).toEqual({
      outcome: 'revoked',
    })
  },
)

it('does not mind what the answer says', async () => {
  provider.misbehave({ answers: { revoke: { status: 204 } } })
  expect(await upstreamWith(oidcConnection(provider)).revoke('conn-1', HELD)).toEqual({ outcome: 'revoked' })
})
