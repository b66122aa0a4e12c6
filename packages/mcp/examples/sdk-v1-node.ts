import { createServer, type Server } from 'node:http'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { protectNode, type Verifier } from '@vestibule/mcp'
import { filesServer } from './sdk-v1-express'

/** The MCP SDK, version 1, with `node:http`. */
export function nodeServer(verifier: Verifier): Server {
  return createServer(
    protectNode(verifier, async (request, response) => {
      const transport = new StreamableHTTPServerTransport()
      await filesServer(verifier).connect(transport)
      await transport.handleRequest(request, response, request.body)
    }),
  )
}
