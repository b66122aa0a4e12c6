import { expect, it } from 'vitest'
import { riskOf } from './scope-risk'

it.each([
  ['files:read', undefined],
  ['files:write', 'write'],
  ['files.delete', 'delete'],
  ['deleteMail', 'delete'],
  ['https://acme.com/auth/mail.send', 'write'],
  ['repo:admin delete', 'delete'],
  ['undeletable', undefined],
  ['openid', undefined],
])('%s by its name is marked %s', (name, risk) => {
  expect(riskOf({ name })).toBe(risk)
})

it('what the operator says counts more than the name', () => {
  expect(riskOf({ name: 'files:delete', risk: 'read' })).toBe('read')
})
