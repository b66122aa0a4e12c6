import { describe, expect, it } from 'vitest'
import { CAPABILITIES, serverMetadata } from './server-metadata'

const server = {
  issuer: 'https://auth.example.com/s/acme',
  scopes: [{ name: 'files:read' }, { name: 'offline_access' }, { name: 'notes:write' }],
  clientPolicy: 'any',
  registration: { quota: 10 },
}

const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt']

describe('authorization server metadata (RFC 8414 §2)', () => {
  it('publishes what is enforced [AS-4]', () => {
    expect(serverMetadata(server)).toEqual({
      issuer: 'https://auth.example.com/s/acme',
      authorization_endpoint: 'https://auth.example.com/s/acme/oauth/authorize',
      token_endpoint: 'https://auth.example.com/s/acme/oauth/token',
      pushed_authorization_request_endpoint: 'https://auth.example.com/s/acme/oauth/par',
      registration_endpoint: 'https://auth.example.com/s/acme/oauth/register',
      revocation_endpoint: 'https://auth.example.com/s/acme/oauth/revoke',
      introspection_endpoint: 'https://auth.example.com/s/acme/oauth/introspect',
      jwks_uri: 'https://auth.example.com/s/acme/oauth/jwks',
      revocations_uri: 'https://auth.example.com/s/acme/oauth/revocations',
      scopes_supported: ['files:read', 'notes:write', 'openid', 'profile', 'email', 'offline_access'],
      response_types_supported: ['code'],
      response_modes_supported: ['query', 'form_post'],
      grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
      token_endpoint_auth_methods_supported: METHODS,
      token_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      revocation_endpoint_auth_methods_supported: METHODS,
      revocation_endpoint_auth_signing_alg_values_supported: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'Bearer'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      client_id_metadata_document_supported: true,
    })
  })

  it('names the issuer byte for byte [AS-25]', () => {
    const { issuer } = serverMetadata({ ...server, issuer: 'http://localhost:3000' })
    expect(issuer).toBe('http://localhost:3000')
  })

  it('omits lists without elements and never says null [RFC-36]', () => {
    const metadata = serverMetadata(server, { ...CAPABILITIES, introspectionAuthMethods: [] })
    expect(metadata).not.toHaveProperty('introspection_endpoint_auth_methods_supported')
    expect(JSON.stringify(metadata)).not.toMatch(/null|\[\]/)
  })

  it('does not invite clients that the server would not let in (CIMD §6) [AS-9]', () => {
    const metadata = serverMetadata({ ...server, clientPolicy: 'off' })
    expect(metadata.client_id_metadata_document_supported).toBe(false)
    expect(serverMetadata({ ...server, clientPolicy: { hosts: ['claude.ai'] } })).toHaveProperty(
      'client_id_metadata_document_supported',
      true,
    )
  })

  it('offers token exchange only with handoff_scopes (RFC 8693)', () => {
    const { grant_types_supported: offered } = serverMetadata({ ...server, handoffScopes: ['files.read'] })
    expect(offered).toEqual([
      'authorization_code',
      'refresh_token',
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:token-exchange',
    ])
  })

  it('does not send clients to register where they may not (RFC 7591 §3)', () => {
    expect(serverMetadata({ ...server, registration: 'off' })).not.toHaveProperty('registration_endpoint')
  })

  it('offers what a server has been given, and nothing of it elsewhere', () => {
    const { grant_types_supported: grants, ...plain } = serverMetadata(server)
    expect(grants).toHaveLength(3)
    expect(plain).not.toHaveProperty('device_authorization_endpoint')
    expect(plain).not.toHaveProperty('authorization_grant_profiles_supported')
    const all = serverMetadata({ ...server, deviceGrant: true, trustedIssuers: [{}] })
    expect(all).toMatchObject({
      device_authorization_endpoint: 'https://auth.example.com/s/acme/oauth/device_authorization',
      authorization_grant_profiles_supported: ['urn:ietf:params:oauth:grant-profile:id-jag'],
    })
    expect(all.grant_types_supported).toEqual([
      ...CAPABILITIES.grantTypes,
      'client_credentials',
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'urn:ietf:params:oauth:grant-type:device_code',
    ])
  })

  it('never offers PKCE without a hash (OAuth 2.1 §7.5) [AS-4]', () => {
    expect(serverMetadata(server).code_challenge_methods_supported).not.toContain('plain')
  })
})
