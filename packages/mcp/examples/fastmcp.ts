import { authenticateFastMcp, type User, type Verifier } from '@vestibule/mcp'
import { FastMCP, type Logger } from 'fastmcp'

/** FastMCP for TypeScript: the session is the user, and a session that begins without a tool’s scope does not see it. */
export function fastMcp(
  verifier: Verifier,
  logger: Logger = console,
): FastMCP<User & Record<string, unknown>> {
  const server = new FastMCP({
    name: 'files',
    version: '1.0.0',
    logger,
    authenticate: authenticateFastMcp(verifier),
    oauth: {
      enabled: true,
      protectedResource: { resource: verifier.resource, authorizationServers: [verifier.issuer] },
    },
  })
  server.addTool({ name: 'whoami', execute: async (_, { session }) => session?.sub ?? '' })
  server.addTool({
    name: 'delete_file',
    canAccess: ({ scopes }) => scopes.includes('files:write'),
    execute: async (_, { session }) => {
      // `canAccess` was asked when the session began, perhaps by another token.
      if (!session?.scopes.includes('files:write')) return 'files:write is needed'
      return `deleted for ${session.sub}`
    },
  })
  return server
}
