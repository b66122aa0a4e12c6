import { describe, expect, it } from 'vitest'
import { OAuthError } from './errors'
import { checkIdJag, readIdJag } from './id-jag'

const NOW = new Date(Date.UTC(2026, 10, 2, 9))
const seconds = NOW.getTime() / 1000

const server = {
  issuer: 'https://auth.example.com/s/acme',
  resource: 'https://mcp.acme.com/mcp',
  aliases: ['https://mcp.acme.com/'],
}
const sound = {
  iss: 'https://acme.okta.example',
  sub: 'U019488227',
  aud: server.issuer,
  client_id: 'agent',
  resource: server.resource,
  scope: 'files:read notes:write',
  jti: '9e43f81b64a33f20116179',
  iat: seconds - 10,
  exp: seconds + 290,
}
const expected = { issuer: sound.iss, server, clientId: 'agent', now: NOW }

const check = (claims: object, changes: object = {}) =>
  checkIdJag({ ...sound, ...claims }, { ...expected, ...changes })

const refused = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    if (error instanceof OAuthError) return error.code
    throw error
  }
  return 'accepted'
}

describe('the claims of an identity assertion', () => {
  it('say who it is about, for how long, and what it gives', () => {
    expect(check({})).toEqual({
      subject: 'U019488227',
      jti: sound.jti,
      scope: ['files:read', 'notes:write'],
      expiresAt: new Date((sound.exp + 60) * 1000),
    })
    expect(check({ scope: undefined })).not.toHaveProperty('scope')
    expect(check({ auth_time: seconds - 60 }).authTime).toEqual(new Date((seconds - 60) * 1000))
  })

  it.each([
    ['a list of one audience', { aud: [server.issuer] }],
    ['an alias of the resource', { resource: 'https://mcp.acme.com' }],
    ['no resource', { resource: undefined }],
    ['a clock that is a little ahead', { iat: seconds + 59, nbf: seconds + 59 }],
    ['a clock that is a little behind', { exp: seconds - 59 }],
  ])('may have %s', (_, claims) => {
    expect(refused(() => check(claims))).toBe('accepted')
  })

  it.each([
    ['another issuer', { iss: 'https://evil.example' }],
    ['the audience of another server', { aud: 'https://auth.example.com/s/other' }],
    ['a slash more', { aud: `${server.issuer}/` }],
    ['two audiences', { aud: [server.issuer, 'https://auth.example.com/s/other'] }],
    ['no audience', { aud: undefined }],
    ['no audience in a list', { aud: [] }],
    ['another client', { client_id: 'other' }],
    ['no client', { client_id: undefined }],
    ['another resource', { resource: 'https://mcp.globex.com/mcp' }],
    ['another resource besides', { resource: [server.resource, 'https://mcp.globex.com/mcp'] }],
    ['a resource that is none', { resource: 7 }],
    ['a tenant that nobody trusts', { tenant: 'other' }],
    ['no subject', { sub: undefined }],
    ['a blank subject', { sub: ' ' }],
    ['a subject that is a number', { sub: 7 }],
    ['a subject that a store would fold into another', { sub: 'alice\u0000' }],
    ['half a character in its subject', { sub: 'alice\ud800' }],
    ['a subject without end', { sub: 'a'.repeat(256) }],
    ['no id', { jti: undefined }],
    ['an empty id', { jti: '' }],
    ['a scope that is a list', { scope: ['files:read'] }],
    ['expired', { exp: seconds - 60 }],
    ['no expiry', { exp: undefined }],
    ['an expiry in words', { exp: 'tomorrow' }],
    ['no time of issue', { iat: undefined }],
    ['a time of issue in the future', { iat: seconds + 61 }],
    ['a time of issue long ago', { iat: seconds - 961, exp: seconds + 3600 }],
    ['a beginning in the future', { nbf: seconds + 61 }],
    ['a key that its holder must prove', { cnf: { jkt: 'x' } }],
    ['authorization details', { authorization_details: [] }],
  ])('cannot have %s [EMA-3 EMA-5 H-40]', (_, claims) => {
    expect(refused(() => check(claims))).toBe('invalid_grant')
  })

  it('have the tenant of a shared issuer that the operator named, and no other', () => {
    expect(refused(() => check({ tenant: 'acme' }, { tenant: 'acme' }))).toBe('accepted')
    expect(refused(() => check({ tenant: 'globex' }, { tenant: 'acme' }))).toBe('invalid_grant')
    expect(refused(() => check({}, { tenant: 'acme' }))).toBe('invalid_grant')
  })

  it('are remembered no longer than they could be presented', () => {
    expect(check({ exp: seconds + 86_400 }).expiresAt).toEqual(new Date((sound.iat + 900 + 60) * 1000))
  })

  it('may spell the root of an origin with its slash: it is the same URL', () => {
    const root = { server: { ...server, issuer: 'https://auth.example.com' } }
    expect(refused(() => check({ aud: 'https://auth.example.com/' }, root))).toBe('accepted')
    expect(refused(() => check({ aud: 'https://auth.example.com//' }, root))).toBe('invalid_grant')
  })
})

describe('the form of an identity assertion', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const jwt = (header: object, claims: object = sound) =>
    `${encode({ alg: 'ES256', typ: 'oauth-id-jag+jwt', kid: 'k1', ...header })}.${encode(claims)}.c2ln`

  it('names its algorithm, key and issuer', () => {
    expect(readIdJag(jwt({}))).toEqual({ header: { alg: 'ES256', kid: 'k1' }, issuer: sound.iss })
    expect(refused(() => readIdJag(jwt({ typ: 'application/OAuth-ID-JAG+jwt' })))).toBe('accepted')
  })

  it.each([
    ['an ID token', jwt({ typ: 'JWT' })],
    ['a token without a type', jwt({ typ: undefined })],
    ['an access token', jwt({ typ: 'at+jwt' })],
    ['a client assertion', jwt({ typ: 'client-authentication+jwt' })],
    ['unsigned', jwt({ alg: 'none' })],
    ['signed with a shared secret', jwt({ alg: 'HS256' })],
    ['signed in a way that is not understood', jwt({ crit: ['b64'], b64: false })],
    ['of nobody', jwt({}, { ...sound, iss: undefined })],
    ['encrypted', 'a.b.c.d.e'],
    ['longer than any', `${jwt({})}${'a'.repeat(20_000)}`],
    ['nothing', ''],
  ])('is not %s [EMA-2]', (_, value) => {
    expect(refused(() => readIdJag(value))).toBe('invalid_grant')
  })
})
