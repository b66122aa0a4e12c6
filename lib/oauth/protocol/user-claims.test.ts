import { describe, expect, it } from 'vitest'
import { accessRefusal } from './access-rules'
import { refreshedUserClaims, userClaims, withProvisioned } from './user-claims'

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
    const kept = userClaims({ subject: 's', claims }, ['groups'])
    expect(Object.keys(kept)).toEqual(['groups', '_claim_names', 'sub'])
    expect(kept._claim_names).toEqual({ much: 'too_large' })
  })

  it('does not pass for nothing where a claim that a rule needs is larger than what is kept', () => {
    const groups = Array.from({ length: 5000 }, (_, i) => `group-with-a-name-${i}`)
    const kept = userClaims({ subject: 's', claims: { groups } }, ['groups'])
    const when = { claim: 'groups', contains: 'suspended' } as const
    expect(accessRefusal({ default: 'allow', deny: { users: [], when } }, kept)?.reason).toBe(
      'claims_overage',
    )
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

  it('still points at groups where nothing could be asked', () => {
    const pointed = { sub: 's', _claim_names: { groups: 'src1' }, hasgroups: true }
    expect(refreshedUserClaims({ known: {}, stale: ['groups'] }, ['groups'], pointed)).toEqual(pointed)
  })

  it('does not point at groups any more that came', () => {
    const pointed = { sub: 's', _claim_names: { groups: 'src1' } }
    const after = refreshedUserClaims({ known: { groups: ['a'] }, stale: [] }, ['groups'], pointed)
    expect(after).toEqual({ sub: 's', groups: ['a'] })
  })
})

describe('what SCIM says', () => {
  const said = {
    sub: 's',
    groups: ['a'],
    team: 'red',
    hasgroups: true,
    _claim_names: { groups: 'x', roles: 'y' },
  }

  it('stands in the place of what a token says or points at, and of nothing else', () => {
    expect(withProvisioned(said, { groups: ['b'] })).toEqual({
      sub: 's',
      groups: ['b'],
      team: 'red',
      _claim_names: { roles: 'y' },
    })
    expect(withProvisioned(said, null)).toBe(said)
  })

  it('of a user who is not provisioned is absent, and never lets in', () => {
    const claims = withProvisioned(said, { groups: null })
    const not = { not: { claim: 'groups', contains: 'guests' } } as const
    const policy = { default: 'deny', allow: { users: [], when: not } } as const
    expect(accessRefusal(policy, claims)).toEqual({ reason: 'not_allowed', missing: ['groups'] })
    expect(accessRefusal(policy, withProvisioned(said, { groups: [] }))).toBeNull()
  })
})
