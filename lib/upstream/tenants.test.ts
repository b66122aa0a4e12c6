import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { discover } from './discovery'
import { expectFailure } from './test-support/expect-failure'
import { logIn, oidcConnection, upstreamWith } from './test-support/log-in'
import { type MisbehavingProvider, startMisbehavingProvider } from './test-support/misbehaving-provider'
import { upstreamHttp } from './upstream-http'

const [OURS, PARTNER, FOREIGN] = ['1', '2', '3'].map((n) => `${n}b4e28ba-2fa1-11d2-883f-0016d3cca427`) as [
  string,
  string,
  string,
]

let provider: MisbehavingProvider
beforeAll(async () => {
  provider = await startMisbehavingProvider()
})
afterAll(() => provider.stop())

const issuerOf = (tenant: string) => `${provider.origin}/${tenant}/v2.0`

/** An app of several tenants, whose metadata names a template. */
const connection = (allowedTenants: readonly string[] = [OURS, PARTNER]) =>
  oidcConnection(provider, {
    issuer: issuerOf('{tenantid}'),
    metadataUrl: `${provider.issuer}/.well-known/openid-configuration`,
    allowedTenants: [...allowedTenants],
  })

/** The next ID token is of this tenant. */
function comesFrom(tenant: string, more: object = {}) {
  const idTokenClaims = { iss: issuerOf(tenant), tid: tenant }
  provider.misbehave({ metadata: { issuer: issuerOf('{tenantid}') }, idTokenClaims, ...more })
}

const port = (allowed?: readonly string[]) => upstreamWith(connection(allowed))

describe('an app of several tenants', () => {
  it('knows a user by tenant and subject', async () => {
    comesFrom(OURS)
    const ours = await logIn(port())
    comesFrom(PARTNER)
    const theirs = await logIn(port())
    expect([ours, theirs].map(({ identity }) => [identity.identitySource, identity.subject])).toEqual([
      [issuerOf(OURS), 'user-1'],
      [issuerOf(PARTNER), 'user-1'],
    ])
  })

  it('takes nobody of a tenant that is not listed', async () => {
    comesFrom(FOREIGN)
    await expectFailure(logIn(port()), 'upstream_issuer_mismatch')
  })

  it('takes no ID token that names the template itself as its issuer', async () => {
    comesFrom('{tenantid}')
    await expectFailure(logIn(port()), 'upstream_issuer_mismatch')
  })

  it('takes no ID token that the key of another tenant signed', async () => {
    comesFrom(OURS)
    const jwks = await (await fetch(`${provider.origin}/jwks`)).json()
    const keysOf = (issuer: string) => ({
      answers: { jwks: { body: { keys: jwks.keys.map((key: object) => ({ ...key, issuer })) } } },
    })
    // Another port each time would find the keys in the cache: the address of the metadata tells them apart.
    const at = (n: number) =>
      upstreamWith({ ...connection(), metadataUrl: `${connection().metadataUrl}?keys=${n}` })
    comesFrom(OURS, keysOf(issuerOf(PARTNER)))
    await expectFailure(logIn(at(1)), 'upstream_signature_invalid')
    comesFrom(OURS, keysOf(issuerOf('{tenantid}')))
    expect((await logIn(at(2))).identity.identitySource).toBe(issuerOf(OURS))
  })

  it('takes an authorization response of an allowed tenant alone', async () => {
    comesFrom(OURS)
    await logIn(port(), undefined, (callback) => callback.set('iss', issuerOf(OURS)))
    const foreign = logIn(port(), undefined, (callback) => callback.set('iss', issuerOf(FOREIGN)))
    await expectFailure(foreign, 'upstream_issuer_mismatch')
  })

  it('refreshes for users of its tenants, and ends with the tenant that is listed no longer', async () => {
    comesFrom(PARTNER, { refreshing: { idTokenClaims: { iss: issuerOf(PARTNER) } } })
    const { tokens } = await logIn(port())
    const held = { refreshToken: tokens.refreshToken ?? '', subject: 'user-1' }
    const theirs = { ...held, identitySource: issuerOf(PARTNER) }
    expect(await port().refresh('conn-1', theirs)).toMatchObject({ outcome: 'refreshed' })
    expect(await port([OURS]).refresh('conn-1', theirs)).toMatchObject({ outcome: 'refused' })
    const ours = { ...held, identitySource: issuerOf(OURS) }
    expect(await port().refresh('conn-1', ours)).toMatchObject({ reason: 'upstream_issuer_mismatch' })
  })

  it('is found under the address of all organizations', async () => {
    const asked: string[] = []
    const way = {
      reach: 'test',
      fetch: async (url: URL) => {
        asked.push(url.href)
        return new Response(null, { status: 503 })
      },
    }
    const http = upstreamHttp({ allowLoopback: false, timeout: 1_000, way })
    const issuer = 'https://login.microsoftonline.com/{tenantid}/v2.0'
    await expect(discover({ issuer }, http)).rejects.toMatchObject({ reason: 'upstream_unreachable' })
    expect(asked).toEqual([
      'https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration',
    ])
  })
})

describe('an issuer that differs from the address of its metadata', () => {
  const elsewhere = () =>
    oidcConnection(provider, {
      issuer: 'https://b2c.example/1b4e28ba/v2.0/',
      metadataUrl: `${provider.issuer}/.well-known/openid-configuration?p=B2C_1_signin`,
    })

  it('is what its users are known by', async () => {
    const issuer = 'https://b2c.example/1b4e28ba/v2.0/'
    provider.misbehave({ metadata: { issuer }, idTokenClaims: { iss: issuer } })
    expect((await logIn(upstreamWith(elsewhere()))).identity.identitySource).toBe(issuer)
  })

  it('has to be the one that the operator wrote', async () => {
    provider.misbehave({ metadata: { issuer: 'https://b2c.example/another/v2.0/' } })
    const connection = {
      ...elsewhere(),
      metadataUrl: `${provider.issuer}/.well-known/openid-configuration?p=2`,
    }
    await expectFailure(logIn(upstreamWith(connection)), 'upstream_issuer_mismatch')
  })
})
