import { randomBytes } from 'node:crypto'
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectionKeys } from '@/lib/crypto/connection-keys'
import { keyring } from '@/lib/crypto/keyring'
import { logIn, oauth2Connection, oidcConnection, upstreamWith } from './test-support/log-in'
import { type MisbehavingProvider, startMisbehavingProvider } from './test-support/misbehaving-provider'

const installation = (...ids: readonly string[]) =>
  keyring(ids.map((id) => ({ id, key: Buffer.alloc(32, id) })))
const NOW = new Date()
const LATER = new Date(NOW.getTime() + 90 * 24 * 3600_000)

let provider: MisbehavingProvider
beforeAll(async () => {
  provider = await startMisbehavingProvider()
})
afterAll(() => provider.stop())

describe('private_key_jwt', () => {
  it.each([oidcConnection, oauth2Connection])(
    'signs what the published keys verify, and once',
    async (make) => {
      const keys = connectionKeys(installation('k1'))
      const { clientSecret: _, ...connection } = make(provider)
      const port = upstreamWith({
        ...connection,
        tokenEndpointAuthMethod: 'private_key_jwt',
        clientKey: keys.signing('conn-1', NOW),
      })
      provider.requests.length = 0
      // The provider of the tests knows no such method: what is sent counts.
      await logIn(port).catch(() => undefined)
      await logIn(port).catch(() => undefined)
      const sent = provider.requests.filter(({ path }) => path === '/token').map(({ body }) => body)
      const set = createLocalJWKSet({ keys: [...keys.published('conn-1', NOW)] })
      const claims = await Promise.all(
        sent.map(async (body) => (await jwtVerify(body.get('client_assertion') ?? '', set)).payload),
      )
      expect(claims[0]).toMatchObject({
        iss: 'vestibule-client',
        sub: 'vestibule-client',
        aud: `${provider.origin}/token`,
      })
      expect((claims[0]?.exp ?? 0) - (claims[0]?.iat ?? 0)).toBe(60)
      expect(new Set(claims.map(({ jti }) => jti)).size).toBe(2)
      expect(sent[0]?.get('client_secret')).toBeNull()
    },
  )

  it.each([-90_000, 90_000])(
    'goes by our clock, whatever that of this machine says: %d ms off',
    async (off) => {
      const ours = new Date(NOW.getTime() + off)
      const { clientSecret: _, ...connection } = oidcConnection(provider)
      const clientKey = connectionKeys(installation('k1')).signing('conn-1', ours)
      const signing = { ...connection, tokenEndpointAuthMethod: 'private_key_jwt' as const, clientKey }
      provider.requests.length = 0
      await logIn(upstreamWith(signing, { clock: () => ours })).catch(() => undefined)
      const assertion = provider.requests.find(({ path }) => path === '/token')?.body.get('client_assertion')
      const issuedAt = Math.floor(ours.getTime() / 1000)
      expect(decodeJwt(assertion ?? '')).toMatchObject({ iat: issuedAt, exp: issuedAt + 60 })
    },
  )

  it('has a key for each connection, which is published before it signs and differs each quarter', () => {
    const keys = connectionKeys(installation('k1'))
    const signing = keys.signing('conn-1', NOW)
    const ids = (connection: string, now: Date) => keys.published(connection, now).map(({ kid }) => kid)
    expect(ids('conn-1', NOW)).toEqual([signing.kid, keys.signing('conn-1', LATER).kid])
    expect(new Set([...ids('conn-1', NOW), ...ids('conn-2', NOW)]).size).toBe(4)
    expect(connectionKeys(installation('k1')).signing('conn-1', NOW)).toEqual(signing)
  })

  it('publishes no private half, and the keys of every key of the installation', () => {
    const published = connectionKeys(installation('k2', 'k1')).published('conn-1', NOW)
    expect(published).toHaveLength(4)
    expect(published.map(({ kid }) => kid)).toContain(
      connectionKeys(installation('k1')).signing('conn-1', NOW).kid,
    )
    expect(JSON.stringify(published)).not.toContain('"d"')
  })

  it('is another at another installation', () => {
    const other = connectionKeys(keyring([{ id: 'k1', key: randomBytes(32) }]))
    const ours = connectionKeys(installation('k1'))
    expect(other.signing('conn-1', NOW).kid).not.toBe(ours.signing('conn-1', NOW).kid)
  })
})
