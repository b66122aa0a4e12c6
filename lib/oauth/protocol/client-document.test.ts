import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { WELL_KNOWN_DOCUMENTS } from '../clients/well-known-documents'
import { ClientDocumentError, parseClientDocument } from './client-document'

const URL_ = 'https://client.example/oauth.json'
const DOCUMENT = {
  client_id: URL_,
  client_name: 'Example',
  redirect_uris: ['https://client.example/callback'],
}
const KEYS = { jwks: { keys: [{ kty: 'EC', crv: 'P-256', x: 'a', y: 'b', kid: '1' }] } }

const parse = (changes: Record<string, unknown> = {}) =>
  parseClientDocument({ ...DOCUMENT, ...changes }, URL_)
const refused = (reason: string) =>
  expect.objectContaining({ reason: 'client_document_invalid', message: expect.stringContaining(reason) })

describe('a client ID metadata document (CIMD §4)', () => {
  it('describes a public client', () => {
    expect(parse({ grant_types: ['authorization_code', 'refresh_token', 'urn:example:other'] })).toEqual({
      clientId: URL_,
      clientName: 'Example',
      redirectUris: ['https://client.example/callback'],
      tokenEndpointAuthMethod: 'none',
      grantTypes: ['authorization_code', 'refresh_token'],
      responseTypes: ['code'],
    })
  })

  it.each([
    ['no object', ['a']],
    ['no object', null],
    ['no object', 'text'],
  ])('must be an object: %s [AS-14]', (_, body) => {
    expect(() => parseClientDocument(body, URL_)).toThrow(ClientDocumentError)
  })

  it.each([
    undefined,
    '',
    `${URL_}/`,
    'https://CLIENT.example/oauth.json',
    'https://evil.example/oauth.json',
    7,
  ])('must name the address it lies at, and not %j [AS-11]', (client_id) => {
    expect(() => parse({ client_id })).toThrow(refused('client_id'))
  })

  it.each([
    ['client_name', { client_name: undefined }],
    ['client_name', { client_name: '' }],
    ['client_name', { client_name: '\u202e\u0000' }],
    ['client_name', { client_name: { en: 'x' } }],
    ['redirect_uris', { redirect_uris: undefined }],
    ['redirect_uris', { redirect_uris: [] }],
    ['redirect_uris', { redirect_uris: 'https://client.example/callback' }],
    ['redirect_uris', { redirect_uris: ['http://client.example/callback'] }],
    ['client_secret', { client_secret: 's' }],
    ['client_secret', { client_secret: null }],
    ['client_secret_expires_at', { client_secret_expires_at: 0 }],
    ['shared secret', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['shared secret', { token_endpoint_auth_method: 'client_secret_jwt', ...KEYS }],
    ['shared secret', { token_endpoint_auth_methods_supported: ['none', 'client_secret_post'] }],
    ['supported', { token_endpoint_auth_method: 'tls_client_auth' }],
    ['supported', { token_endpoint_auth_method: 7 }],
    ['jwks', { token_endpoint_auth_method: 'private_key_jwt' }],
    [
      'jwks',
      { token_endpoint_auth_method: 'private_key_jwt', ...KEYS, jwks_uri: 'https://client.example/k' },
    ],
    ['jwks', { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [] } }],
    ['public keys only', { jwks: { keys: [{ kty: 'EC', d: 'private' }] } }],
    ['public keys only', { jwks: { keys: [{ kty: 'oct', k: 'shared' }] } }],
    ['NUL', { jwks: { keys: [{ kty: 'EC', kid: '\0' }] } }],
    ['https', { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'http://client.example/keys' }],
    ['grant_types', { grant_types: ['client_credentials'] }],
  ])('is refused for its %s [AS-14 AS-20]', (reason, changes) => {
    expect(() => parse(changes)).toThrow(refused(reason))
  })

  it.each([
    ['none', false, {}],
    ['none', false, { token_endpoint_auth_method: 'none', ...KEYS }],
    ['none', false, { token_endpoint_auth_methods_supported: ['tls_client_auth', 'none'], ...KEYS }],
    ['private_key_jwt', true, { token_endpoint_auth_method: 'private_key_jwt', ...KEYS }],
    ['private_key_jwt', true, { token_endpoint_auth_methods_supported: ['private_key_jwt'], ...KEYS }],
    ['none', true, { token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'], ...KEYS }],
    [
      'none',
      true,
      {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'],
        ...KEYS,
      },
    ],
    ['none', false, { token_endpoint_auth_methods_supported: ['none', 'private_key_jwt'] }],
  ])('asks for %s, and has keys: %s', (method, keyed, changes) => {
    const document = parse(changes)
    expect(document.tokenEndpointAuthMethod).toBe(method)
    expect('jwks' in document).toBe(keyed)
  })
})

describe('what a document lists for others', () => {
  const GOOD = 'https://client.example/callback'
  it.each([
    ['javascript:alert(1)'],
    ['http://client.example/callback'],
    ['https://client.example/#fragment'],
    [7],
    [null],
    [{}],
  ])('is left out, and the rest is good: %j', (bad) => {
    expect(parse({ redirect_uris: [bad, GOOD, bad] }).redirectUris).toEqual([GOOD])
    expect(parse({ contacts: ['a@client.example', bad].slice(0, 2) })).toMatchObject({ redirectUris: [GOOD] })
  })

  it('is cut to twenty, each once', () => {
    const many = Array.from({ length: 40 }, (_, index) => `${GOOD}/${index}`)
    expect(parse({ redirect_uris: [...many, ...many] }).redirectUris).toEqual(many.slice(0, 20))
  })

  it('may be keys that are none, and more than are taken: the others are good', () => {
    const keys = Array.from({ length: 40 }, (_, index) => ({ ...KEYS.jwks.keys[0], kid: String(index) }))
    const jwks = { keys: [null, 'key', ...keys, []] }
    const { tokenEndpointAuthMethod, jwks: kept } = parse({
      token_endpoint_auth_method: 'private_key_jwt',
      jwks,
    })
    expect(tokenEndpointAuthMethod).toBe('private_key_jwt')
    expect(kept).toEqual({ keys: keys.slice(0, 20) })
  })

  it('refuses the client where nothing is left', () => {
    expect(() => parse({ redirect_uris: ['javascript:alert(1)', 'data:text/html,x'] })).toThrow(
      refused('redirect_uris[0] is not acceptable'),
    )
  })

  it('may be grant types and contacts that are no text', () => {
    const lists = { grant_types: ['authorization_code', 7, null], response_types: ['code', {}] }
    expect(parse({ ...lists, contacts: ['a@client.example', 7, 'x'.repeat(300)] })).toMatchObject({
      grantTypes: ['authorization_code'],
      responseTypes: ['code'],
      contacts: ['a@client.example'],
    })
  })
})

describe('whatever lies at the address of a client', () => {
  const method = fc.constantFrom('none', 'private_key_jwt', 'client_secret_post', 'tls_client_auth')
  const key = fc.dictionary(fc.constantFrom('kty', 'crv', 'x', 'd', 'k', 'kid'), fc.string(), { maxKeys: 4 })
  const value = fc.oneof(fc.jsonValue(), method, fc.array(method), fc.record({ keys: fc.array(key) }))
  const members =
    `client_id client_name redirect_uris token_endpoint_auth_method jwks jwks_uri grant_types scope
    token_endpoint_auth_methods_supported client_secret`.split(/\s+/)
  const changes = fc.dictionary(fc.constantFrom(...members), value, { maxKeys: 3 })

  it('is refused as a document, or describes a client that has no secret to lose', () => {
    let described = 0
    fc.assert(
      fc.property(changes, (given) => {
        try {
          const { clientId, clientName, tokenEndpointAuthMethod, jwks, jwksUri } = parse(given)
          described += 1
          expect(clientId).toBe(URL_)
          expect(clientName).toMatch(/\S/)
          expect(['none', 'private_key_jwt']).toContain(tokenEndpointAuthMethod)
          if (tokenEndpointAuthMethod === 'private_key_jwt') expect(Boolean(jwks || jwksUri)).toBe(true)
          for (const one of jwks?.keys ?? [])
            expect(Object.keys(one)).not.toEqual(expect.arrayContaining(['d']))
        } catch (error) {
          expect(error).toBeInstanceOf(ClientDocumentError)
        }
      }),
      { numRuns: 2000 },
    )
    expect(described).toBeGreaterThan(50)
  })
})

it.each([...WELL_KNOWN_DOCUMENTS])('the copy of %s is a document itself', (url, document) => {
  expect(parseClientDocument(document, url).redirectUris.length).toBeGreaterThan(0)
})
