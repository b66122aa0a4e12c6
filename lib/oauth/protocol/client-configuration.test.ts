import { describe, expect, it } from 'vitest'
import { checkClientUpdate, clientInformation } from './client-configuration'
import { parseClientMetadata } from './client-metadata'
import { hashSecret } from './secret-hash'
import { CAPABILITIES } from './server-metadata'

const BODY = { client_id: 'abc', redirect_uris: ['https://app.example/callback'] }
const registered = { clientId: 'abc', secretHash: hashSecret('vst_cs_right') }

const refusal = (body: unknown, registration: Parameters<typeof checkClientUpdate>[1] = registered) => {
  try {
    checkClientUpdate(body, registration)
    return 'accepted'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('an update of a registration (RFC 7592 §2.2)', () => {
  it('names the client, and its secret if it likes', () => {
    expect(refusal(BODY)).toBe('accepted')
    expect(refusal({ ...BODY, client_secret: 'vst_cs_right' })).toBe('accepted')
    expect(refusal({ ...BODY, client_secret: null, registration_access_token: '' })).toBe('accepted')
  })

  it.each([
    ['no client_id', { redirect_uris: BODY.redirect_uris }],
    ['the client_id of another', { ...BODY, client_id: 'abd' }],
    ['a client_id that is a list', { ...BODY, client_id: ['abc'] }],
    ['a wrong secret', { ...BODY, client_secret: 'vst_cs_wrong' }],
    ['a secret of its own choice', { ...BODY, client_secret: 1 }],
    ['a registration access token', { ...BODY, registration_access_token: 'vst_rat_x' }],
    ['another address', { ...BODY, registration_client_uri: 'https://evil.example' }],
    ['an expiry of its secret', { ...BODY, client_secret_expires_at: 0 }],
    ['another age', { ...BODY, client_id_issued_at: 1 }],
  ])('is refused with %s', (_, body) => {
    expect(refusal(body)).toBe('invalid_request')
  })

  it.each([[null], [[]], ['text'], [1]])('is refused as %j', (body) => {
    expect(refusal(body)).toBe('invalid_client_metadata')
  })

  it('cannot give a secret to a client that has none', () => {
    expect(refusal({ ...BODY, client_secret: 'mine' }, { clientId: 'abc' })).toBe('invalid_request')
  })
})

describe('client information (RFC 7592 §3)', () => {
  it('is the registration and what manages it, without a secret that is old', () => {
    const metadata = parseClientMetadata(BODY, CAPABILITIES)
    const information = clientInformation(metadata, {
      issuer: 'https://auth.example/s/acme',
      clientId: 'abc',
      issuedAt: new Date(1_000_000),
      accessToken: 'vst_rat_token',
    })
    expect(information).toEqual({
      client_id: 'abc',
      client_id_issued_at: 1_000,
      registration_access_token: 'vst_rat_token',
      registration_client_uri: 'https://auth.example/s/acme/oauth/register/abc',
      redirect_uris: BODY.redirect_uris,
      token_endpoint_auth_method: 'client_secret_basic',
      grant_types: CAPABILITIES.grantTypes,
      response_types: ['code'],
    })
  })
})
