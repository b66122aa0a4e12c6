import { type AuthInfo, createMcpHandler } from '@modelcontextprotocol/server'
import { protectHono, type Verifier } from '@vestibule/mcp'
import { Hono } from 'hono'
import { filesServer } from './sdk-v2-fetch'

/** The MCP SDK, version 2, with Hono. */
export function honoApp(verifier: Verifier): Hono<{ Variables: { auth: AuthInfo } }> {
  const mcp = createMcpHandler(({ authInfo }) => filesServer(verifier, authInfo))
  const app = new Hono<{ Variables: { auth: AuthInfo } }>()
  app.use(protectHono(verifier))
  app.all('/mcp', (c) => mcp.fetch(c.req.raw, { authInfo: c.get('auth') }))
  return app
}
