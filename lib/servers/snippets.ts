/**
 * Code for the developers of an MCP server, with the values of one server filled in: it uses our packages, and is
 * JavaScript that TypeScript takes as it is, however strict. Everything
 * that comes from the configuration is written by `JSON.stringify`: a name cannot end a string.
 */
/** What a snippet needs to know of a server. */
export type Place = {
  readonly name: string
  readonly slug: string
  readonly issuer: string
  readonly resource: string
  readonly jwksUri: string
  /** Where the MCP server must answer with `metadata`. */
  readonly metadataUrl: string
  readonly metadata: Readonly<Record<string, unknown>>
  /** `WWW-Authenticate` of a 401. */
  readonly challenge: string
  /** Its tokens say nothing by themselves: the MCP server asks, with a credential. */
  readonly isOpaque: boolean
}

const json = (value: unknown) => JSON.stringify(value)

/** Of the resource metadata, what the package does not know by itself. */
function furtherMetadata({ metadata: { resource_name, scopes_supported } }: Place): string {
  return json({ resource_name, scopes_supported })
}

const verifierCode = (place: Place) => `export const verifier = createVerifier({
  issuer: ${json(place.issuer)},
  resource: ${json(place.resource)},
  metadata: ${furtherMetadata(place)},${
    place.isOpaque
      ? `
  // The credential of this MCP server: it is made under "Tokens".
  credentials: { secret: process.env.RESOURCE_SECRET ?? '' },`
      : ''
  }
  // Scopes that single tools need: tools: { delete_file: ['files:write'] },
})`

/** For every framework that speaks `Request` and `Response`. */
export const fetchCode = (place: Place) => `import { createVerifier, protect } from '@vestibule/mcp'

${verifierCode(place)}

/** Your handler gets requests with a good token alone, as handler(request, { user, authInfo }). */
export const protectedBy = protect.bind(null, verifier)
`

/** The official SDK with Express. */
export const sdkCode = (place: Place) => `import { createVerifier, protectExpress } from '@vestibule/mcp'

${verifierCode(place)}

/** Before your own routes: app.use(protection). Tools find the user with verifier.userOf(extra.authInfo). */
export const protection = protectExpress(verifier)
`

/** Next.js with `mcp-handler`: three files. */
export const mcpHandlerCode = (place: Place) => `// lib/verifier.ts
import { createVerifier } from '@vestibule/mcp'

${verifierCode(place)}

// app${routeOf(place.resource)}/route.ts
import { protect } from '@vestibule/mcp'
import { createMcpHandler } from 'mcp-handler'
import { verifier } from '@/lib/verifier'

const handler = createMcpHandler((server) => {
  // server.registerTool(…, (input, ctx) => …): the user is verifier.userOf(ctx.http?.authInfo)
})

const route = protect(verifier, (request) => handler(request))
export { route as GET, route as POST }

// app${routeOf(place.metadataUrl)}/route.ts
import { metadataHandler } from '@vestibule/mcp'
import { verifier } from '@/lib/verifier'

const metadata = metadataHandler(verifier)
export { metadata as GET, metadata as OPTIONS }
`

/** Python: every ASGI application, such as those that FastMCP and the official SDK make. */
export const pythonCode = (
  place: Place,
) => `${place.isOpaque ? 'import os\n\n' : ''}from vestibule_mcp import Protect, Verifier

verifier = Verifier(
    issuer=${json(place.issuer)},
    resource=${json(place.resource)},
    metadata=${furtherMetadata(place)},${
      place.isOpaque
        ? `
    # The credential of this MCP server: it is made under "Tokens".
    credentials=(None, os.environ["RESOURCE_SECRET"]),`
        : ''
    }
)


def protect(app):
    """Your ASGI application, such as mcp.streamable_http_app(): scope["user"] is the user."""
    return Protect(app, verifier)
`

/** The folder of a Next.js route; that of the root is none. */
function routeOf(url: string): string {
  const path = new URL(url).pathname.replace(/\/$/, '')
  return path === '/' ? '' : path
}
