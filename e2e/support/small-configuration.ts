/** The default server of an organization, for tests without logins. */
export const SMALL_CONFIGURATION = `
organizations:
  - slug: acme
    name: Acme Inc
    connections:
      - slug: login
        type: oidc
        issuer: https://login.acme.example
        client_id: vestibule
        client_secret: env:UPSTREAM_SECRET
        scopes: [openid]
    servers:
      - slug: acme
        name: Acme MCP
        default: true
        resource: https://mcp.acme.example/mcp
        connection: login
`
