import type { Installation } from '../installation'
import type { Sheet } from '../sheet'

const APPLY = ['apply', '-f', '-']

/** What the command line says about files, and what it writes as one. */
export async function recordConfiguration(sheet: Sheet, { yaml }: Installation): Promise<void> {
  await sheet.run('a new installation', APPLY, yaml)
  await sheet.runAll([
    ['the same file again', APPLY, yaml],
    ['the export', ['export']],
    ['what changes would do', ['diff', '-f', '-'], changed(yaml)],
    ['files with mistakes in single values', APPLY, MISTAKES],
    ['files that contradict themselves', APPLY, CONTRADICTIONS],
    ['files that change what never changes', APPLY, conflicting(yaml)],
    ['files that take what others have', APPLY, TAKING],
    ['a file that is no YAML', APPLY, 'organizations: [\n  - {'],
    ['an empty file', APPLY, ''],
  ])
}

/** Every kind of difference: entries that come, and fields that come, change and go. */
const changed = (yaml: string) =>
  yaml
    .replace('name: Acme Inc', 'name: Acme Incorporated')
    .replace('name: Acme Login', 'name: Acme Sign-in')
    .replace('https://forge.example/token', 'https://forge.example/oauth/token')
    .replace('        passed_claims: [email]\n', '        passed_claims: [email, groups]\n')
    .replace('        resource_secret: env:RESOURCE_SECRET\n        registration', '        registration')
    .replace('        device_grant: true\n', '')
    .replace('        aliases: [https://mcp.acme.example/sse]\n', '')
    .replace(
      'Add notes for you" }',
      'Add notes" }\n          - { name: "notes:read", description: "Read notes" }',
    )
    .replace('https://partners.acme.example/mcp', 'https://partner.acme.example/mcp')
    .replace('token_format: opaque', 'token_format: jwt')
    .replace('issuer: "http://localhost:9"', 'issuer: "http://localhost:10"')
    .replace(
      'client_secret: env:CONFIDENTIAL_SECRET\n            grant',
      'client_secret: env:UPSTREAM_SECRET\n            grant',
    )
    .concat('  - { slug: initech, name: Initech }\n')

const MISTAKES = `organizations:
  - slug: Bad Slug
    name: ""
    colour: red
    connections:
      - { slug: a, type: ldap, client_id: x }
      - { slug: b, type: oidc, issuer: "http://login.example", client_id: x, client_secret: "env:NOT_THERE", id: "no id" }
      - { slug: c, type: oidc, issuer: "https://login.example?x=1", client_id: x, client_secret: plain-text }
      - { slug: d, type: oauth2, client_id: x, client_secret: "file:/nowhere/at/all", claims: { mail: x } }
      - { slug: e, type: platform, client_id: x }
    servers:
      - slug: s
        name: S
        resource: http://mcp.example/mcp#fragment
        connection: b
        issuer_host: https://host.example
        access_token_lifetime: 5
        refresh_token_lifetime: forever
        token_format: paseto
        client_policy: some
        registration: { quota: 0 }
        passed_claims: [sub]
        resource_secret: env:PATH
        handoff_scopes: []
        trusted_issuers: [{ issuer: "http://idp.example" }]
        scopes:
          - { name: "a b", description: "" }
        clients:
          - { client_id: "a b", redirect_uris: ["http://evil.example/cb", "javascript:alert(1)", "https://a.example/#f"], token_endpoint_auth_method: magic }
          - { client_id: ok, token_endpoint_auth_method: none, grant_types: [password] }
`

const CONTRADICTIONS = `organizations:
  - slug: acme
    name: Acme
    connections:
      - { slug: a, id: same, type: oidc, issuer: "https://login.example", client_id: x, token_endpoint_auth_method: none }
      - { slug: a, id: same, type: oidc, issuer: "https://login.example", client_id: x }
      - { slug: c, type: oidc, issuer: "https://login.example", client_id: x, client_secret: "env:UPSTREAM_SECRET", token_endpoint_auth_method: none, authorization_parameters: { state: x } }
    servers:
      - { slug: s, name: S, resource: "https://mcp.example/mcp", connection: missing, default: true, issuer_host: s.example }
      - slug: s
        name: S
        default: true
        resource: https://mcp.example/mcp
        aliases: [https://mcp.example/mcp]
        connection: a
        scopes: [{ name: x, description: X }, { name: x, description: X }]
        handoff_scopes: [unknown]
        clients:
          - { client_id: one, token_endpoint_auth_method: none }
          - { client_id: one, redirect_uris: ["https://a.example/cb"], token_endpoint_auth_method: none, client_secret: "env:CONFIDENTIAL_SECRET" }
          - { client_id: two, redirect_uris: ["https://a.example/cb"], token_endpoint_auth_method: client_secret_basic }
          - { client_id: three, token_endpoint_auth_method: none, grant_types: [client_credentials] }
          - { client_id: four, token_endpoint_auth_method: private_key_jwt, grant_types: [client_credentials], scope: "y" }
          - { client_id: five, token_endpoint_auth_method: none, grant_types: [refresh_token] }
          - { client_id: six, token_endpoint_auth_method: none, grant_types: ["urn:ietf:params:oauth:grant-type:device_code"] }
  - { slug: acme, name: Again }
`

const conflicting = (yaml: string) =>
  yaml
    .replace('id: main-idp', 'id: another-idp')
    .replace('        default: true\n', '')
    .replace('issuer_host: third.', 'issuer_host: fourth.')

const TAKING = `organizations:
  - slug: initech
    name: Initech
    connections:
      - { slug: main, id: main-idp, type: platform }
    servers:
      - { slug: third, name: Third, resource: "https://mcp.initech.example/mcp", connection: main }
      - { slug: fourth, name: Fourth, default: true, resource: "https://mcp.initech.example/mcp", connection: main }
`
