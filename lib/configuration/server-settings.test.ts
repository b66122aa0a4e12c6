import { describe, expect, it } from 'vitest'
import { SECRETS } from '@/lib/test-support/example'
import { file } from '@/lib/test-support/file'
import { readConfiguration } from './file'
import { ConfigurationMistakes } from './mistakes'

const read = (text: string) =>
  readConfiguration(text, { file: 'v.yaml', directory: '.', env: SECRETS, loopback: false })

/** What is wrong with the text, line by line; an empty list when nothing is. */
function mistakes(text: string): readonly string[] {
  try {
    read(text)
    return []
  } catch (error) {
    if (error instanceof ConfigurationMistakes) return error.lines
    throw error
  }
}

describe('settings of a server', () => {
  it('may not name opaque tokens without introspection, and formats that do not exist', () => {
    const secret = 'resource_secret: env:FILES_RESOURCE_SECRET'
    const [alone, ...others] = mistakes(file({ server: 'token_format: opaque' }))
    expect(alone).toMatch(/organizations\[0\]\.servers\[0\]\.resource_secret: is missing/)
    expect(others).toEqual([])
    expect(mistakes(file({ server: `token_format: opaque\n        ${secret}` }))).toEqual([])
    expect(mistakes(file({ server: 'token_format: paper' }))).toEqual([
      expect.stringMatching(/token_format: must be .*jwt.*opaque/),
    ])
  })

  it('refuse token exchange without a resource secret, and an empty list', () => {
    const [alone, ...others] = mistakes(file({ server: 'handoff_scopes: [files.read]' }))
    expect(alone).toContain('resource_secret: is missing')
    expect(others).toEqual([])
    const secret = 'resource_secret: env:FILES_RESOURCE_SECRET'
    const [empty] = mistakes(file({ server: `handoff_scopes: []\n        ${secret}` }))
    expect(empty).toContain('handoff_scopes: is empty: give at least one')
  })

  it('give a client no scope that the server does not offer', () => {
    const client = (scope: string) => `clients:
          - { client_id: ci, redirect_uris: ["https://ci.example/cb"], token_endpoint_auth_method: none, scope: "${scope}" }`
    const offered = 'scopes: [{ name: "files:read", description: "Read files" }]'
    const given = (scope: string) => mistakes(file({ server: `${offered}\n        ${client(scope)}` }))
    expect(given('files:read openid')).toEqual([])
    expect(given('files:read files:write')).toEqual([
      expect.stringMatching(/clients\[0\]\.scope: the server offers no scope "files:write"/),
    ])
  })

  it('say whether clients may register: up to a quota by default', () => {
    const policy = (server: string) => read(file({ server })).organizations[0]?.servers[0]?.registration
    expect(policy('')).toEqual({ quota: 10_000 })
    expect(policy('registration: { quota: 5 }')).toEqual({ quota: 5 })
    expect(policy('registration: off')).toBe('off')
    for (const wrong of ['on', 'true', '5', '{ quota: 0 }', '{ quota: 1.5 }', '{}'])
      expect(mistakes(file({ server: `registration: ${wrong}` }))[0]).toMatch(
        /must be (off, or|a whole number from 1 to 1000000)/,
      )
  })

  it('say who may use it, with the default written, and conditions of known kinds', () => {
    const access = (text: string) => mistakes(file({ server: `access: ${text}` }))
    const when = (condition: string) => access(`{ default: deny, allow: { when: ${condition} } }`)
    expect(access('{ default: deny }')).toEqual([])
    expect(when('{ not: { any: [{ claim: a, in: [1, true, x] }] } }')).toEqual([])
    expect(access('{ allow: { users: [a@b.c] } }')[0]).toContain('access.default: must be allow or deny')
    expect(access('{ default: deny, deny: { users: [mallory] } }')[0]).toContain(
      'must be an email address, or sub:',
    )
    expect(access('{ default: deny, groups: [a] }')[0]).toContain('groups')
    for (const wrong of [
      '{}',
      '{ all: [] }',
      '{ claim: groups }',
      '{ claim: groups, equals: a, contains: b }',
      '{ claim: upn, domain: acme.com }',
      '{ claim: email, domain: "@acme.com" }',
      '{ claim: groups, equals: null }',
      `${'{ not: '.repeat(10)}{ claim: a, equals: b }${' }'.repeat(10)}`,
    ])
      expect(when(wrong)).toEqual([expect.stringContaining('access.allow.when: must be { claim, ')])
  })
})
