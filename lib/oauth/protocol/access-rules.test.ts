import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type AccessPolicy,
  accessRefusal,
  allowedScope,
  type Condition,
  hasAccessRules,
  ruledClaims,
} from './access-rules'

const VERIFIED = { email: 'Ann@Acme.com', email_verified: true }

const allowing = (when: Condition): AccessPolicy => ({ default: 'deny', allow: { users: [], when } })
const denying = (when: Condition): AccessPolicy => ({ default: 'allow', deny: { users: [], when } })
const mayCome = (policy: AccessPolicy, claims: Readonly<Record<string, unknown>>) =>
  accessRefusal(policy, claims) === null

describe('a comparison', () => {
  it.each<readonly [Condition, Readonly<Record<string, unknown>>, boolean]>([
    [{ claim: 'team', equals: 'red' }, { team: 'red' }, true],
    [{ claim: 'team', equals: 'red' }, { team: 'Red' }, false],
    [{ claim: 'team', equals: 'red' }, { team: ['red'] }, true],
    [{ claim: 'team', equals: 'red' }, { team: ['red', 'blue'] }, false],
    [{ claim: 'level', equals: '7' }, { level: 7 }, true],
    [{ claim: 'staff', equals: true }, { staff: 'true' }, true],
    [{ claim: 'groups', in: ['a', 'b'] }, { groups: ['c', 'b'] }, true],
    [{ claim: 'groups', in: ['a', 'b'] }, { groups: 'b' }, true],
    [{ claim: 'groups', in: ['a', 'b'] }, { groups: ['c'] }, false],
    [{ claim: 'groups', contains: 'a' }, { groups: ['b', 'a'] }, true],
    [{ claim: 'groups', contains: 'a' }, { groups: 'a' }, true],
    [{ claim: 'groups', contains: 'a' }, { groups: 'abc' }, false],
    [{ claim: 'groups', contains: 'a' }, { groups: [{ name: 'a' }, ['a']] }, false],
    [{ claim: 'groups', contains: 'a' }, { groups: null }, false],
    [{ claim: 'toString', contains: 'a' }, {}, false],
    [{ claim: 'email', equals: 'ann@acme.com' }, VERIFIED, true],
    [{ claim: 'email', equals: 'ann@acme.com' }, { ...VERIFIED, email_verified: false }, false],
    [{ claim: 'email', equals: 'ann@acme.com' }, { email: 'ann@acme.com' }, false],
    [{ claim: 'email', domain: 'acme.COM' }, VERIFIED, true],
    [{ claim: 'email', domain: 'acme.com' }, { email: 'ann@acme.com' }, false],
    [{ claim: 'email', domain: 'acme.com' }, { email: 'a@sub.acme.com', email_verified: true }, false],
    [{ claim: 'email', domain: 'acme.com' }, { email: 'a@notacme.com', email_verified: true }, false],
    [{ claim: 'email', domain: 'acme.com' }, { email: '"x@acme.com"@evil.com', email_verified: true }, false],
    [{ claim: 'email', domain: 'acme.com' }, { email: 'acme.com', email_verified: true }, false],
    [{ claim: 'email', domain: 'acme.com' }, { email: 'a@acme.com/evil', email_verified: true }, false],
    [{ claim: 'email', domain: 'acme.com' }, { email: 'a@acme.com:80ü', email_verified: true }, false],
    [{ claim: 'email', domain: 'acme.com' }, { email: 'a@evil.com#ü@', email_verified: true }, false],
    [{ claim: 'email', domain: 'acme.com' }, { email: ['a@acme.com'], email_verified: true }, false],
    [
      { claim: 'email', domain: 'xn--bcher-kva.example' },
      { email: 'a@B\u00dccher.example', email_verified: true },
      true,
    ],
    [
      { claim: 'email', domain: 'xn--bcher-kva.example' },
      { email: 'a@xn--BCHER-kva.example', email_verified: true },
      true,
    ],
    [{ claim: 'groups', contains: 2 }, { groups: [1, 2] }, true],
    [{ claim: 'groups', contains: '2' }, { groups: [1, 2] }, true],
    [{ claim: 'realm_access', contains: 'a' }, { realm_access: { roles: ['a'] } }, false],
  ])('%j of %j is %s', (condition, claims, expected) => {
    expect(mayCome(allowing(condition), claims)).toBe(expected)
    expect(mayCome(denying(condition), claims)).toBe(!expected)
  })
})

