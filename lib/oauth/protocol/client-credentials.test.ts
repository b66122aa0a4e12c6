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

  it('count an empty secret as omitted', () => {
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

describe('client credentials in the header (RFC 6749 §2.3.1)', () => {
  const expected = { clientId: 'my-id_1', secret: 'vst_cs_x-Y', method: 'client_secret_basic' }

  it('may be raw or percent-encoded, down to hyphens and underscores', () => {
    expect(readClientCredentials(basic('my-id_1:vst_cs_x-Y'), form())).toEqual(expected)
    expect(readClientCredentials(basic('my%2Did%5F1:vst%5Fcs%5Fx%2DY'), form())).toEqual(expected)
    expect(readClientCredentials(basic('my-id_1:vst_cs_x-Y').replace('Basic', 'bAsIc'), form())).toEqual(
      expected,
    )
  })

  it('are split at the first colon', () => {
    expect(readClientCredentials(basic('id:a:b::c'), form())).toMatchObject({
      clientId: 'id',
      secret: 'a:b::c',
    })
  })

  it('are decoded after they are split, so an id may hold a colon', () => {
    expect(readClientCredentials(basic('https%3A%2F%2Fa.example%2Fc:s'), form())).toMatchObject({
      clientId: 'https://a.example/c',
      secret: 's',
    })
  })

  it('are taken raw where they do not decode', () => {
    expect(readClientCredentials(basic('id:100%'), form()).secret).toBe('100%')
  })

  it('survive any client that encodes them as the RFC says', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(value, value, (clientId, secret) => {
        const header = basic(`${formEncode(clientId)}:${formEncode(secret)}`)
        expect(readClientCredentials(header, form())).toEqual({
          clientId,
          secret,
          method: 'client_secret_basic',
        })
      }),
    )
  })

  it('may come with the same client_id in the body', () => {
    expect(readClientCredentials(basic('my-id_1:vst_cs_x-Y'), form({ client_id: 'my-id_1' }))).toEqual(
      expected,
    )
  })

  it('prove nothing without a secret', () => {
    expect(readClientCredentials(basic('id:'), form())).toEqual({ clientId: 'id', method: 'none' })
  })

  it.each([
    'Basic',
    'Basic ',
    'Basic !!!!',
    'Basic =',
    basic('no colon'),
    basic(':secret'),
    basic(''),
    'Bearer abc',
  ])('are invalid_client when they are %j', (header) => {
    expect(() => readClientCredentials(header, form({ client_id: 'a' }))).toThrow(
      refused('invalid_client', 401),
    )
  })

  it('give an OAuth error or an id, whatever is sent', () => {
    const header = fc.oneof(fc.string(), fc.string({ unit: 'binary' }).map(basic))
    fc.assert(
      fc.property(header, (value) => {
        try {
          expect(readClientCredentials(value, form({ client_id: 'a' })).clientId).not.toBe('')
        } catch (error) {
          expect(error).toBeInstanceOf(OAuthError)
        }
      }),
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
