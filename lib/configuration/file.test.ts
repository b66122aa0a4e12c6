import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { EXAMPLE, SECRETS } from '@/lib/test-support/example'
import { file } from '@/lib/test-support/file'
import { readConfiguration } from './file'
import { ConfigurationMistakes } from './mistakes'

const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-configuration-'))
afterAll(() => rmSync(directory, { recursive: true }))

function read(text: string, overrides: { env?: Record<string, string>; loopback?: boolean } = {}) {
  const { env = SECRETS, loopback = false } = overrides
  return readConfiguration(text, { file: 'v.yaml', directory, env, loopback })
}

/** What is wrong with the text, line by line; an empty list when nothing is. */
function mistakes(text: string, overrides?: Parameters<typeof read>[1]): readonly string[] {
  try {
    read(text, overrides)
    return []
  } catch (error) {
    if (error instanceof ConfigurationMistakes) return error.lines
    throw error
  }
}

describe('a configuration file', () => {
  it('is read with its defaults', () => {
    const [acme] = read(file({})).organizations
    expect(acme).toMatchObject({
      slug: 'acme',
      connections: [
        {
          type: 'oidc',
          clientSecret: { set: SECRETS.OKTA_SECRET },
          tokenEndpointAuthMethod: 'client_secret_basic',
          scopes: ['openid', 'email', 'profile'],
          forwardResource: false,
        },
      ],
      servers: [
        {
          default: false,
          tokenFormat: 'jwt',
          accessTokenLifetime: 3600,
          refreshTokenLifetime: 2_592_000,
          aliases: [],
          clients: [],
        },
      ],
    })
  })

  it('may use every field', () => {
    const [acme, globex] = read(EXAMPLE).organizations
    expect(acme?.servers[0]?.scopes[0]).toEqual({
      name: 'files:read',
      description: 'Read your files',
      upstreamScopes: ['files.readonly'],
    })
    expect(acme?.servers[0]?.clients[1]).toMatchObject({
      clientSecret: { set: SECRETS.CI_SECRET },
      scope: 'files:read offline_access',
    })
    expect(globex?.connections[0]).toMatchObject({ type: 'oauth2', claims: { subject: 'id' }, pkce: false })
  })

  it('may write a value once and refer to it', () => {
    const text = file({ server: 'aliases: &a [https://x.example/mcp]\n        passed_claims: *a' })
    expect(read(text).organizations[0]?.servers[0]?.passedClaims).toEqual(['https://x.example/mcp'])
  })
})

