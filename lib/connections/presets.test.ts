import { describe, expect, it } from 'vitest'
import { findPreset } from './presets'
import { ANSWERS } from './test-support/answers'

function entryOf(id: string) {
  const preset = findPreset(id)
  return { ...preset?.defaults, ...preset?.address(ANSWERS) }
}

describe('presets', () => {
  it.each([
    ['okta', 'https://acme.okta.com'],
    ['entra', 'https://login.microsoftonline.com/1b4e28ba-2fa1-11d2-883f-0016d3cca427/v2.0'],
    ['auth0', 'https://acme-admin.okta.com/'],
    ['google', 'https://accounts.google.com'],
    ['keycloak', 'https://sso.acme.com/realms/staff'],
    ['cognito', 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEf123'],
    ['oidc', 'https://login.acme.com'],
  ])('%s makes the issuer %s', (id, issuer) => {
    expect(entryOf(id)).toMatchObject({ issuer })
  })

  it('entra takes the tenants of an app of several', () => {
    const tenants = ['1', '2'].map((n) => `${n}b4e28ba-2fa1-11d2-883f-0016d3cca427`)
    expect(findPreset('entra')?.address({ tenant: ` ${tenants.join(', ').toUpperCase()} ` })).toEqual({
      issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
      allowedTenants: tenants,
    })
  })

  it.each([
    ['google', { access_type: 'offline', prompt: 'consent' }],
    ['entra', undefined],
  ])('%s asks for refresh tokens in its own way, and forwards no resource', (id, parameters) => {
    const entry = entryOf(id)
    expect(entry.authorizationParameters).toEqual(parameters)
    expect(entry.scopes).toEqual(
      parameters ? ['openid', 'email', 'profile'] : ['openid', 'email', 'profile', 'offline_access'],
    )
    expect(entry).not.toHaveProperty('forwardResource')
  })

  it.each([
    ['okta', { domain: 'not a domain' }, 'domain'],
    ['entra', { tenant: 'common' }, 'tenant'],
    ['entra', { tenant: 'acme.onmicrosoft.com' }, 'tenant'],
    ['cognito', { user_pool: 'AbC' }, 'user_pool'],
  ])('%s refuses %j at its field', (id, answers, field) => {
    expect(() => findPreset(id)?.address(answers)).toThrow(`${field}: is not`)
  })
})
