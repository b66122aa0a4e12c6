/** One organization; `connection` and `server` are lines of YAML at the depth of their fields. */
export function file({ connection = '', server = '' }: { connection?: string; server?: string }) {
  return `organizations:
  - slug: acme
    name: Acme
    connections:
      - slug: okta
        type: oidc
        issuer: https://acme.okta.com
        client_id: abc
        ${connection || 'client_secret: env:OKTA_SECRET'}
    servers:
      - slug: acme
        name: Acme MCP
        resource: https://mcp.acme.com/mcp
        connection: okta
        ${server}
`
}
