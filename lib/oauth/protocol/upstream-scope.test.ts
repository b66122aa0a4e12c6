import { describe, expect, it } from 'vitest'
import { isWithinScope, narrowScope, splitUpstreamScope } from './upstream-scope'

describe('scopes in the words of an identity provider', () => {
  it('are split at spaces and commas, each once', () => {
    expect(splitUpstreamScope(' openid  email,repo email ')).toEqual(['openid', 'email', 'repo'])
    expect(splitUpstreamScope('')).toEqual([])
  })

  it.each([
    ['files.read', true],
    ['files.read mail.read', true],
    ['files.read,mail.read', true],
    ['openid offline_access files.read', true],
    ['offline_access', true],
    ['openid offline_access admin', false],
    ['OFFLINE_ACCESS files.read', false],
    ['files.read admin', false],
    ['files.read "admin"', false],
    ['FILES.READ', false],
    ['', false],
    [undefined, false],
  ])('%j is within what is allowed: %s', (scope, within) => {
    expect(isWithinScope(scope, ['files.read', 'mail.read'])).toBe(within)
  })

  it('are narrowed to what was granted and is allowed', () => {
    const allowed = ['files.read', 'mail.read']
    expect(narrowScope('openid files.read admin', allowed)).toBe('files.read')
    expect(narrowScope('openid', allowed)).toBe('')
    for (const unknown of [undefined, '']) expect(narrowScope(unknown, allowed)).toBe('files.read mail.read')
  })
})
