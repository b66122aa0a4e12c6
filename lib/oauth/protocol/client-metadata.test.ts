import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseClientMetadata, registrationResponse } from './client-metadata'
import { OAuthError } from './errors'
import { CAPABILITIES } from './server-metadata'

const redirect_uris = ['https://example.com/cb']
const parse = (body: unknown) => parseClientMetadata(body, CAPABILITIES)
const refusal = (body: unknown) => {
  try {
    parse(body)
  } catch (error) {
    if (error instanceof OAuthError) return { code: error.code, description: error.description }
    throw error
  }
  return undefined
}

describe('what real clients register', () => {
  it('accepts a hosted client', () => {
    expect(
      parse({
        redirect_uris: ['https://claude.ai/api/mcp/auth_callback'],
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        scope: 'mcp',
        client_name: 'Claude',
        application_type: 'web',
      }),
    ).toEqual({
      redirectUris: ['https://claude.ai/api/mcp/auth_callback'],
      tokenEndpointAuthMethod: 'none',
      grantTypes: ['authorization_code', 'refresh_token'],
      responseTypes: ['code'],
      scope: ['mcp'],
      clientName: 'Claude',
    })
  })

  it('accepts a desktop client with its own scheme, a site and loopback in one registration', () => {
    const uris = [
      'cursor://anysphere.cursor-mcp/oauth/callback',
      'https://www.cursor.com/agents/mcp/oauth/callback',
      'http://localhost:8787/callback',
    ]
    expect(parse({ redirect_uris: uris, token_endpoint_auth_method: 'none' }).redirectUris).toEqual(uris)
  })

  it('accepts an empty scope, null members and empty strings as absent', () => {
    expect(
      parse({
        redirect_uris,
        token_endpoint_auth_method: null,
        grant_types: null,
        response_types: null,
        scope: '',
        client_name: '',
        client_uri: null,
        contacts: null,
        software_id: '',
        jwks: null,
      }),
    ).toEqual(parse({ redirect_uris }))
    const empty = { token_endpoint_auth_method: '', grant_types: '', response_types: '', contacts: '' }
    expect(parse({ redirect_uris, ...empty })).toEqual(parse({ redirect_uris }))
  })

  it('keeps contacts that say something, 20 at most', () => {
    expect(parse({ redirect_uris, contacts: ['ops@example.com', ''] }).contacts).toEqual(['ops@example.com'])
    expect(parse({ redirect_uris, contacts: [] })).not.toHaveProperty('contacts')
    expect(refusal({ redirect_uris, contacts: ['a', 7] })?.description).toBe('contacts[1] must be a string')
    expect(refusal({ redirect_uris, contacts: Array(21).fill('a') })?.code).toBe('invalid_client_metadata')
  })
})

describe('defaults (RFC 7591 §2)', () => {
  it('is a confidential client with both grants when it says nothing', () => {
    expect(parse({ redirect_uris })).toEqual({
      redirectUris: redirect_uris,
      tokenEndpointAuthMethod: 'client_secret_basic',
      grantTypes: ['authorization_code', 'refresh_token'],
      responseTypes: ['code'],
    })
  })
})

describe('grant_types and response_types', () => {
  it('ignores the ones we do not have', () => {
    const grant_types = ['urn:ietf:params:oauth:grant-type:jwt-bearer', 'implicit', 'authorization_code']
    expect(parse({ redirect_uris, grant_types }).grantTypes).toEqual(['authorization_code'])
    expect(parse({ redirect_uris, response_types: ['code', 'token'] }).responseTypes).toEqual(['code'])
  })

  it.each([[[]], [['implicit']], [['refresh_token']], ['authorization_code'], [[1]]])(
    'refuses grant_types %j',
    (grant_types) => {
      expect(refusal({ redirect_uris, grant_types })?.code).toBe('invalid_client_metadata')
    },
  )

  it.each([[[]], [['token']], [['code token']], ['code']])('refuses response_types %j', (response_types) => {
    expect(refusal({ redirect_uris, response_types })?.code).toBe('invalid_client_metadata')
  })
})

describe('token_endpoint_auth_method', () => {
  it.each(['none', 'client_secret_basic', 'client_secret_post'])('accepts %s', (method) => {
    expect(parse({ redirect_uris, token_endpoint_auth_method: method }).tokenEndpointAuthMethod).toBe(method)
  })

  it.each(['tls_client_auth', 'client_secret_jwt', 'NONE', 'toString', 7])('refuses %j', (method) => {
    expect(refusal({ redirect_uris, token_endpoint_auth_method: method })?.code).toBe(
      'invalid_client_metadata',
    )
  })
})

describe('redirect_uris', () => {
  it.each([
    undefined,
    null,
    '',
    'https://example.com/cb',
    [],
    {},
    [null],
    [['https://example.com/cb']],
    ['https://example.com/cb', 'javascript:alert(1)'],
    ['https://example.com/cb', 'http://example.com/cb'],
    [`https://example.com/${'a'.repeat(2048)}`],
    Array.from({ length: 21 }, (_, index) => `https://example.com/${index}`),
  ])('is invalid_redirect_uri for case %#', (uris) => {
    expect(refusal({ redirect_uris: uris })?.code).toBe('invalid_redirect_uri')
  })

  it('says which one and why', () => {
    expect(refusal({ redirect_uris: ['https://example.com/', 'https://example.com/#x'] })?.description).toBe(
      'redirect_uris[1] is not acceptable: it must not have a fragment',
    )
    expect(refusal({})?.description).toBe('redirect_uris must hold at least one URI')
  })

  it('holds each URI once, and 20 at most', () => {
    const uris = Array.from({ length: 20 }, (_, index) => `https://example.com/${index}`)
    expect(parse({ redirect_uris: uris }).redirectUris).toEqual(uris)
    expect(parse({ redirect_uris: [...redirect_uris, ...redirect_uris] }).redirectUris).toEqual(redirect_uris)
  })
})

describe('what is shown to users', () => {
  it('has no control characters and none that turn the text around', () => {
    expect(parse({ redirect_uris, client_name: ' Cl\u0000au\u202Ede\r\n\u2066\uD800 ' }).clientName).toBe(
      'Claude',
    )
    expect(parse({ redirect_uris, client_name: '\u202E\u0007' })).not.toHaveProperty('clientName')
  })

  it('has a name of 200 characters at most', () => {
    expect(parse({ redirect_uris, client_name: 'n'.repeat(200) }).clientName).toHaveLength(200)
    expect(refusal({ redirect_uris, client_name: 'n'.repeat(201) })).toEqual({
      code: 'invalid_client_metadata',
      description: 'client_name must not be longer than 200 characters',
    })
    expect(refusal({ redirect_uris, client_name: 5 })?.description).toBe('client_name must be a string')
  })

  it.each(['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'])(
    'has http(s) addresses only in %s [H-15]',
    (member) => {
      const register = (value: unknown) =>
        registrationResponse(parse({ redirect_uris, [member]: value }), issued)
      expect(register('https://example.com/a#b')[member]).toBe('https://example.com/a#b')
      for (const bad of [
        'javascript:alert(1)',
        'data:text/html,x',
        'https://user@example.com/',
        'https://example.com/\n',
        ' https://example.com/',
        '/relative',
        `https://example.com/${'a'.repeat(2048)}`,
        7,
        {},
      ])
        expect(register(bad)).not.toHaveProperty(member)
    },
  )
})

describe('the body (RFC 7591 §3.1)', () => {
  it.each([undefined, null, [], 'text', 7, [{ redirect_uris }]])('must be a JSON object, not %j', (body) => {
    expect(refusal(body)).toEqual({
      code: 'invalid_client_metadata',
      description: 'the body must be a JSON object',
    })
  })

  it('may have unknown members, and they are not echoed', () => {
    const body = JSON.parse(
      '{"__proto__":{"clientName":"x"},"constructor":1,"client_id":"mine","client_secret":"s"}',
    )
    expect(parse({ ...body, redirect_uris })).toEqual(parse({ redirect_uris }))
    expect(registrationResponse(parse({ ...body, redirect_uris }), issued).client_id).toBe('abc')
  })

  it('is registered cleanly or refused with a code of RFC 7591 §3.2.2, whatever it holds [RFC-38]', () => {
    const value = fc.oneof(fc.jsonValue(), fc.string({ unit: 'binary' }), fc.array(fc.string()))
    const members =
      `token_endpoint_auth_method grant_types response_types client_name client_uri logo_uri policy_uri
      tos_uri scope contacts software_id software_version jwks jwks_uri __proto__ toString`.split(/\s+/)
    const plausible = fc.constantFrom<unknown>(
      'none',
      'private_key_jwt',
      ['authorization_code'],
      ['code', 'token'],
      'https://example.com/a',
      'a "b" a',
      'a\0b\u202e',
      'half \ud800',
      { keys: [{ kty: 'EC', crv: 'P-256', x: 'x' }] },
      { keys: [{ kty: 'oct', k: 'x' }] },
      { keys: [{ kty: 'EC', kid: '\0' }] },
    )
    const uris = fc.oneof(fc.constant(redirect_uris), fc.array(fc.webUrl({ withFragments: true })), value)
    const body = fc
      .tuple(fc.dictionary(fc.constantFrom(...members), fc.oneof(value, plausible), { maxKeys: 6 }), uris)
      .map(([rest, uris]) => ({ ...rest, redirect_uris: uris }))
    let registered = 0
    fc.assert(
      fc.property(body, (sent) => {
        const refused = refusal(sent)
        if (refused) {
          expect(['invalid_redirect_uri', 'invalid_client_metadata']).toContain(refused.code)
          return
        }
        registered += 1
        const answer = registrationResponse(parse(sent), issued)
        expect(Object.values(answer)).not.toContain(null)
        expect(JSON.stringify(answer)).not.toContain('"k":')
        // Postgres stores neither NUL nor half a surrogate pair.
        expect(JSON.stringify(answer)).not.toMatch(/\\u0000|\\ud[89a-f]/)
        expect(registrationResponse(parse(answer), issued)).toEqual(answer)
      }),
      { numRuns: 2000 },
    )
    expect(registered).toBeGreaterThan(50)
  })
})

const issued = { clientId: 'abc', issuedAt: new Date(1_700_000_000_900) }

describe('the registration response (RFC 7591 §3.2.1)', () => {
  it('echoes every registered value', () => {
    const body = {
      redirect_uris,
      token_endpoint_auth_method: 'client_secret_post',
      grant_types: ['authorization_code'],
      response_types: ['code'],
      client_name: 'Example',
      client_uri: 'https://example.com/',
      logo_uri: 'https://example.com/logo.png',
      policy_uri: 'https://example.com/policy',
      tos_uri: 'https://example.com/tos',
      scope: 'a b',
      contacts: ['ops@example.com'],
      software_id: 'sid',
      software_version: '1.0',
    }
    expect(registrationResponse(parse(body), { ...issued, clientSecret: 'vst_cs_s' })).toEqual({
      ...body,
      client_id: 'abc',
      client_id_issued_at: 1_700_000_000,
      client_secret: 'vst_cs_s',
      client_secret_expires_at: 0,
    })
  })

  it('says nothing about a secret to a public client', () => {
    const answer = registrationResponse(parse({ redirect_uris, token_endpoint_auth_method: 'none' }), issued)
    expect(answer).toEqual({
      client_id: 'abc',
      client_id_issued_at: 1_700_000_000,
      redirect_uris,
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    })
    expect(Object.keys(answer)).not.toContain('client_secret_expires_at')
  })
})
