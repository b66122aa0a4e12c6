import { describe, expect, it } from 'vitest'
import { parseClientMetadata, registrationResponse } from './client-metadata'
import { DEVICE_CODE, furtherGrantTypes, JWT_BEARER, registrableGrantTypes } from './grant-types'
import { CAPABILITIES } from './server-metadata'

const redirect_uris = ['https://example.com/cb']

describe('what a server offers', () => {
  it('is for its operator to say, except what machines need', () => {
    expect(furtherGrantTypes({})).toEqual(['client_credentials'])
    expect(furtherGrantTypes({ trustedIssuers: [], deviceGrant: false })).toEqual(['client_credentials'])
    expect(furtherGrantTypes({ trustedIssuers: [{}] })).toEqual(['client_credentials', JWT_BEARER])
    expect(furtherGrantTypes({ deviceGrant: true })).toEqual(['client_credentials', DEVICE_CODE])
  })

  it('lets no client register to act for itself', () => {
    const all = registrableGrantTypes({ trustedIssuers: [{}], deviceGrant: true })
    expect(all).toEqual([JWT_BEARER, DEVICE_CODE])
  })
})

describe('grant types that only some servers offer', () => {
  const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code'
  const grantTypes = [...CAPABILITIES.grantTypes, DEVICE_CODE] as const
  const capabilities = { ...CAPABILITIES, grantTypes }
  const parseThere = (body: object) => parseClientMetadata(body, capabilities)

  it('have to be asked for', () => {
    expect(parseThere({ redirect_uris }).grantTypes).toEqual(['authorization_code', 'refresh_token'])
    expect(parseThere({ redirect_uris, grant_types: ['authorization_code', DEVICE] }).grantTypes).toEqual([
      'authorization_code',
      DEVICE,
    ])
  })

  it('need no redirect URI and no response type', () => {
    const alone = parseThere({ grant_types: [DEVICE, 'refresh_token'], token_endpoint_auth_method: 'none' })
    expect(alone).toMatchObject({
      redirectUris: [],
      responseTypes: [],
      grantTypes: ['refresh_token', DEVICE],
    })
    const answer = registrationResponse(alone, { clientId: 'c', issuedAt: new Date(0) })
    expect(answer).not.toHaveProperty('redirect_uris')
    expect(() => parseThere({ grant_types: [DEVICE, 'authorization_code'] })).toThrow(
      /redirect_uris must hold/,
    )
  })
})
