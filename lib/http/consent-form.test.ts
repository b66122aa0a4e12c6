import { describe, expect, it } from 'vitest'
import { consentCookie, formTokenOf, isOwnForm, requestIdIn } from './consent-form'

const PUBLIC_URL = 'https://auth.example.com'
const ID = 'request-1'
const TOKEN = 'A'.repeat(43)
const COOKIE = `__Host-vst_consent_${ID}=${TOKEN}`

const posted = (headers: Record<string, string>) =>
  new Request('http://localhost/oauth/consent/decision', { method: 'POST', headers })
const form = (fields: Record<string, string> = {}) =>
  new URLSearchParams({ request: ID, token: TOKEN, decision: 'allow', ...fields })

describe('formTokenOf', () => {
  const opened = (cookie?: string) =>
    formTokenOf(posted(cookie === undefined ? {} : { cookie }), PUBLIC_URL, ID)

  it('is new and random for a browser that has none', () => {
    const tokens = Array.from({ length: 50 }, () => opened())
    expect(new Set(tokens).size).toBe(50)
    expect(tokens.every((token) => /^[A-Za-z0-9_-]{43}$/.test(token))).toBe(true)
  })

  it('is the one that this browser has, so that a second tab does not break the first [H-5]', () => {
    expect(opened(COOKIE)).toBe(TOKEN)
  })

  it.each(['short', `${TOKEN}x`, `${TOKEN.slice(1)};`, ''])('replaces %j, which is none of ours', (value) => {
    expect(opened(`__Host-vst_consent_${ID}=${value}`)).not.toBe(value)
  })

  it('is another one for another request', () => {
    expect(opened(`__Host-vst_consent_request-2=${TOKEN}`)).not.toBe(TOKEN)
  })
})

describe('consentCookie', () => {
  it('is one per request, and lives as long as the request [PX-9]', () => {
    expect(consentCookie(PUBLIC_URL, ID, TOKEN)).toBe(
      `${COOKIE}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure`,
    )
  })
})

describe('isOwnForm', () => {
  const check = (headers: Record<string, string>, fields?: Record<string, string>) =>
    isOwnForm(posted(headers), PUBLIC_URL, form(fields))

  it('is true for our page in this browser', () => {
    expect(check({ origin: PUBLIC_URL, cookie: COOKIE })).toBe(true)
  })

  it.each([
    ['a foreign page', { origin: 'https://evil.example', cookie: COOKIE }],
    ['a page that hides where it comes from', { origin: 'null', cookie: COOKIE }],
    ['a host below ours', { origin: 'https://a.auth.example.com', cookie: COOKIE }],
    ['our host over plain http', { origin: 'http://auth.example.com', cookie: COOKIE }],
    ['our host at another port', { origin: 'https://auth.example.com:8443', cookie: COOKIE }],
    ['a request without an origin', { cookie: COOKIE }],
    ['another browser', { origin: PUBLIC_URL }],
    [
      'a browser with the cookie of another request',
      {
        origin: PUBLIC_URL,
        cookie: `__Host-vst_consent_request-2=${TOKEN}`,
      },
    ],
    [
      'a browser with another token',
      { origin: PUBLIC_URL, cookie: `__Host-vst_consent_${ID}=${'B'.repeat(43)}` },
    ],
    [
      'a cookie that another host could have set',
      { origin: PUBLIC_URL, cookie: `vst_consent_${ID}=${TOKEN}` },
    ],
    ['an empty cookie', { origin: PUBLIC_URL, cookie: `__Host-vst_consent_${ID}=` }],
  ])('is false for %s [PX-7]', (_, headers) => {
    expect(check(headers as unknown as Record<string, string>)).toBe(false)
  })

  it('is false without the token or the request, even where both are empty', () => {
    const headers = { origin: PUBLIC_URL, cookie: COOKIE }
    expect(check(headers, { token: '' })).toBe(false)
    expect(check(headers, { request: '' })).toBe(false)
    expect(check({ origin: PUBLIC_URL, cookie: '__Host-vst_consent_=' }, { request: '', token: '' })).toBe(
      false,
    )
  })

  it('is false for the token of another request [PX-9]', () => {
    expect(check({ origin: PUBLIC_URL, cookie: COOKIE }, { request: 'request-2' })).toBe(false)
  })
})

describe('requestIdIn', () => {
  it.each(['a b', 'a;b', 'a=b', 'a\r\nset-cookie: x', '<b>', 'x'.repeat(65), '', null, undefined])(
    'makes nothing of %j, which is no id',
    (value) => {
      expect(requestIdIn(value)).toBe('')
    },
  )
  it('leaves an id as it is', () => {
    expect(requestIdIn('abc_DEF-123')).toBe('abc_DEF-123')
  })
})
