import { metadataHandler, protect, type Verifier } from '@vestibule/mcp'
import { createMcpHandler } from 'mcp-handler'

type Route = (request: Request) => Promise<Response>

/** Next.js with `mcp-handler`: `app/mcp/route.ts`, which exports it as GET and POST. */
export function mcpRoute(verifier: Verifier): Route {
  const handler = createMcpHandler((server) => {
    server.registerTool('whoami', {}, (ctx) => said(verifier.userOf(ctx.http?.authInfo).sub))
    server.registerTool('delete_file', {}, (ctx) =>
      said(`deleted for ${verifier.userOf(ctx.http?.authInfo).sub}`),
    )
  })
  return protect(verifier, (request) => handler(request))
}

/** `app/.well-known/oauth-protected-resource/mcp/route.ts`, which exports it as GET and OPTIONS. */
export const metadataRoute = (verifier: Verifier) => metadataHandler(verifier)

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })
