import { describe, expect, it } from 'vitest'
import { describedScopes, supportedScopes } from './standard-scopes'

const read = { name: 'files:read', description: 'Read your files' }
const email = { name: 'email', description: 'Send mail in your name' }

describe('scopes in words', () => {
  it('are the server’s own first, then who the user is, for whose names the page has sentences', () => {
    const described = describedScopes({ scopes: [read] }, ['email', 'openid', 'files:read', 'profile'])
    expect(described).toEqual([
      read,
      { name: 'openid', description: '' },
      { name: 'profile', description: '' },
      { name: 'email', description: '' },
    ])
  })

  it('are those that were asked for, and say nothing of refresh tokens', () => {
    expect(describedScopes({ scopes: [read] }, ['offline_access'])).toEqual([])
    expect(describedScopes({ scopes: [read, email] }, ['openid'])).toHaveLength(1)
  })

  it('are the operator’s where a standard name means something else there', () => {
    expect(describedScopes({ scopes: [email] }, ['email'])).toEqual([email])
  })
})

describe('scopes_supported', () => {
  it('holds the standard ones after the server’s own, each once', () => {
    expect(supportedScopes([read])).toEqual(['files:read', 'openid', 'profile', 'email', 'offline_access'])
    expect(supportedScopes([email, { name: 'offline_access' }])).toEqual([
      'email',
      'openid',
      'profile',
      'offline_access',
    ])
  })
})
