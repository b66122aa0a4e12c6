import { describe, expect, it } from 'vitest'
import { callbackUrl, metadataUrls, registrationUrl, resourceMetadataUrl } from './urls'

describe('our URLs', () => {
  it('normalises the callback, which identity providers compare as a string', () => {
    expect(callbackUrl('https://AUTH.Example.com:443', 'con_1')).toBe(
      'https://auth.example.com/oauth/callback/con_1',
    )
  })

  it('leaves the issuer as it is configured', () => {
    expect(registrationUrl('https://auth.example.com/s/a', 'x/y')).toBe(
      'https://auth.example.com/s/a/oauth/register/x%2Fy',
    )
  })
})

describe('well-known locations', () => {
  it('of an issuer with a path', () => {
    expect(metadataUrls('https://login.example.com/tenant/')).toEqual({
      oauth: 'https://login.example.com/.well-known/oauth-authorization-server/tenant',
      openid: 'https://login.example.com/tenant/.well-known/openid-configuration',
      openidInserted: 'https://login.example.com/.well-known/openid-configuration/tenant',
    })
  })

  it('stay on the host of an issuer whose path looks like another host', () => {
    for (const url of Object.values(metadataUrls('https://login.example.com//evil.example/a')))
      expect(new URL(url).host).toBe('login.example.com')
  })

  it.each([
    ['https://mcp.example.com', 'https://mcp.example.com/.well-known/oauth-protected-resource'],
    ['https://mcp.example.com/mcp/', 'https://mcp.example.com/.well-known/oauth-protected-resource/mcp/'],
    [
      'https://mcp.example.com/mcp?a=1',
      'https://mcp.example.com/.well-known/oauth-protected-resource/mcp?a=1',
    ],
  ])('of the resource %s', (resource, url) => {
    expect(resourceMetadataUrl(resource)).toBe(url)
  })
})
