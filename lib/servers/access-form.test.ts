import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { condition as schema } from '@/lib/configuration/schema/access'
import type { Condition } from '@/lib/oauth/protocol/access-rules'
import { conditionOf, readWritten, rowsOf, writtenOf } from './access-form'

const claim = fc.constantFrom('groups', 'roles')
const value = fc.constantFrom('a', 'b c', 'cn=x,dc=y')
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ claim, equals: value }),
  fc.record({ claim, contains: value }),
  fc.record({ claim, in: fc.array(value, { minLength: 1, maxLength: 3 }) }),
  fc.record({ claim: fc.constant('email' as const), domain: fc.constant('acme.com') }),
)
const { condition } = fc.letrec<{ condition: Condition }>((tie) => ({
  condition: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.record({ not: tie('condition') }),
    fc.record({ all: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
    fc.record({ any: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }) }),
  ),
}))

/** A list of one says what its only one says. */
function simple(one: Condition): Condition {
  if ('not' in one) return { not: simple(one.not) }
  const list = 'all' in one ? one.all : 'any' in one ? one.any : [one]
  const [first] = list
  return list.length === 1 && first && first !== one ? simple(first) : one
}

describe('a condition in a form', () => {
  it('is what it was, as rows or as it is written', () => {
    fc.assert(
      fc.property(condition, (one) => {
        const rows = rowsOf(one)
        if (rows) expect(conditionOf(rows)).toEqual(simple(one))
        expect(readWritten(writtenOf(one), 'allow_written')).toEqual(one)
        expect(schema.safeParse(one).success).toBe(true)
      }),
    )
  })

  it('that rows cannot show is shown as it is written', () => {
    expect(rowsOf({ any: [{ all: [{ claim: 'a', equals: 'b' }] }] })).toBeNull()
    expect(rowsOf({ claim: 'a', in: ['b;c'] })).toBeNull()
    expect(rowsOf({ claim: 'a', equals: ' b' })).toBeNull()
    expect(rowsOf({ not: { claim: 'email', domain: 'acme.com' } })).toBeNull()
    expect(rowsOf(undefined)).toEqual({ join: 'any', rows: [] })
  })

  it('that is written wrongly is refused beside its field', () => {
    for (const text of ['{', 'claim: a', 'nonsense', '&a [*a]'])
      expect(() => readWritten(text, 'allow_written')).toThrow(/allow_written: must be \{ claim/)
    expect(readWritten(' ', 'allow_written')).toBeUndefined()
  })
})
