import { describe, expect, it } from 'vitest'
import { CLOCK_TOLERANCE } from './lifetimes'
import { isStaleLogin } from './login-freshness'

const SENT = new Date('2026-11-02T09:00:00Z')
const ago = (seconds: number) => new Date(SENT.getTime() - seconds * 1000)
const request = { maxAge: 300, createdAt: ago(200), consentedAt: SENT }

describe('a login that a client wants to be fresh (OpenID Connect Core §3.1.2.1)', () => {
  it('may be as old as max_age and what clocks may differ', () => {
    expect(isStaleLogin(ago(300 + CLOCK_TOLERANCE), request)).toBe(false)
    expect(isStaleLogin(ago(300 + CLOCK_TOLERANCE + 1), request)).toBe(true)
    expect(isStaleLogin(ago(24 * 3600), request)).toBe(true)
  })

  it('must be made anew for max_age 0, however long that takes', () => {
    const anew = { ...request, maxAge: 0 }
    expect(isStaleLogin(ago(CLOCK_TOLERANCE + 1), anew)).toBe(true)
    expect(isStaleLogin(ago(-1), anew)).toBe(false)
    expect(isStaleLogin(ago(-500), anew)).toBe(false)
  })

  it('does not become fresh by a consent from long ago', () => {
    const remembered = { ...request, createdAt: SENT, consentedAt: ago(30 * 24 * 3600) }
    expect(isStaleLogin(ago(24 * 3600), remembered)).toBe(true)
    expect(isStaleLogin(ago(10), { maxAge: 300, createdAt: SENT })).toBe(false)
  })

  it('is not held against a provider that does not say when it was, or says 0', () => {
    expect(isStaleLogin(undefined, request)).toBe(false)
    expect(isStaleLogin(new Date(0), request)).toBe(false)
  })

  it('does not matter to a client that did not ask', () => {
    expect(isStaleLogin(ago(24 * 3600), { createdAt: SENT, consentedAt: SENT })).toBe(false)
  })
})