describe('a claim that no condition can look into', () => {
  it.each([{ roles: ['guest'] }, {}, [{ name: 'guest' }], [['guest']], null])(
    'counts as absent, and lets nobody in below a not: %j',
    (realm_access) => {
      const guest: Condition = { claim: 'realm_access', contains: 'guest' }
      const refused = { reason: 'not_allowed', missing: ['realm_access'] }
      expect(accessRefusal(allowing({ not: guest }), { realm_access })).toEqual(refused)
      expect(mayCome(denying({ not: guest }), { realm_access })).toBe(false)
    },
  )

  it('is no empty list, which says that there is nothing', () => {
    expect(mayCome(allowing({ not: { claim: 'groups', contains: 'guest' } }), { groups: [] })).toBe(true)
  })
})

describe('the order of a policy', () => {
  const claims = { ...VERIFIED, sub: '00u1', groups: ['staff'] }

  it('asks deny before allow, and the default last', () => {
    const both = { users: ['ann@acme.com'] }
    expect(accessRefusal({ default: 'allow', allow: both, deny: both }, claims)?.reason).toBe('user_denied')
    const staff = { users: [], when: { claim: 'groups', contains: 'staff' } }
    const denied = accessRefusal({ default: 'allow', allow: both, deny: staff }, claims)
    expect(denied).toEqual({ reason: 'condition_denied', missing: [] })
    expect(accessRefusal({ default: 'deny' }, claims)?.reason).toBe('not_allowed')
    expect(accessRefusal({ default: 'allow' }, claims)).toBeNull()
    expect(accessRefusal(undefined, {})).toBeNull()
  })

  it('lists users by verified email or subject; one who is denied by email need not be verified', () => {
    const unverified = { ...claims, email_verified: false }
    const allowed = (user: string): AccessPolicy => ({ default: 'deny', allow: { users: [user] } })
    expect(mayCome(allowed('ANN@acme.com'), claims)).toBe(true)
    expect(mayCome(allowed('ann@acme.com'), unverified)).toBe(false)
    expect(mayCome(allowed('sub:00u1'), unverified)).toBe(true)
    expect(mayCome(allowed('sub:00U1'), claims)).toBe(false)
    const denied: AccessPolicy = { default: 'allow', deny: { users: ['ann@acme.com'] } }
    expect(mayCome(denied, unverified)).toBe(false)
  })

  it('names the claims that were missing', () => {
    const policy = allowing({
      any: [
        { claim: 'groups', contains: 'a' },
        { claim: 'email', domain: 'acme.com' },
      ],
    })
    const claimed = { email: 'ann@acme.com', email_verified: false }
    expect(accessRefusal(policy, claimed)).toEqual({ reason: 'not_allowed', missing: ['groups', 'email'] })
  })
})

describe('a claim that the provider only points at', () => {
  const pointed = { _claim_names: { groups: 'src1' }, sub: 's', team: 'red' }
  const staff: Condition = { claim: 'groups', contains: 'staff' }

  it.each<readonly [string, AccessPolicy, string | undefined]>([
    ['decides', allowing(staff), 'claims_overage'],
    ['might keep out', denying(staff), 'claims_overage'],
    ['is not asked for', allowing({ claim: 'team', equals: 'red' }), undefined],
    ['is not needed', allowing({ any: [staff, { claim: 'team', equals: 'red' }] }), undefined],
    ['is not needed by the default', { default: 'allow', allow: { users: [], when: staff } }, undefined],
    ['is asked of a listed user', { default: 'deny', allow: { users: ['sub:s'], when: staff } }, undefined],
    [
      'is asked of a user kept out',
      { default: 'allow', deny: { users: ['sub:s'], when: staff } },
      'user_denied',
    ],
  ])('%s', (_, policy, reason) => {
    expect(accessRefusal(policy, pointed)?.reason).toBe(reason)
    const { _claim_names: _names, ...hinted } = { ...pointed, hasgroups: true }
    expect(accessRefusal(policy, hinted)?.reason).toBe(reason)
  })

  it('lets nobody in below a not', () => {
    expect(accessRefusal(allowing({ not: staff }), pointed)?.reason).toBe('claims_overage')
    expect(accessRefusal(denying({ not: staff }), pointed)?.reason).toBe('condition_denied')
  })
})

describe('a scope with a condition', () => {
  const offered = [{ name: 'read' }, { name: 'write', when: { claim: 'groups', contains: 'editors' } }]

  it('is left out for whom it does not hold', () => {
    const scope = ['read', 'write', 'openid']
    expect(allowedScope(scope, offered, { groups: ['editors'] })).toEqual(scope)
    expect(allowedScope(scope, offered, { groups: [] })).toEqual(['read', 'openid'])
    expect(allowedScope(scope, offered, {})).toEqual(['read', 'openid'])
  })

  it('makes its claims needed, with whether an email is verified', () => {
    expect(hasAccessRules({ scopes: offered })).toBe(true)
    expect(hasAccessRules({ scopes: [{ name: 'read' }] })).toBe(false)
    const access: AccessPolicy = { default: 'deny', allow: { users: ['ann@acme.com', 'sub:1'] } }
    expect(ruledClaims({ access, scopes: offered })).toEqual(['groups', 'email', 'email_verified'])
  })
})

const name = fc.constantFrom('groups', 'roles', 'team', 'email')
const value = fc.constantFrom('a', 'b', 'ann@acme.com')
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ claim: name, equals: value }),
  fc.record({ claim: name, in: fc.array(value, { minLength: 1, maxLength: 2 }) }),
  fc.record({ claim: name, contains: value }),
  fc.record({ claim: fc.constant('email' as const), domain: fc.constantFrom('acme.com', 'other.com') }),
)
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.record({ not: tie('condition') }),
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
  ),
}))
const claim = fc.oneof(value, fc.array(value, { maxLength: 3 }))
const present = fc.record({
  groups: claim,
  roles: claim,
  team: claim,
  email: value,
  email_verified: fc.constant(true),
})
const claims = fc.record(
  { groups: claim, roles: claim, team: claim, email: value, email_verified: fc.boolean() },
  { requiredKeys: [] },
)

describe('whatever the condition', () => {
  const holds = (one: Condition, said: Readonly<Record<string, unknown>>) => mayCome(allowing(one), said)

  it('without a claim nothing more is allowed and nothing less is denied than with any value of it', () => {
    fc.assert(
      fc.property(condition, claims, name, claim, (one, said, lost, other) => {
        const { [lost]: _, ...without } = { ...said, [lost]: undefined }
        const withIt = { ...without, [lost]: other, email_verified: true }
        const bare = { ...without, email_verified: true }
        if (mayCome(allowing(one), bare)) expect(mayCome(allowing(one), withIt)).toBe(true)
      }),
    )
  })

  it('with all claims there, not, all and any are those of logic', () => {
    fc.assert(
      fc.property(condition, condition, present, (one, other, said) => {
        expect(holds({ not: one }, said)).toBe(!holds(one, said))
        expect(holds({ all: [one, other] }, said)).toBe(holds(one, said) && holds(other, said))
        expect(holds({ any: [one, other] }, said)).toBe(holds(one, said) || holds(other, said))
        expect(mayCome(denying(one), said)).toBe(!holds(one, said))
        expect(holds({ not: { all: [one, other] } }, said)).toBe(
          holds({ any: [{ not: one }, { not: other }] }, said),
        )
      }),
    )
  })

  it('nobody without a claim is let in by a condition, negated or not', () => {
    fc.assert(
      fc.property(condition, (one) => {
        expect(holds(one, {})).toBe(false)
      }),
    )
  })

  it('whatever JSON a provider writes into a claim, it has a verdict, and nothing compares with an object', () => {
    fc.assert(
      fc.property(condition, fc.jsonValue(), name, (one, said, claimed) => {
        const told = { [claimed]: said, email_verified: true }
        expect(typeof holds(one, told)).toBe('boolean')
        expect(holds(one, { [claimed]: { nested: said }, email_verified: true })).toBe(
          holds(one, { email_verified: true }),
        )
      }),
    )
  })

  it('a scope is never widened', () => {
    fc.assert(
      fc.property(condition, claims, (when, said) => {
        const left = allowedScope(['x', 'y'], [{ name: 'x', when }], said)
        expect(left).toEqual(holds(when, said) ? ['x', 'y'] : ['y'])
      }),
    )
  })
})
