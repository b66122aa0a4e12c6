import { describe, expect, it } from 'vitest'
import { refreshedUserClaims, userClaims } from './user-claims'

describe('what is kept of a login', () => {
  it('is what concerns the user, under the names that rules know', () => {
    const claims = {
      iss: 'i',
      nonce: 'n',
      sub: 7,
      id: 7,
      mail: 'ann@acme.com',
      groups: ['a'],
      email_verified: 'yes',
    }
    expect(userClaims({ subject: '7', email: 'ann@acme.com', emailVerified: true, claims }, [])).toEqual({
      sub: '7',
      id: 7,
      mail: 'ann@acme.com',
      groups: ['a'],
      email: 'ann@acme.com',
      email_verified: true,
    })
  })

  it('has what rules need where there is not room for all', () => {
    const claims = { much: 'x'.repeat(60_000), groups: Array.from({ length: 1000 }, (_, i) => `group-${i}`) }
    expect(Object.keys(userClaims({ subject: 's', claims }, ['groups']))).toEqual(['groups', 'sub'])
  })
})

describe('what is kept after a refresh', () => {
  const before = { sub: 's', groups: ['a'], team: 'red', email: 'ann@acme.com', email_verified: true }

  it('is what the provider says now of what was asked for, and stays where it could not be asked', () => {
    const after = refreshedUserClaims(
      { known: { groups: ['b'] }, stale: ['email', 'email_verified'] },
      ['groups', 'email', 'email_verified'],
      before,
    )
    expect(after).toEqual({ ...before, groups: ['b'] })
    expect(refreshedUserClaims({ known: {}, stale: [] }, ['groups'], before)).not.toHaveProperty('groups')
    expect(refreshedUserClaims(undefined, [], before)).toEqual(before)
  })

  it('keeps an email that is not said any more only as one that is not verified', () => {
    const after = refreshedUserClaims({ known: {}, stale: [] }, ['email', 'email_verified'], before)
    expect(after).toMatchObject({ email: 'ann@acme.com', email_verified: false })
  })

  it('is never another user’s', () => {
    expect(refreshedUserClaims({ known: { sub: 'other' }, stale: [] }, [], before).sub).toBe('s')
  })

  it('does not point at groups any more that came', () => {
    const pointed = { sub: 's', _claim_names: { groups: 'src1' } }
    const after = refreshedUserClaims({ known: { groups: ['a'] }, stale: [] }, ['groups'], pointed)
    expect(after).toEqual({ sub: 's', groups: ['a'] })
  })
})
