import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ASSERTION_ALGORITHMS,
  assertionAudiences,
  checkAssertionClaims,
  readAssertion,
} from './client-assertion'
import { OAuthError } from './errors'

const ISSUER = 'https://auth.example.com'
const CLIENT = 'https://client.example/oauth.json'
const NOW = new Date('2026-11-20T12:00:00Z')
const now = NOW.getTime() / 1000
const CLAIMS = { iss: CLIENT, sub: CLIENT, aud: ISSUER, jti: 'one', exp: now + 60 }

const invalid = expect.objectContaining({ code: 'invalid_client', status: 401 })
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const jwt = (header: unknown, claims: unknown = CLAIMS) => `${encode(header)}.${encode(claims)}.c2ln`
const check = (changes: Record<string, unknown>) =>
  checkAssertionClaims(
    { ...CLAIMS, ...changes },
    { clientId: CLIENT, audiences: assertionAudiences(ISSUER), now: NOW },
  )

describe('the form of a client assertion (RFC 7523 §3)', () => {
  it.each([
    { alg: 'RS256', kid: 'k' },
    { alg: 'PS256' },
    { alg: 'ES256', typ: 'JWT' },
    { alg: 'EdDSA', typ: 'client-authentication+jwt' },
    { alg: 'ES256', typ: 'application/client-authentication+jwt' },
  ])('may have the header %j', (header) => {
    const { alg, kid } = readAssertion(jwt(header)).header
    expect({ alg, kid }).toEqual({ alg: header.alg, kid: header.kid })
  })

  it.each([
    { alg: 'none' },
    { alg: 'None' },
    { alg: 'HS256' },
    { alg: 'RS1' },
    { alg: ['RS256'] },
    {},
    { alg: 'RS256', typ: 'at+jwt' },
    { alg: 'RS256', typ: 'dpop+jwt' },
    { alg: 'RS256', typ: 7 },
    { alg: 'RS256', crit: ['b64'], b64: false },
    { alg: 'RS256', kid: 7 },
    [],
    null,
  ])('must not have the header %j', (header) => {
    expect(() => readAssertion(jwt(header))).toThrow(invalid)
  })

  it.each(['', '.', '..', 'a.b', 'a.b.c.d', `${encode({ alg: 'RS256' })}.eyJ.c`, jwt({ alg: 'RS256' }, [])])(
    'is not %j',
    (text) => {
      expect(() => readAssertion(text)).toThrow(invalid)
    },
  )

  it('is not read when it is long', () => {
    expect(() => readAssertion(jwt({ alg: 'RS256' }, { pad: 'x'.repeat(9_000) }))).toThrow(invalid)
  })
})

describe('the claims of a client assertion (RFC 7523 §3)', () => {
  it('are accepted when they are right, and say what to remember', () => {
    expect(check({ iat: now, nbf: now - 5 })).toEqual({
      jti: 'one',
      expiresAt: new Date(NOW.getTime() + 60_000),
    })
  })

  it.each([ISSUER, `${ISSUER}/oauth/token`, `${ISSUER}/token`, [ISSUER], [ISSUER, `${ISSUER}/oauth/token`]])(
    'may be for %j',
    (aud) => {
      expect(check({ aud }).jti).toBe('one')
    },
  )

  it.each([
    undefined,
    '',
    [],
    `${ISSUER}/`,
    `${ISSUER}//token`,
    `${ISSUER}/oauth/token/`,
    'https://AUTH.example.com',
    'https://auth.example.com.evil.example',
    'https://other.example',
    [ISSUER, 'https://other.example'],
    [[ISSUER]],
    { 0: ISSUER },
  ])('must not be for %j', (aud) => {
    expect(() => check({ aud })).toThrow(invalid)
  })

  it('are only for the issuer that was asked', () => {
    expect(assertionAudiences(`${ISSUER}/s/acme`)).not.toContain(ISSUER)
    expect(assertionAudiences(`${ISSUER}/s/acme`)).not.toContain(`${ISSUER}/token`)
  })

  it.each([
    { iss: undefined },
    { sub: undefined },
    { iss: 'https://evil.example/oauth.json' },
    { sub: `${CLIENT}/` },
    { exp: undefined },
    { exp: String(now + 60) },
    { exp: Number.POSITIVE_INFINITY },
    { exp: now },
    { exp: now - 1 },
    { exp: now + 3_700 },
    { iat: now + 120 },
    { nbf: now + 120 },
    { nbf: 'soon' },
    { jti: undefined },
    { jti: '' },
    { jti: 7 },
  ])('must not have %j', (changes) => {
    expect(() => check(changes)).toThrow(invalid)
  })

  it('tolerate a clock that is a little ahead', () => {
    expect(check({ iat: now + 50, nbf: now + 50, exp: now + 3_650 }).jti).toBe('one')
  })
})

