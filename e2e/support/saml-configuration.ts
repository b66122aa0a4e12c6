/**
 * One server of an organization of this slug, whose users log in at a SAML provider.
 *
 * @param settings more lines of YAML for the server
 */
export const samlConfiguration = (
  slug: string,
  metadata: string,
  settings: readonly string[] = [],
  resource = `https://${slug}.example/mcp`,
) => `
organizations:
  - slug: ${slug}
    name: ${slug}
    connections:
      - slug: main
        id: ${slug}
        type: saml
        metadata: ${JSON.stringify(metadata)}
    servers:
      - slug: ${slug}
        name: ${slug}
        resource: ${resource}
        connection: main
        scopes:
          - { name: "profile:read", description: "See your name" }
        clients:
          - { client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
${settings.map((line) => `        ${line}\n`).join('')}`
