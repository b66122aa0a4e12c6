import { describe, expect, it } from 'vitest'
import { cookieName, readCookie, setCookie } from './cookies'

const HTTPS = 'https://auth.example.com'
const LOOPBACK = 'http://localhost:3000'
const sent = (cookie?: string) => new Request(HTTPS, cookie === undefined ? {} : { headers: { cookie } })

describe('setCookie', () => {
  const cookie = { name: 'vst_state_1', value: 'v', maxAge: 600 }

  it('ties a cookie to this host, to TLS and to navigations of our own making [PX-9]', () => {
    expect(setCookie(HTTPS, cookie)).toBe(
      '__Host-vst_state_1=v; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure',
    )
  })

  it('keeps what the __Host- prefix demands: Secure, Path=/ and no Domain (RFC 6265bis §4.1.3.2) [H-11]', () => {
    const [, ...attributes] = setCookie(HTTPS, cookie).split('; ')
    expect(attributes).toContain('Secure')
    expect(attributes).toContain('Path=/')
    expect(attributes.some((attribute) => /^domain/i.test(attribute))).toBe(false)
  })

  it('goes without both on plain http, which is loopback alone', () => {
    expect(setCookie(LOOPBACK, cookie)).toBe('vst_state_1=v; Path=/; Max-Age=600; HttpOnly; SameSite=Lax')
    expect(cookieName(LOOPBACK, 'vst_state_1')).toBe('vst_state_1')
  })

  it('deletes with an age of 0', () => {
    expect(setCookie(HTTPS, { ...cookie, value: '', maxAge: 0 })).toContain('=; Path=/; Max-Age=0;')
  })
})

describe('readCookie', () => {
  it('finds a cookie among others, with whatever is in its value', () => {
    const request = sent('a=1; __Host-vst_state_1=x=y=; b=2')
    expect(readCookie(request, HTTPS, 'vst_state_1')).toBe('x=y=')
  })

  it('does not take a cookie without the prefix, which another host could have set [PX-9 H-11]', () => {
    expect(readCookie(sent('vst_state_1=forged'), HTTPS, 'vst_state_1')).toBeUndefined()
  })

  it.each([
    'x__Host-vst_state_1=v',
    '__Host-vst_state_12=v',
    '__host-vst_state_1=v',
    'a="__Host-vst_state_1=v"',
    '',
  ])('does not take %s for it', (header) => {
    expect(readCookie(sent(header), HTTPS, 'vst_state_1')).toBeUndefined()
  })

  it('is undefined without any cookie', () => {
    expect(readCookie(sent(), HTTPS, 'vst_state_1')).toBeUndefined()
  })
})
