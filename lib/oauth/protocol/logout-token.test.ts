import { describe, expect, it } from 'vitest'
import { checkLogoutToken } from './logout-token'

const NOW = new Date('2026-11-02T09:00:00Z')
const at = (seconds: number) => NOW.getTime() / 1000 + seconds
const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }
const SOUND = {
  iss: 'https://idp.example',
  aud: 'us',
  iat: at(-1),
  exp: at(119),
  jti: 'j1',
  events: EVENTS,
  sub: 'alice',
}

const check = (claims: object, header: object = { alg: 'RS256' }) =>
  checkLogoutToken({ header: { ...header }, claims: { ...SOUND, ...claims } }, 'us', NOW)

describe('a logout token is taken', () => {
  it.each([
    ['with sub', {}, { subject: 'alice' }],
    ['with sid', { sub: undefined, sid: 's1' }, { sessionId: 's1' }],
    ['with both', { sid: 's1' }, { subject: 'alice', sessionId: 's1' }],
    ['for several clients, of which we are one', { aud: ['them', 'us'] }, { subject: 'alice' }],
    ['with further events', { events: { ...EVENTS, 'https://idp.example/more': {} } }, { subject: 'alice' }],
    ['without exp, soon after its issue', { exp: undefined, iat: at(-500) }, { subject: 'alice' }],
    ['from a clock that is half a minute ahead', { iat: at(30) }, { subject: 'alice' }],
  ])('%s', (_, claims, who) => {
    expect(check(claims)).toMatchObject({ ...who, jti: 'j1' })
  })

  it.each(['logout+jwt', 'application/logout+jwt', 'JWT', undefined])('whose typ is %s', (typ) => {
    expect(check({}, { typ })).toMatchObject({ subject: 'alice' })
  })

  it('and its jti remembered until it could not come again', () => {
    expect(check({}).expiresAt).toEqual(new Date(at(119 + 60) * 1000))
    expect(check({ exp: at(10_000_000) }).expiresAt).toEqual(new Date(at(-1 + 600 + 60) * 1000))
  })
})

describe('a logout token is refused', () => {
  it.each([
    ['that is an ID token', { nonce: 'n' }],
    ['that is an ID token with an empty nonce', { nonce: undefined, events: undefined }],
    ['for another client', { aud: 'them' }],
    ['for no client', { aud: undefined }],
    ['for a client whose name ours begins with', { aud: 'u' }],
    ['without the event', { events: {} }],
    ['whose event is no object', { events: { 'http://schemas.openid.net/event/backchannel-logout': true } }],
    ['whose events are a list', { events: ['http://schemas.openid.net/event/backchannel-logout'] }],
    ['whose event is inherited', { events: Object.create(EVENTS) }],
    ['without jti', { jti: undefined }],
    ['with an empty jti', { jti: '' }],
    ['with a jti that fills a table', { jti: 'j'.repeat(300) }],
    ['about nobody', { sub: undefined }],
    ['with a sub that is no text', { sub: ['alice'] }],
    ['with a sub that stores fold', { sub: 'alice\0' }],
    ['with a sid that is no text', { sid: 7 }],
    ['that has expired', { exp: at(-61) }],
    ['that was issued long ago, whatever it says', { iat: at(-700), exp: at(100_000) }],
    ['without exp, long after its issue', { iat: at(-700), exp: undefined }],
    ['without iat', { iat: undefined }],
    ['from the future', { iat: at(120), exp: at(240) }],
    ['that is not valid yet', { nbf: at(120) }],
    ['whose exp is no time', { exp: 'never' }],
  ])('%s', (_, claims) => {
    expect(() => check(claims)).toThrow('is not acceptable')
  })

  it.each(['at+jwt', 'secevent+jwt', 'oauth-id-jag+jwt', 7])('whose typ is %s', (typ) => {
    expect(() => check({}, { typ })).toThrow('another kind')
  })
})