describe('mistakes in a configuration file', () => {
  it.each([
    ['{tenantid}', '', 'allowed_tenants: is missing'],
    ['common', 'allowed_tenants: [1b4e28ba-2fa1-11d2-883f-0016d3cca427]', 'issuer: has no {tenantid}'],
    ['{tenantid}', 'allowed_tenants: []', 'allowed_tenants: is empty'],
    ['{tenantid}', 'allowed_tenants: [common]', 'allowed_tenants[0]: is not a directory (tenant) ID'],
  ])('tell that the tenants of %s with "%s" do not fit', (tenant, allowed, mistake) => {
    const connection = `client_secret: env:OKTA_SECRET\n        ${allowed}`
    const issuer = `issuer: https://login.example.com/${tenant}/v2.0`
    const text = file({ connection }).replace(/issuer: .*/, issuer)
    expect(mistakes(text).join()).toContain(`connections[0].${mistake}`)
  })

  it('are all reported at once, each with its line and column', () => {
    const text = `organizations:
  - slug: Acme
    connections:
      - slug: okta
        type: oidc
        isuer: https://acme.okta.com
        client_id: 123
        client_secret: hunter2
        token_endpoint_auth_method: none
      - slug: okta
        type: ldap
      - slug: entra
        type: oidc
        issuer: http://login.example.com
        client_id: abc
        client_secret: env:NOT_SET
    servers:
      - slug: one
        name: One
        default: true
        resource: mcp.acme.com
        connection: octa
        access_token_lifetime: 5
        clients:
          - client_id: cli
            redirect_uris: ["javascript:alert(1)", "http://evil.example/cb"]
            token_endpoint_auth_method: none
            client_secret: env:CI_SECRET
          - client_id: cli
            redirect_uris: []
            token_endpoint_auth_method: client_secret_post
            scope: files:read
      - slug: one
        name: Two
        default: true
        issuer_host: Auth.Acme.com
        resource: https://mcp.acme.com/mcp#fragment
        connection: entra
        scopes: [{ name: "a b", description: "" }]
`
    const found = mistakes(text).map((line) => line.replace(/^v\.yaml:/, ''))
    const starts = [
      '2:5: organizations[0].name: is missing',
      '2:11: organizations[0].slug: is not a slug',
      '4:9: organizations[0].connections[0].issuer: is missing',
      '6:9: organizations[0].connections[0].isuer: is not a key here: use one of slug, id, ',
      '7:20: organizations[0].connections[0].client_id: must be text',
      '8:24: organizations[0].connections[0].client_secret: a secret must not stand in the file',
      '8:24: organizations[0].connections[0].client_secret: token_endpoint_auth_method none',
      '10:9: organizations[0].connections[1].client_secret: is missing',
      '10:15: organizations[0].connections[1].slug: another connection',
      '11:15: organizations[0].connections[1].type: must be oidc, oauth2, saml or platform',
      '14:17: organizations[0].connections[2].issuer: must be an https URL',
      '16:24: organizations[0].connections[2].client_secret: the environment variable NOT_SET is not set',
      '21:19: organizations[0].servers[0].resource: must be the absolute',
      '22:21: organizations[0].servers[0].connection: this organization has no connection',
      '23:32: organizations[0].servers[0].access_token_lifetime: is too short: give at least 60',
      '26:29: organizations[0].servers[0].clients[0].redirect_uris[0]: is not a redirect URI',
      '26:52: organizations[0].servers[0].clients[0].redirect_uris[1]: is not a redirect URI: it must use https',
      '28:28: organizations[0].servers[0].clients[0].client_secret: token_endpoint_auth_method none',
      '29:13: organizations[0].servers[0].clients[1].client_secret: is missing',
      '29:24: organizations[0].servers[0].clients[1].client_id: another client',
      '30:28: organizations[0].servers[0].clients[1].redirect_uris: is empty',
      '32:20: organizations[0].servers[0].clients[1].scope: the server offers no scope "files:read"',
      '33:15: organizations[0].servers[1].slug: another server',
      '35:18: organizations[0].servers[1].default: another server is the default',
      '36:22: organizations[0].servers[1].issuer_host: must be a host name in lower case',
      '36:22: organizations[0].servers[1].issuer_host: the default server is at PUBLIC_URL',
      '37:19: organizations[0].servers[1].resource: must be the absolute',
      '39:26: organizations[0].servers[1].scopes[0].name: is not a scope',
      '39:46: organizations[0].servers[1].scopes[0].description: is empty',
    ]
    for (const [i, start] of starts.entries()) expect(found[i]?.slice(0, start.length)).toBe(start)
    expect(found).toHaveLength(starts.length)
  })

  it('never quote a secret that stands in the file, sound YAML or not', () => {
    const literal = 'hunter2-literal'
    for (const text of [
      file({ connection: `client_secret: ${literal}` }),
      file({ connection: `client_secret: [${literal}]` }),
      file({ connection: `client_secret: "${literal}\n  x: }` }),
      file({ connection: `client_secret: !secret ${literal}` }),
      file({ connection: `client_secret: @${literal}` }),
      file({ connection: `client_secret: {${literal}: ]` }),
      file({ connection: `client_secret: *${literal}` }),
      file({ connection: `${literal}` }),
      `organizations: ${literal}`,
      literal,
    ]) {
      const found = mistakes(text)
      expect(found.length).toBeGreaterThan(0)
      expect(found.join('\n')).not.toContain(literal)
    }
  })

  it.each([
    ['a key given twice', `${file({ server: 'name: Again' })}`, '15:9: this key is given twice'],
    ['a tab', 'organizations:\n\t- slug: x', '2:1: a tab indents this line'],
    [
      'an open quote',
      'organizations:\n  - slug: "acme\n',
      '3:1: a quote, bracket, colon or comma is missing',
    ],
    [
      'a second document',
      'organizations: []\n---\norganizations: []\n',
      '2:1: a second document starts here',
    ],
    ['an unknown alias', 'organizations: *all', '1:16: no anchor of this name'],
    ['nothing', '', '1:1: the file is empty'],
    ['a comment alone', '# later\n', '1:1: the file is empty'],
    ['a list', '- slug: acme', '1:1: must be a mapping'],
    [
      'a typo at the top',
      'organisations: []',
      '1:1: organisations: is not a key here: use one of organizations',
    ],
    ['a null', 'organizations:\n  - \n', '2:5: organizations[0]: must be a mapping'],
  ])('name the place of %s', (_, text, start) => {
    expect(mistakes(text).map((line) => line.replace('v.yaml:', ''))).toContainEqual(
      expect.stringMatching(new RegExp(`^${start.replace(/[[\]]/g, '\\$&')}`)),
    )
  })

  it('are found beside a key that is given twice', () => {
    expect(mistakes(file({ server: 'name: Again\n        aliases: x' }))).toHaveLength(2)
  })

  it('do not take endless memory: aliases cannot multiply without end', () => {
    const levels = Array.from(
      { length: 30 },
      (_, i) => `  l${i + 1}: &l${i + 1} [*l${i},*l${i},*l${i},*l${i}]`,
    )
    expect(mistakes(`x:\n  l0: &l0 [lol]\n${levels.join('\n')}\n`)).toEqual([
      'v.yaml:1:1: the aliases multiply: write the values out',
    ])
  })

  it('include a connection of another organization', () => {
    const text = file({ server: '' }).replace('connection: okta', 'connection: entra')
    const other = `${text}  - slug: globex\n    name: Globex\n    connections:
      - { slug: entra, type: oidc, issuer: "https://x.example", client_id: a, client_secret: "env:OKTA_SECRET" }\n`
    expect(mistakes(other)).toEqual([
      'v.yaml:14:21: organizations[0].servers[0].connection: this connection belongs to another organization: each needs its own',
    ])
  })

  it('include claims that would pose as ours', () => {
    for (const claim of ['sub', 'iss', 'aud', 'gid'])
      expect(mistakes(file({ server: `passed_claims: [${claim}]` }))).toHaveLength(1)
  })

  it('include identity providers on this machine, unless we are on it, too', () => {
    for (const issuer of [
      'http://localhost:3001',
      'http://127.0.0.1:3001',
      'https://localhost',
      'http://[::1]:3001',
    ]) {
      const text = file({}).replace('https://acme.okta.com', issuer)
      expect(mistakes(text)).toHaveLength(1)
      expect(mistakes(text, { loopback: true })).toEqual([])
    }
    const plain = file({}).replace('https://acme.okta.com', 'http://acme.okta.com')
    expect(mistakes(plain, { loopback: true })).toHaveLength(1)
  })
})

