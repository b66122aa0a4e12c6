import { describe, expect, it } from 'vitest'
import { browserContextOf, sessionCookies } from './browser-session'

const PUBLIC_URL = 'https://auth.example.com'
const context = (headers: Record<string, string>) =>
  browserContextOf(new Request(PUBLIC_URL, { headers }), PUBLIC_URL)

describe('browserContextOf', () => {
  it('finds the session of the connection that is asked for, and of no other', () => {
    const { sessionCookieOf } = context({
      cookie: '__Host-vst_session_okta=one; __Host-vst_session_okta-2=two',
    })
    expect(sessionCookieOf('okta')).toBe('one')
    expect(sessionCookieOf('okta-2')).toBe('two')
    expect(sessionCookieOf('entra')).toBeUndefined()
  })

  it('takes no cookie that another host could have set', () => {
    expect(context({ cookie: 'vst_session_okta=planted' }).sessionCookieOf('okta')).toBeUndefined()
  })

  it('says where the navigation came from, or that the browser does not', () => {
    expect(context({ 'sec-fetch-site': 'cross-site' }).fetchSite).toBe('cross-site')
    expect(context({}).fetchSite).toBeNull()
  })
})

describe('sessionCookies', () => {
  it('keeps a session for 12 hours, ends it, or leaves it alone', () => {
    expect(sessionCookies(PUBLIC_URL, 'okta', 'v')).toEqual([
      '__Host-vst_session_okta=v; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure',
    ])
    expect(sessionCookies(PUBLIC_URL, 'okta', null)).toEqual([
      '__Host-vst_session_okta=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure',
    ])
    expect(sessionCookies(PUBLIC_URL, 'okta', undefined)).toEqual([])
  })
})
