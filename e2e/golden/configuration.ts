export const RESOURCE_SECRET = 'vst_rs_the-resource-server-of-the-golden-recording'
export const CONFIDENTIAL_SECRET = 'a-secret-that-only-the-confidential-client-knows'

export const REDIRECT = 'http://127.0.0.1:9876/callback'

type Places = { readonly idp: string; readonly host: string }

/** Something of every kind, with every field somewhere. */
export const configuration = ({ idp, host }: Places) => `organizations:
  - slug: acme
    name: Acme Inc
    connections:
      - slug: main
        id: main-idp
        name: Acme Login
        type: oidc
        issuer: ${idp}
        client_id: vestibule
        client_secret: env:UPSTREAM_SECRET
        scopes: [openid, email, profile, offline_access]
        authorization_parameters: { ui_locales: en }
      - slug: forge
        id: acme-forge
        type: oauth2
        authorization_endpoint: https://forge.example/authorize
        token_endpoint: https://forge.example/token
        userinfo_endpoint: https://forge.example/user
        revocation_endpoint: https://forge.example/revoke
        client_id: vestibule-at-the-forge
        client_secret: env:UPSTREAM_SECRET
        token_endpoint_auth_method: client_secret_post
        claims: { subject: id, email: mail, name: login }
        pkce: false
        forward_resource: true
        scopes: [user]
      - { slug: people, id: acme-people, type: platform, name: Acme accounts }
    servers:
      - slug: first
        name: Acme MCP
        default: true
        resource: https://mcp.acme.example/mcp
        aliases: [https://mcp.acme.example/sse]
        connection: main
        passed_claims: [email]
        resource_secret: env:RESOURCE_SECRET
        handoff_scopes: [openid, email, profile, offline_access]
        device_grant: true
        access_token_lifetime: 1800
        refresh_token_lifetime: 86400
        trusted_issuers:
          - { issuer: "https://idp.acme.example", scopes: ["profile:read"], public_clients: true }
        scopes:
          - { name: "profile:read", description: "See your name and e-mail address", upstream_scopes: [email] }
          - { name: "notes:write", description: "Add notes for you" }
        clients:
          - { client_id: cli, name: Acme CLI, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
          - client_id: backend
            name: Acme Backend
            redirect_uris: ["https://backend.acme.example/callback"]
            token_endpoint_auth_method: client_secret_basic
            client_secret: env:CONFIDENTIAL_SECRET
          - client_id: nightly
            token_endpoint_auth_method: client_secret_post
            client_secret: env:CONFIDENTIAL_SECRET
            grant_types: [client_credentials]
            scope: "notes:write"
          - client_id: tv
            name: Living Room TV
            token_endpoint_auth_method: none
            grant_types: ["urn:ietf:params:oauth:grant-type:device_code", refresh_token]
      - slug: second
        name: Acme Partner MCP
        resource: https://partners.acme.example/mcp
        connection: main
        token_format: opaque
        resource_secret: env:RESOURCE_SECRET
        registration: { quota: 5 }
        client_policy: { hosts: [claude.ai] }
        clients:
          - { client_id: cli, name: Acme CLI, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
      - slug: own
        name: Acme Own MCP
        resource: https://own.acme.example/mcp
        connection: people
        registration: off
        client_policy: off
        clients:
          - { client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
  - slug: globex
    name: Globex
    connections:
      - { slug: main, id: globex-idp, type: oidc, issuer: "http://localhost:9", client_id: vestibule, client_secret: "env:UPSTREAM_SECRET" }
    servers:
      - slug: third
        name: Globex MCP
        issuer_host: ${host}
        resource: http://${host}/mcp
        connection: main
        clients:
          - { client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
`