describe('a secret', () => {
  it('comes from a file beside the configuration, without its last line break', () => {
    writeFileSync(path.join(directory, 'secret.txt'), 'from-a-file \n')
    const text = file({ connection: 'client_secret: file:secret.txt' })
    expect(read(text).organizations[0]?.connections[0]).toMatchObject({
      clientSecret: { set: 'from-a-file ' },
    })
  })

  it.each([
    ['"env:"', 'a secret must not stand in the file'],
    ['env:EMPTY', 'the environment variable EMPTY is empty'],
    ['file:missing.txt', 'does not exist'],
    ['file:.', 'cannot be read (EISDIR)'],
    ['file:/dev/null', 'cannot be read (not a file)'],
    ['file:huge.txt', 'is larger than 1024 KB'],
    ['env:LINES', 'one line of printable ASCII'],
  ])('given as %s is a mistake that says: %s', (reference, message) => {
    writeFileSync(path.join(directory, 'huge.txt'), 'x'.repeat(1024 * 1024 + 1))
    const env = { EMPTY: '', LINES: 'two\nlines' }
    const [line, ...others] = mistakes(file({ connection: `client_secret: ${reference}` }), { env })
    expect(line).toMatch(/^v\.yaml:9:24: organizations\[0\]\.connections\[0\]\.client_secret: /)
    expect(line).toContain(message)
    expect(others).toEqual([])
  })

  it('that is stored as a digest must be long', () => {
    const env = { ...SECRETS, SHORT: 'x'.repeat(31), LONG: 'x'.repeat(32) }
    expect(mistakes(file({ server: 'resource_secret: env:SHORT' }), { env })[0]).toContain('shorter than 32')
    expect(mistakes(file({ server: 'resource_secret: env:LONG' }), { env })).toEqual([])
  })
})
