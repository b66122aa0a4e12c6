import { describe, expect, it } from 'vitest'
import type { Client } from '../model'
import { grantableScopes } from './grantable-scope'

const client = (changes: Partial<Pick<Client, 'kind' | 'scope'>>) => ({
  kind: 'metadata_document' as const,
  ...changes,
})

describe('grantableScopes', () => {
  const server = { scopes: ['a', 'b'].map((name) => ({ name, description: name, upstreamScopes: [] })) }

  it('is all that the server offers, for clients that describe themselves', () => {
    const all = ['a', 'b', 'openid', 'profile', 'email', 'offline_access']
    expect(grantableScopes(server, client({}))).toEqual(all)
    expect(grantableScopes(server, client({ kind: 'registered', scope: ['a'] }))).toEqual(all)
    expect(grantableScopes(server, client({ kind: 'preregistered' }))).toEqual(all)
  })

  it('is no more than the operator gave to a client', () => {
    expect(grantableScopes(server, client({ kind: 'preregistered', scope: ['b', 'email', 'gone'] }))).toEqual(
      ['b', 'email', 'offline_access'],
    )
  })
})