describe('whatever is presented as a client assertion', () => {
  const json = fc.jsonValue({ maxDepth: 3 })
  const header = fc.record(
    {
      alg: fc.oneof(fc.constantFrom('RS256', 'ES256', 'none', 'HS256'), json),
      kid: fc.oneof(fc.string(), json),
      typ: fc.oneof(fc.constantFrom('JWT', 'at+jwt', 'application/jwt'), json),
    },
    { requiredKeys: [] },
  )
  const part = fc.oneof(fc.oneof(header, json).map(encode), fc.string({ unit: 'binary' }), fc.constant(''))
  const text = fc.oneof(
    fc.array(part, { maxLength: 5 }).map((parts) => parts.join('.')),
    fc.tuple(header, fc.dictionary(fc.string(), json)).map(([head, claims]) => jwt(head, claims)),
  )

  it('is refused with invalid_client, or can be verified by an algorithm that proves something', () => {
    let read = 0
    fc.assert(
      fc.property(text, (assertion) => {
        try {
          const { header, claims } = readAssertion(assertion)
          read += 1
          expect(ASSERTION_ALGORITHMS).toContain(header.alg)
          expect(['string', 'undefined']).toContain(typeof header.kid)
          expect(Array.isArray(claims)).toBe(false)
        } catch (error) {
          expect(error).toEqual(invalid)
        }
      }),
      { numRuns: 2000 },
    )
    expect(read).toBeGreaterThan(10)
  })

  const time = fc.oneof(
    json,
    fc.integer({ min: now - 4000, max: now + 8000 }),
    fc.constantFrom(now, now + 60, Number.NaN),
  )
  const audience = fc.constantFrom(ISSUER, `${ISSUER}/oauth/token`, `${ISSUER}/`, 'https://other.example')
  const claims = fc.record(
    {
      iss: fc.oneof({ weight: 9, arbitrary: fc.constant(CLIENT) }, json),
      sub: fc.oneof({ weight: 9, arbitrary: fc.constant(CLIENT) }, json),
      aud: fc.oneof(audience, fc.array(audience), json),
      jti: fc.oneof({ weight: 3, arbitrary: fc.constant('one') }, json),
      exp: fc.oneof({ weight: 3, arbitrary: fc.constant(now + 60) }, time),
      iat: time,
      nbf: time,
    },
    { requiredKeys: ['iss', 'sub', 'aud', 'jti', 'exp'] },
  )

  it('is good for this client, for us, now, and once, when its claims are accepted', () => {
    let accepted = 0
    fc.assert(
      fc.property(claims, (given) => {
        let remembered: ReturnType<typeof checkAssertionClaims>
        try {
          remembered = check(given)
        } catch (error) {
          expect(error).toBeInstanceOf(OAuthError)
          return
        }
        accepted += 1
        expect([given.iss, given.sub]).toEqual([CLIENT, CLIENT])
        const audiences = [given.aud].flat()
        expect(audiences.length).toBeGreaterThan(0)
        for (const one of audiences) expect(assertionAudiences(ISSUER)).toContain(one)
        expect(remembered.jti).toBe(given.jti)
        expect(remembered.expiresAt > NOW).toBe(true)
        expect(remembered.expiresAt.getTime() - NOW.getTime()).toBeLessThanOrEqual(3_660_000)
      }),
      { numRuns: 2000 },
    )
    expect(accepted).toBeGreaterThan(20)
  })
})
