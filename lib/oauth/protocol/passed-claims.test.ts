import { expect, it } from 'vitest'
import { cutClaims, passedClaims } from './passed-claims'

const many = Array.from({ length: 300 }, (_, i) => `group-${i}-with-a-long-name`)
const known = { email: 'alice@acme.example', groups: many, department: 'sales' }

it('leaves out whole what would make a token larger than 8 KB, and keeps the rest', () => {
  const claims = passedClaims(['groups', 'email', 'department', 'absent'], { known }, new Date(0))
  expect(claims).toEqual({ email: 'alice@acme.example', department: 'sales', claims_at: 0 })
  expect(cutClaims(['groups', 'email'], known)).toEqual(['groups'])
})

it('counts all claims together', () => {
  const half = 'x'.repeat(3_000)
  expect(cutClaims(['a', 'b', 'c'], { a: half, b: half, c: 'small' })).toEqual(['b'])
})

it('keeps in room what the provider could not be asked about', () => {
  const before = { groups: many, claims_at: 1 }
  expect(passedClaims(['groups'], { known: {}, stale: ['groups'] }, new Date(0), before)).toEqual({
    claims_at: 1,
  })
})
