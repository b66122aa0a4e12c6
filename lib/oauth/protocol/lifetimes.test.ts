import { expect, it } from 'vitest'
import * as lifetimes from './lifetimes'

it('codes live for minutes at most, as RFC 6749 §4.1.2 recommends [RFC-30]', () => {
  expect(lifetimes.AUTHORIZATION_CODE_LIFETIME).toBeGreaterThanOrEqual(30)
  expect(lifetimes.AUTHORIZATION_CODE_LIFETIME).toBeLessThanOrEqual(600)
  expect(lifetimes.SPENT_CODE_LIFETIME).toBeGreaterThan(lifetimes.AUTHORIZATION_CODE_LIFETIME)
})

it('the upstream state lives for ten minutes at most [PX-14]', () => {
  expect(lifetimes.UPSTREAM_STATE_LIFETIME).toBeLessThanOrEqual(600)
})

it('access tokens are short-lived, but not so short that clients refresh at every call [AS-30]', () => {
  // Some clients refresh whenever fewer than five minutes are left.
  expect(lifetimes.ACCESS_TOKEN_LIFETIME).toBeGreaterThan(300)
  expect(lifetimes.ACCESS_TOKEN_LIFETIME).toBeLessThanOrEqual(3600)
})

it('refresh tokens end, used or not', () => {
  expect(lifetimes.REFRESH_TOKEN_LIFETIME).toBeLessThan(lifetimes.REFRESH_TOKEN_MAX_LIFETIME)
  expect(lifetimes.REFRESH_TOKEN_MAX_LIFETIME).toBeLessThanOrEqual(365 * 24 * 3600)
})
