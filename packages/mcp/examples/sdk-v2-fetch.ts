import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { protect, type Verifier } from '@vestibule/mcp'

/** The MCP SDK, version 2: a handler of `Request` and `Response`, for Deno, Bun and everything else that speaks them. */
export function fetchHandler(verifier: Verifier): (request: Request) => Promise<Response> {
  const mcp = createMcpHandler(({ authInfo }) => filesServer(verifier, authInfo))
  return protect(verifier, (request, { authInfo }) => mcp.fetch(request, { authInfo }))
}

/** Made for one request, and so for one user. */
export function filesServer(verifier: Verifier, authInfo: Parameters<Verifier['userOf']>[0]): McpServer {
  const { sub } = verifier.userOf(authInfo)
  const server = new McpServer({ name: 'files', version: '1.0.0' })
  server.registerTool('whoami', {}, () => said(sub))
  server.registerTool('delete_file', {}, () => said(`deleted for ${sub}`))
  return server
}

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })
