import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClientCredentials } from './client-credentials'
import { OAuthError } from './errors'
import { parseParameters } from './parameters'

const form = (fields: Record<string, string> = {}) => parseParameters(new URLSearchParams(fields))
const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`
const formEncode = (value: string) => new URLSearchParams([['', value]]).toString().slice(1)
const refused = (code: string, status: number) => expect.objectContaining({ code, status })

describe('client credentials in the body (RFC 6749 §2.3.1)', () => {
  it('are an id alone, or an id with a secret', () => {
    expect(readClientCredentials(undefined, form({ client_id: 'a' }))).toEqual({
      clientId: 'a',
      method: 'none',
    })
    expect(readClientCredentials(undefined, form({ client_id: 'a', client_secret: 's' }))).toEqual({
      clientId: 'a',
      secret: 's',
      method: 'client_secret_post',
    })
  })

  it('count an empty secret as omitted [RFC-25]', () => {
    expect(readClientCredentials(undefined, form({ client_id: 'a', client_secret: '' }))).toEqual({
      clientId: 'a',
      method: 'none',
    })
    expect(readClientCredentials('', form({ client_id: 'a' })).clientId).toBe('a')
  })

  it('are invalid_client without an id', () => {
    expect(() => readClientCredentials(undefined, form({ client_secret: 's' }))).toThrow(
      refused('invalid_client', 401),
    )
  })
})

describe('an Authorization header that is no client’s', () => {
  it.each(['Bearer vst_at_stray', 'bearer x', 'DPoP x', 'Negotiate x', 'BasicX y'])(
    'is ignored where the body names the client: %s',
    (header) => {
      expect(readClientCredentials(header, form({ client_id: 'a' }))).toEqual({
        clientId: 'a',
        method: 'none',
      })
      const posted = form({ client_id: 'a', client_secret: 's' })
      expect(readClientCredentials(header, posted)).toMatchObject({
        secret: 's',
        method: 'client_secret_post',
      })
    },
  )

  it('is a bad one where it does not', () => {
    expect(() => readClientCredentials('Bearer x', form())).toThrow(refused('invalid_client', 401))
    expect(() => readClientCredentials('Basic !', form({ client_id: 'a' }))).toThrow(
      refused('invalid_client', 401),
    )
  })
})

describe('client credentials in the header (RFC 6749 §2.3.1)', () => {
  const expected = { clientId: 'my-id_1', secret: 'vst_cs_x-Y', method: 'client_secret_basic' }

  it('may be raw or percent-encoded, down to hyphens and underscores [RFC-26 CL-2]', () => {
    expect(readClientCredentials(basic('my-id_1:vst_cs_x-Y'), form())).toEqual(expected)
    expect(readClientCredentials(basic('my%2Did%5F1:vst%5Fcs%5Fx%2DY'), form())).toMatchObject(expected)
    expect(readClientCredentials(basic('my-id_1:vst_cs_x-Y').replace('Basic', 'bAsIc'), form())).toEqual(
      expected,
    )
  })

  it('are split at the first colon [H-58]', () => {
    expect(readClientCredentials(basic('id:a:b::c'), form())).toMatchObject({
      clientId: 'id',
      secret: 'a:b::c',
    })
  })

  it('are decoded after they are split, so an id may hold a colon [H-58]', () => {
    expect(readClientCredentials(basic('https%3A%2F%2Fa.example%2Fc:s'), form())).toMatchObject({
      clientId: 'https://a.example/c',
      secret: 's',
    })
  })

  it('are taken raw where they do not decode [RFC-26]', () => {
    expect(readClientCredentials(basic('id:100%'), form()).secret).toBe('100%')
  })

  it('survive any client that encodes them as the RFC says [RFC-26]', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(value, value, (clientId, secret) => {
        const header = basic(`${formEncode(clientId)}:${formEncode(secret)}`)
        expect(readClientCredentials(header, form())).toMatchObject({
          clientId,
          secret,
          method: 'client_secret_basic',
        })
      }),
    )
  })

  it('survive any client that encodes nothing, whatever the secret holds', () => {
    const id = fc.stringMatching(/^[A-Za-z0-9._~-]+$/)
    const mangled = fc
      .array(fc.constantFrom('%', '2', 'B', '+', ':', ' ', 'a', 'é'))
      .map((all) => all.join(''))
    const secret = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1 }), mangled.filter(Boolean))
    fc.assert(
      fc.property(id, secret, (clientId, sent) => {
        const read = readClientCredentials(basic(`${clientId}:${sent}`), form())
        expect(read.clientId).toBe(clientId)
        expect(read.rawSecret ?? read.secret).toBe(sent)
      }),
    )
  })

  it('are good for what is issued here in each of the ways that clients have, with one reading', () => {
    const issued = fc.stringMatching(/^[A-Za-z0-9_-]{1,60}$/)
    fc.assert(
      fc.property(issued, issued, (clientId, secret) => {
        const expected = { clientId, secret, method: 'client_secret_basic' }
        expect(readClientCredentials(basic(`${clientId}:${secret}`), form())).toEqual(expected)
        const encodeAll = (value: string) =>
          Buffer.from(value)
            .toString('hex')
            .replace(/../g, (byte) => `%${byte}`)
        const encoded = basic(`${encodeAll(clientId)}:${encodeAll(secret)}`)
        expect(readClientCredentials(encoded, form({ client_id: clientId }))).toMatchObject(expected)
      }),
    )
  })

  it('may come with the same client_id in the body [CL-2]', () => {
    expect(readClientCredentials(basic('my-id_1:vst_cs_x-Y'), form({ client_id: 'my-id_1' }))).toEqual(
      expected,
    )
  })

  it('prove nothing without a secret', () => {
    expect(readClientCredentials(basic('id:'), form())).toEqual({ clientId: 'id', method: 'none' })
  })

  it.each(['Basic', 'Basic ', 'Basic !!!!', 'Basic =', basic('no colon'), basic(':secret'), basic('')])(
    'are invalid_client when they are %j',
    (header) => {
      expect(() => readClientCredentials(header, form({ client_id: 'a' }))).toThrow(
        refused('invalid_client', 401),
      )
    },
  )

  it('give an OAuth error or an id, whatever is sent', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('%', '%ff:%', 'a:%zz', ':', '\0:\0'))
    const header = fc.option(fc.oneof(text, text.map(basic), fc.constant(basic('a:s'))), { nil: undefined })
    const names = ['client_id', 'client_secret', 'client_assertion', 'client_assertion_type']
    const fields = fc.dictionary(fc.constantFrom(...names), fc.oneof(text, fc.constant('a')), { maxKeys: 2 })
    fc.assert(
      fc.property(header, fields, (authorization, sent) => {
        try {
          const { clientId, secret, assertion } = readClientCredentials(authorization, form(sent))
          expect(clientId).not.toBe('')
          // One proof at most, and one client.
          expect(secret !== undefined && assertion !== undefined).toBe(false)
          if (sent.client_id) expect(clientId).toBe(new URLSearchParams(sent).get('client_id'))
        } catch (error) {
          expect(error).toBeInstanceOf(OAuthError)
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('two mechanisms at once (RFC 6749 §2.3)', () => {
  it('are invalid_request', () => {
    expect(() => readClientCredentials(basic('a:s'), form({ client_id: 'a', client_secret: 's' }))).toThrow(
      refused('invalid_request', 400),
    )
  })

  it('cannot name two clients', () => {
    expect(() => readClientCredentials(basic('a:s'), form({ client_id: 'b' }))).toThrow(
      refused('invalid_request', 400),
    )
  })

  it('do not repeat a secret in the message', () => {
    expect(() => readClientCredentials(basic('a:topsecret'), form({ client_secret: 'topsecret' }))).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('topsecret') }),
    )
  })
})
