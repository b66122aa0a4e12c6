import { describe, expect, it } from 'vitest'
import { keyring } from '@/lib/crypto/keyring'
import { sealer } from '@/lib/crypto/seal'
import { setCookie } from '@/lib/http/cookies'
import { primaryAddress } from './operator-providers'
import { attemptCookie, attemptOf, newAttempt } from './provider-attempt'

const NOW = new Date('2026-11-02T09:00:00Z')
const publicUrl = 'https://auth.example.com'
const ours = sealer(keyring([{ id: 'k1', key: Buffer.alloc(32, 1) }]))
const theirs = sealer(keyring([{ id: 'k1', key: Buffer.alloc(32, 2) }]))

const browser = (attempt: ReturnType<typeof newAttempt>, seal = ours) => ({
  headers: new Headers({ cookie: setCookie(publicUrl, attemptCookie(attempt, seal)).split(';')[0] ?? '' }),
})

describe('the answer of a provider', () => {
  it('is taken from the browser that went there, once it comes from there', () => {
    const attempt = newAttempt('oidc', { kind: 'sign_in' }, NOW)
    const place = { provider: 'oidc', state: attempt.state, publicUrl, now: NOW }
    expect(attemptOf(browser(attempt), place, ours)).toEqual(attempt)
  })

  it('of another provider is nothing (mix-up, RFC 9700 §4.4)', () => {
    const attempt = newAttempt('google', { kind: 'sign_in' }, NOW)
    expect(
      attemptOf(browser(attempt), { provider: 'oidc', state: attempt.state, publicUrl, now: NOW }, ours),
    ).toBeNull()
  })

  it('with another state, in another browser or too late is nothing', () => {
    const [attempt, other] = [
      newAttempt('oidc', { kind: 'sign_in' }, NOW),
      newAttempt('oidc', { kind: 'sign_in' }, NOW),
    ]
    const at = (state: string | null, now = NOW) => ({ provider: 'oidc', state, publicUrl, now })
    const [id] = attempt.state.split('.')
    for (const state of [other.state, `${id}.${other.state.split('.')[1]}`, `${id}.`, '', null])
      expect(attemptOf(browser(attempt), at(state), ours), String(state)).toBeNull()
    expect(attemptOf({ headers: new Headers() }, at(attempt.state), ours)).toBeNull()
    const late = new Date(NOW.getTime() + 601_000)
    expect(attemptOf(browser(attempt), at(attempt.state, late), ours)).toBeNull()
  })

  it('for a forged attempt is null', () => {
    const attempt = newAttempt('oidc', { kind: 'connect', operatorId: 'victim' }, NOW)
    const place = { provider: 'oidc', state: attempt.state, publicUrl, now: NOW }
    expect(attemptOf(browser(attempt, theirs), place, ours)).toBeNull()
  })

  it('says in no cookie what only we may know', () => {
    const attempt = newAttempt('oidc', { kind: 'join', invitation: 'i' }, NOW)
    const { value } = attemptCookie(attempt, ours)
    for (const secret of [attempt.codeVerifier, attempt.nonce, attempt.state]) {
      expect(value).not.toContain(secret)
      expect(Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()).not.toContain(secret)
    }
  })
})

describe('the address of a GitHub account', () => {
  it('is the primary one, if GitHub has verified it', () => {
    const other = { email: 'Other@example.com', primary: false, verified: true }
    expect(primaryAddress([other, { email: 'Ann@example.com', primary: true, verified: true }])).toBe(
      'ann@example.com',
    )
    expect(
      primaryAddress([other, { email: 'ann@example.com', primary: true, verified: false }]),
    ).toBeUndefined()
    for (const broken of [null, {}, [null], [{ primary: true, verified: true, email: 1 }], 'x'])
      expect(primaryAddress(broken)).toBeUndefined()
  })
})
