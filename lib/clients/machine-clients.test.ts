import { describe, expect, it } from 'vitest'
import { printPlan } from '@/lib/cli/print-plan'
import { exportConfiguration } from '@/lib/configuration/export'
import { SECRETS } from '@/lib/test-support/example'
import { file } from '@/lib/test-support/file'
import { testInstallation } from '@/lib/test-support/installation'

const { apply, refusal, rows } = testInstallation()

const JWKS = `{ keys: [{ kty: EC, crv: P-256, x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }] }`

/** A configuration with this client. */
const withClient = (...fields: readonly string[]) =>
  file({
    server: `clients:\n          - client_id: nightly\n${fields.map((f) => `            ${f}\n`).join('')}`,
  })

const SECRET = ['token_endpoint_auth_method: client_secret_basic', 'client_secret: env:CI_SECRET']
const MACHINE = 'grant_types: [client_credentials]'

describe('clients that act for themselves', () => {
  it('need no redirect URI, and may have a secret or keys', async () => {
    await apply(withClient(...SECRET, MACHINE))
    expect((await rows()).clients[0]).toMatchObject({
      redirectUris: [],
      grantTypes: ['client_credentials'],
      secretHash: expect.any(String),
    })
    await apply(withClient('token_endpoint_auth_method: private_key_jwt', `jwks: ${JWKS}`, MACHINE))
    const [signing] = (await rows()).clients
    expect(signing).toMatchObject({ jwks: { keys: [{ kty: 'EC' }] } })
    expect(signing).not.toHaveProperty('secretHash')
    const uri = 'jwks_uri: https://ci.acme.com/keys'
    await apply(withClient('token_endpoint_auth_method: private_key_jwt', uri, MACHINE))
    const [fetched] = (await rows()).clients
    expect(fetched).toMatchObject({ jwksUri: 'https://ci.acme.com/keys' })
    expect(fetched).not.toHaveProperty('jwks')
  })

  it('come out of an export as they went in', async () => {
    await apply(withClient('token_endpoint_auth_method: private_key_jwt', `jwks: ${JWKS}`, MACHINE))
    const exported = exportConfiguration(await rows())
    const env = { ...SECRETS, ACME_OKTA_CLIENT_SECRET: SECRETS.OKTA_SECRET }
    expect(printPlan(await apply(exported, { env }))).toBe('nothing to do')
  })

  it('may be devices, where the server lets them in', async () => {
    const device = 'grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token]'
    const text = withClient('token_endpoint_auth_method: none', device)
    await apply(text.replace('clients:', 'device_grant: true\n        clients:'))
    const stored = await rows()
    expect(stored.servers[0]?.deviceGrant).toBe(true)
    expect(stored.clients[0]?.redirectUris).toEqual([])
    const env = { ...SECRETS, ACME_OKTA_CLIENT_SECRET: SECRETS.OKTA_SECRET }
    expect(printPlan(await apply(exportConfiguration(stored), { env }))).toBe('nothing to do')
    expect(printPlan(await apply(text))).toContain('device_grant')
  })

  it.each([
    ['no proof', ['token_endpoint_auth_method: none', MACHINE], /auth_method: client_credentials is for/],
    ['no keys', ['token_endpoint_auth_method: private_key_jwt', MACHINE], /jwks: is missing/],
    [
      'keys twice',
      [
        'token_endpoint_auth_method: private_key_jwt',
        `jwks: ${JWKS}`,
        'jwks_uri: https://ci.acme.com/keys',
        MACHINE,
      ],
      /jwks_uri: jwks is given as well/,
    ],
    [
      'keys and a secret',
      [
        'token_endpoint_auth_method: private_key_jwt',
        `jwks: ${JWKS}`,
        'client_secret: env:CI_SECRET',
        MACHINE,
      ],
      /client_secret: token_endpoint_auth_method private_key_jwt means/,
    ],
    ['keys that do nothing', [...SECRET, `jwks: ${JWKS}`, MACHINE], /jwks: keys are for/],
    [
      'a private key',
      ['token_endpoint_auth_method: private_key_jwt', 'jwks: { keys: [{ kty: EC, d: x }] }', MACHINE],
      /jwks: is not a set of public keys: it must hold public keys only/,
    ],
    [
      'keys at an address without TLS',
      ['token_endpoint_auth_method: private_key_jwt', 'jwks_uri: http://ci.acme.com/keys', MACHINE],
      /jwks_uri: is not an address of public keys: it must use https/,
    ],
    ['a login without a redirect URI', [...SECRET], /redirect_uris: is missing/],
  ])('cannot have %s', async (_, fields, message) => {
    expect(await refusal(withClient(...fields))).toEqual([expect.stringMatching(message)])
  })

  it('cannot take the form of a user’s id, which is what their tokens would say they are', async () => {
    const text = withClient(...SECRET, MACHINE).replace('nightly', 'AAAAAAAAAAAAAAAAAAAAAA')
    expect(await refusal(text)).toEqual([expect.stringMatching(/client_id: could be the id of a user/)])
  })
})
