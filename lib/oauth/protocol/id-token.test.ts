import { describe, expect, it } from 'vitest'
import { idTokenClaims } from './id-token'

const facts = {
  issuer: 'https://auth.example.com/s/acme',
  subject: 'user-1',
  clientId: 'client-1',
  issuedAt: 1_800_000_000,
  lifetime: 3600,
  // The example of OpenID Connect Core, appendix A.3.
  accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y',
}

describe('ID token claims (OpenID Connect Core §2)', () => {
  it('say who logged in, for whom and until when, and nothing else', () => {
    expect(idTokenClaims(facts)).toEqual({
      iss: 'https://auth.example.com/s/acme',
      sub: 'user-1',
      aud: 'client-1',
      iat: 1_800_000_000,
      exp: 1_800_003_600,
      at_hash: '77QmUPtjPfzWtF2AnpK9RQ',
    })
  })

  it('carry the nonce exactly as it was sent, and the time of the login in whole seconds', () => {
    const nonce = ' n-0S6_"ü\\ '
    const authTime = new Date('2026-11-02T09:00:00.999Z')
    expect(idTokenClaims({ ...facts, nonce, authTime })).toMatchObject({
      nonce,
      auth_time: Date.UTC(2026, 10, 2, 9) / 1000,
    })
  })
})
