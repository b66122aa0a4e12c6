/**
 * A sample MCP server that leaves logging in to an authorization server. Read it from here: a request to `/mcp`
 * passes the origin check and the bearer gate, and then reaches the tools with a verified user.
 */
import { createMcpHandler, getOAuthProtectedResourceMetadataUrl } from '@modelcontextprotocol/server'
import { bearerGate } from './bearer-gate'
import { allowLocalPages } from './browser-access'
import { type FetchHandler, fetchListener } from './fetch-listener'
import { listenOnLoopback } from './loopback-server'
import { type Notes, notesTools } from './notes-tools'
import { accessTokenVerifier } from './verify-access-token'

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

const METADATA_PATH = '/.well-known/oauth-protected-resource'
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
  const resourceMetadataUrl = getOAuthProtectedResourceMetadataUrl(new URL(resource))
  const authenticate = bearerGate({
    verifier: accessTokenVerifier(issuer, resource),
    resourceMetadataUrl,
    requiredScopes: ['profile:read'],
  })

  const notes: Notes = new Map()
  const mcp = createMcpHandler(({ authInfo }) => {
    if (!authInfo) throw new Error('the bearer gate lets no request pass without a verified token')
    return notesTools(authInfo, notes)
  })

  const serveMcp = allowLocalPages(async (request) => {
    const authInfo = await authenticate(request)
    return authInfo instanceof Response ? authInfo : mcp.fetch(request, { authInfo })
  })

  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/mcp') return serveMcp(request)
    if (pathname === METADATA_PATH || pathname === new URL(resourceMetadataUrl).pathname) {
      return resourceMetadata(resource, issuer)
    }
    return new Response('Not found', { status: 404 })
  }
}

/** RFC 9728 §3.2: public, so any web page may read it. */
function resourceMetadata(resource: string, issuer: string): Response {
  const metadata = {
    resource,
    resource_name: 'Sandbox notes',
    authorization_servers: [issuer],
    scopes_supported: ['profile:read', 'notes:write'],
    bearer_methods_supported: ['header'],
  }
  return Response.json(metadata, {
    headers: { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'mcp-protocol-version' },
  })
}
