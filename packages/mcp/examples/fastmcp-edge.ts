import { protect, type User, type Verifier } from '@vestibule/mcp'
import { EdgeFastMCP } from 'fastmcp/edge'

/** FastMCP behind `Request` and `Response`, which asks for more scope for single tools; the user is in the closure. */
export const fetchHandler = (verifier: Verifier) =>
  protect(verifier, (request, { user }) => serverFor(user).fetch(request))

function serverFor(user: User): EdgeFastMCP {
  const server = new EdgeFastMCP({ name: 'files', version: '1.0.0' })
  server.addTool({ name: 'whoami', description: 'Who calls', execute: async () => user.sub })
  server.addTool({
    name: 'delete_file',
    description: 'Deletes a file',
    execute: async () => `deleted for ${user.sub}`,
  })
  return server
}
