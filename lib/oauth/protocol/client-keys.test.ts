import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ClientJwk, candidateKeys } from './client-keys'
import { parseClientMetadata, registrationResponse } from './client-metadata'
import { CAPABILITIES } from './server-metadata'

const redirect_uris = ['https://example.com/cb']
const parse = (body: unknown) => parseClientMetadata(body, CAPABILITIES)

describe('the keys of a client that signs (RFC 7591 §2)', () => {
  const token_endpoint_auth_method = 'private_key_jwt'
  const jwks = { keys: [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y' }] }
  const jwks_uri = 'https://example.com/jwks.json'

  it('are registered by value or by reference, and echoed', () => {
    expect(parse({ redirect_uris, token_endpoint_auth_method, jwks })).toMatchObject({ jwks })
    const metadata = parse({ redirect_uris, token_endpoint_auth_method, jwks_uri })
    expect(metadata).toMatchObject({ tokenEndpointAuthMethod: 'private_key_jwt', jwksUri: jwks_uri })
    const response = registrationResponse(metadata, { clientId: 'a', issuedAt: new Date() })
    expect(response).toMatchObject({ jwks_uri, token_endpoint_auth_method })
    expect(response).not.toHaveProperty('client_secret')
  })

  it.each([
    {},
    { jwks, jwks_uri },
    { jwks: [] },
    { jwks: { keys: [] } },
    { jwks: { keys: ['key'] } },
    { jwks: { keys: Array(50).fill(jwks.keys[0]) } },
    { jwks: { keys: [{ ...jwks.keys[0], d: 'private' }] } },
    { jwks: { keys: [{ kty: 'oct', k: 'shared' }] } },
    { jwks_uri: 'http://example.com/jwks.json' },
    { jwks_uri: 'javascript:alert(1)' },
    { jwks_uri: 'https://user@example.com/jwks.json' },
    { jwks_uri: 7 },
  ])('are refused as %j', (keys) => {
    expect(() => parse({ redirect_uris, token_endpoint_auth_method, ...keys })).toThrow(
      expect.objectContaining({ code: 'invalid_client_metadata' }),
    )
  })
})

describe("the client's keys", () => {
  const rsa: ClientJwk = { kty: 'RSA', n: 'n', e: 'AQAB', kid: 'rsa' }
  const ec: ClientJwk = { kty: 'EC', crv: 'P-256', kid: 'ec' }
  const ed: ClientJwk = { kty: 'OKP', crv: 'Ed25519', kid: 'ed' }
  const find = (alg: string, kid: string | undefined, keys: readonly ClientJwk[] = [rsa, ec, ed]) =>
    candidateKeys({ keys }, { alg, ...(kid !== undefined && { kid }) })

  it('are chosen by id and kind', () => {
    expect(find('RS256', 'rsa')).toEqual([rsa])
    expect(find('PS256', undefined)).toEqual([rsa])
    expect(find('ES256', 'ec')).toEqual([ec])
    expect(find('EdDSA', undefined)).toEqual([ed])
    expect(find('RS256', 'ec')).toEqual([])
    expect(find('RS256', 'unknown')).toEqual([])
  })

  it('are never symmetric, private, for another use, or huge', () => {
    expect(find('HS256', undefined, [{ kty: 'oct', k: 's' }, rsa])).not.toContainEqual({ kty: 'oct', k: 's' })
    expect(find('RS256', undefined, [{ ...rsa, d: 'private' }])).toEqual([])
    expect(find('RS256', undefined, [{ ...rsa, use: 'enc' }])).toEqual([])
    expect(find('RS256', undefined, [{ ...rsa, alg: 'PS256' }])).toEqual([])
    expect(find('RS256', undefined, [{ ...rsa, n: 'A'.repeat(20_000) }])).toEqual([])
  })

  it('are public ones of the right kind and use, out of whatever a set holds', () => {
    const word = fc.constantFrom('RSA', 'EC', 'OKP', 'oct', 'P-256', 'Ed25519', 'sig', 'enc', 'RS256', 'a')
    const names = ['kty', 'crv', 'n', 'd', 'k', 'p', 'alg', 'use', 'kid', 'x5c']
    const drawn = fc.dictionary(fc.constantFrom(...names), fc.oneof(word, fc.jsonValue()), { maxKeys: 4 })
    const key = fc.tuple(fc.constantFrom<ClientJwk>({}, rsa, ec, ed), drawn).map(([a, b]) => ({ ...a, ...b }))
    const kinds: Record<string, string> = { RS256: 'RSA', PS256: 'RSA', ES256: 'EC', EdDSA: 'OKP' }
    let found = 0
    fc.assert(
      fc.property(
        fc.array(key),
        fc.constantFrom('RS256', 'PS256', 'ES256', 'EdDSA'),
        fc.option(word, { nil: undefined }),
        (keys, alg, kid) => {
          for (const candidate of find(alg, kid, keys)) {
            found += 1
            expect(candidate.kty).toBe(kinds[alg])
            expect(Object.keys(candidate).filter((name) => ['d', 'k', 'p'].includes(name))).toEqual([])
            expect([undefined, alg]).toContain(candidate.alg)
            expect([undefined, 'sig']).toContain(candidate.use)
            if (kid !== undefined) expect(candidate.kid).toBe(kid)
          }
        },
      ),
      { numRuns: 2000 },
    )
    expect(found).toBeGreaterThan(50)
  })
})
