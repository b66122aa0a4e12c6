/**
 * A sample MCP server that leaves logging in to an authorization server. Read it from here: a request to `/mcp`
 * passes the origin check and `protect`, and then reaches the tools with a verified user.
 */
import { createMcpHandler } from '@modelcontextprotocol/server'
import { createVerifier, protect } from '@vestibule/mcp'
import { allowLocalPages } from './browser-access'
import { type FetchHandler, fetchListener } from './fetch-listener'
import { listenOnLoopback } from './loopback-server'
import { type Notes, notesTools, Profile, TOOL_SCOPES } from './notes-tools'

export type McpServerOptions = {
  /** On localhost. */
  readonly port: number
  /** This server's identifier: the audience that access tokens must name, usually its public URL. */
  readonly resource: string
  /** The authorization server whose access tokens are accepted. */
  readonly issuer: string
}

export type RunningMcpServer = {
  /** Where MCP clients connect. */
  readonly url: string
  close(): Promise<void>
}

const MCP_PATH = '/mcp'
const BODY_LIMIT = 64 * 1024

/** Starts the sample MCP server (Streamable HTTP) at `http://localhost:{port}/mcp`. */
export async function startMcpServer(options: McpServerOptions): Promise<RunningMcpServer> {
  const handle = protectedMcpServer(options.resource, options.issuer)
  const { origin, close } = await listenOnLoopback(options.port, (origin) =>
    fetchListener(handle, { origin, bodyLimit: BODY_LIMIT }),
  )
  return { url: `${origin}/mcp`, close }
}

function protectedMcpServer(resource: string, issuer: string): FetchHandler {
  const verifier = createVerifier({
    issuer,
    resource,
    scopes: ['profile:read'],
    tools: TOOL_SCOPES,
    metadata: { resource_name: 'Sandbox notes' },
    claims: Profile.parse,
  })
  const notes: Notes = new Map()
  const mcp = createMcpHandler(({ authInfo }) => notesTools(verifier.userOf(authInfo), notes))

  const handle = protect(verifier, (request, { authInfo }) => mcp.fetch(request, { authInfo }))
  const serveMcp = allowLocalPages(handle)
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === MCP_PATH) return serveMcp(request)
    return pathname.startsWith('/.well-known/oauth-protected-resource')
      ? handle(request)
      : new Response('Not found', { status: 404 })
  }
}
