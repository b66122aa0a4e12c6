import { describe, expect, it } from 'vitest'
import { accessFrom } from './access-values'

const form = (values: Readonly<Record<string, string>>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(values)) data.set(name, value)
  return data
}

describe('the form of access rules', () => {
  it('is what a file says', () => {
    const filled = form({
      default: 'deny',
      allow_users: ' ceo@partner.example \n\nsub:00u1',
      allow_join: 'all',
      allow_0_claim: 'groups',
      allow_0_comparison: 'in',
      allow_0_value: 'staff; cn=x,dc=y',
      allow_1_claim: '',
      allow_1_comparison: 'domain',
      allow_1_value: '@acme.com',
      allow_2_claim: '',
      allow_2_comparison: 'contains',
      allow_2_value: '',
      deny_users: '',
      deny_written: 'not: { any: [{ claim: a, equals: b }] }',
      contact: 'it@acme.com',
    })
    expect(accessFrom(filled)).toEqual({
      default: 'deny',
      allow: {
        users: ['ceo@partner.example', 'sub:00u1'],
        when: {
          all: [
            { claim: 'groups', in: ['staff', 'cn=x,dc=y'] },
            { claim: 'email', domain: 'acme.com' },
          ],
        },
      },
      deny: { users: [], when: { not: { any: [{ claim: 'a', equals: 'b' }] } } },
      contact: 'it@acme.com',
    })
  })

  it('that is empty lets everybody in, and nobody where that is chosen', () => {
    expect(accessFrom(form({ default: 'allow' }))).toBeUndefined()
    expect(accessFrom(form({ default: 'deny' }))).toEqual({ default: 'deny' })
  })

  it.each([
    [{ default: 'allow', deny_users: 'mallory' }, 'deny_users'],
    [{ default: 'deny', allow_0_claim: 'groups', allow_0_value: '' }, 'allow_0_claim'],
    [{ default: 'deny', allow_written: 'claim: a' }, 'allow_written'],
    [{ default: 'perhaps' }, 'default'],
  ])('%j is wrong beside a field', (values, field) => {
    expect(() => accessFrom(form(values))).toThrow(new RegExp(`^${field}: `))
  })
})
