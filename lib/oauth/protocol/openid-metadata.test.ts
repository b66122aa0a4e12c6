import { OpenIdProviderDiscoveryMetadataSchema } from '@modelcontextprotocol/sdk/shared/auth.js'
import { describe, expect, it } from 'vitest'
import { openIdMetadata } from './openid-metadata'
import { CAPABILITIES, serverMetadata } from './server-metadata'

const server = {
  issuer: 'https://auth.example.com/s/acme',
  scopes: [{ name: 'files:read' }, { name: 'email' }],
  clientPolicy: 'off',
  registration: 'off',
}

describe('OpenID provider metadata (OpenID Connect Discovery §3)', () => {
  it('says what authorization server metadata says, whatever we can do, and more', () => {
    for (const capabilities of [CAPABILITIES, { ...CAPABILITIES, responseModes: ['x'], grantTypes: [] }])
      expect(openIdMetadata(server, capabilities)).toMatchObject(serverMetadata(server, capabilities))
  })

  it('adds what only an OpenID client needs', () => {
    const base = serverMetadata(server)
    const added = Object.entries(openIdMetadata(server)).filter(([name]) => !(name in base))
    expect(Object.fromEntries(added)).toEqual({
      userinfo_endpoint: 'https://auth.example.com/s/acme/oauth/userinfo',
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      claim_types_supported: ['normal'],
      claims_supported: expect.arrayContaining(['sub', 'auth_time', 'name', 'email', 'email_verified']),
      claims_parameter_supported: false,
      request_parameter_supported: false,
      request_uri_parameter_supported: false,
    })
  })

  it('has every member that a strict reader requires', () => {
    expect(OpenIdProviderDiscoveryMetadataSchema.safeParse(openIdMetadata(server)).error).toBeUndefined()
  })
})
