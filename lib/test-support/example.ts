import type { Management } from '../management/management'

/** An installation that is not on this machine. */
export const CONFIG: Management['config'] = {
  publicUrl: 'https://auth.example.com',
  loopback: false,
  serversDomain: undefined,
  internalHosts: { rule: 'operator', listed: [] },
}

/** No value may ever be printed. */
export const SECRETS = {
  OKTA_SECRET: 'okta-secret-S3CR3T-value',
  GITHUB_SECRET: 'github-secret-S3CR3T-value',
  CI_SECRET: 'client-secret-S3CR3T-value-0123456789',
  FILES_RESOURCE_SECRET: 'vst_rs_resource-secret-S3CR3T-value-0123456789',
}

/** Two organizations that use every field. */
export const EXAMPLE = `
organizations:
  - slug: acme
    name: Acme Inc
    connections:
      - slug: okta
        id: acme-okta
        name: Okta
        type: oidc
        issuer: https://acme.okta.com
        client_id: 0oa123
        client_secret: env:OKTA_SECRET
        client_secret_ends: 2027-03-31
        token_endpoint_auth_method: client_secret_post
        scopes: [openid, email, offline_access]
        authorization_parameters: { prompt: login, access_type: offline }
        forward_resource: true
      - slug: public-login
        type: oidc
        issuer: https://login.acme.com/
        client_id: vestibule
        token_endpoint_auth_method: none
        scopes: []
    servers:
      - slug: main
        name: Acme MCP
        default: true
        resource: https://mcp.acme.com/mcp
        aliases: [https://mcp.acme.com/]
        connection: okta
        scopes:
          - { name: "files:read", description: "Read your files", upstream_scopes: [files.readonly] }
          - { name: "files:write", description: "Change your files", when: { claim: groups, in: [editors, 7] } }
        access:
          default: deny
          allow:
            users: [ceo@partner.example, "sub:00u1"]
            when:
              any:
                - { claim: email, domain: acme.com }
                - not: { all: [{ claim: type, equals: guest }, { claim: groups, contains: staff }] }
          deny: { users: [mallory@acme.com] }
          contact: it@acme.com
        client_policy: { hosts: [claude.ai, chatgpt.com] }
        registration: { quota: 500 }
        client_admission: { hosts: [claude.ai], others: approval }
        token_format: opaque
        access_token_lifetime: 900
        refresh_token_lifetime: 86400
        passed_claims: [email, groups]
        resource_secret: env:FILES_RESOURCE_SECRET
        handoff_scopes: [files.readonly]
        clients:
          - client_id: cli
            redirect_uris: ["http://127.0.0.1/callback", "cursor://anysphere.cursor-mcp/oauth"]
            token_endpoint_auth_method: none
          - client_id: ci
            name: Build server
            redirect_uris: ["https://ci.acme.com/callback"]
            token_endpoint_auth_method: client_secret_basic
            client_secret: env:CI_SECRET
            grant_types: [authorization_code]
            scope: "files:read offline_access"
      - slug: second
        name: Second
        issuer_host: auth.acme.com
        resource: https://second.acme.com/mcp
        connection: public-login
  - slug: globex
    name: Globex
    connections:
      - slug: github
        type: oauth2
        authorization_endpoint: https://github.com/login/oauth/authorize
        token_endpoint: https://github.com/login/oauth/access_token
        userinfo_endpoint: https://api.github.com/user
        claims: { subject: id, email: email }
        pkce: false
        revocation_endpoint: https://github.com/login/oauth/revoke
        client_id: Iv1.123
        client_secret: env:GITHUB_SECRET
    servers:
      - slug: globex
        name: Globex MCP
        resource: https://mcp.globex.com/mcp
        connection: github
`

/** The example with one thing replaced, which must be in it. */
export function changed(from: string, to: string): string {
  if (!EXAMPLE.includes(from)) throw new Error(`the example has no ${from}`)
  return EXAMPLE.replace(from, to)
}
