import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { protectExpress, type Verifier } from '@vestibule/mcp'
import express, { type Express } from 'express'

/** The MCP SDK, version 1, with Express: one line protects it. */
export function expressApp(verifier: Verifier): Express {
  const app = express()
  app.use(protectExpress(verifier))
  app.post('/mcp', async (request, response) => {
    const transport = new StreamableHTTPServerTransport()
    await filesServer(verifier).connect(transport)
    await transport.handleRequest(request, response, request.body)
  })
  // What is no tool is protected, too, and knows its user.
  app.get('/files', (request, response) => {
    response.json({ owner: verifier.userOfRequest(request).sub })
  })
  return app
}

/** `authInfo` is what the middleware left at the request; `userOf` has the user in it. */
export function filesServer(verifier: Verifier): McpServer {
  const server = new McpServer({ name: 'files', version: '1.0.0' })
  server.registerTool('whoami', {}, ({ authInfo }) => said(verifier.userOf(authInfo).sub))
  server.registerTool('delete_file', {}, ({ authInfo }) =>
    said(`deleted for ${verifier.userOf(authInfo).sub}`),
  )
  return server
}

const said = (text: string) => ({ content: [{ type: 'text' as const, text }] })
