/** What is not the same for each of these. */
type Parts = {
  /** Of the organization, its server, and the id of its connection. */
  readonly slug: string
  /** Lines of YAML for the connection: its type, and what that needs. */
  readonly connection: readonly string[]
  /** More lines of YAML for the server. */
  readonly settings?: readonly string[]
  readonly resource?: string | undefined
}

/** A configuration file with one organization that has one connection, and one server with a public client. */
export const oneServer = ({
  slug,
  connection,
  settings = [],
  resource = `https://${slug}.example/mcp`,
}: Parts): string => `
organizations:
  - slug: ${slug}
    name: ${slug}
    connections:
      - slug: main
        id: ${slug}
${linesOf(connection)}    servers:
      - slug: ${slug}
        name: ${slug}
        resource: ${resource}
        connection: main
        scopes:
          - { name: "profile:read", description: "See your name" }
        clients:
          - { client_id: cli, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
${linesOf(settings)}`

const linesOf = (lines: readonly string[]) => lines.map((line) => `        ${line}\n`).join('')
