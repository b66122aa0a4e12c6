import { describe, expect, it } from 'vitest'
import { withAuthTime } from './auth-time'

const identity = { identitySource: 'https://idp.example', subject: 'alice', claims: {} }
const now = new Date('2026-11-02T09:00:00Z')
const earlier = new Date('2026-11-02T08:00:00Z')

describe('when the user authenticated', () => {
  it('is what the identity provider says, also to a client that asks', () => {
    const known = { ...identity, authTime: earlier }
    for (const request of [{}, { maxAge: 60 }, { maxAge: 0 }])
      expect(withAuthTime(known, request, now)).toEqual(known)
  })

  it('is the time of the login where it does not say and the client asks', () => {
    for (const maxAge of [0, 60])
      expect(withAuthTime(identity, { maxAge }, now)).toEqual({ ...identity, authTime: now })
  })

  it('is not made up for a client that does not ask', () => {
    expect(withAuthTime(identity, {}, now)).toEqual(identity)
  })
})
