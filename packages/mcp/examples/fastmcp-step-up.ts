import { createServer, type Server, request as send } from 'node:http'
import { authenticateFastMcp, protectNode, type User, type Verifier } from '@vestibule/mcp'
import { FastMCP, type Logger } from 'fastmcp'

/** FastMCP for TypeScript, whose own HTTP server listens on loopback. All tools are seen by everybody. */
export function fastMcpBehind(
  verifier: Verifier,
  logger: Logger = console,
): FastMCP<User & Record<string, unknown>> {
  const authenticate = authenticateFastMcp(verifier)
  const server = new FastMCP({ name: 'files', version: '1.0.0', logger, authenticate })
  server.addTool({ name: 'whoami', execute: async (_, { session }) => session?.sub ?? '' })
  server.addTool({
    name: 'delete_file',
    execute: async (_, { session }) => {
      // Other programs on this machine reach it, too.
      if (!session?.scopes.includes('files:write')) return 'files:write is needed'
      return `deleted for ${session.sub}`
    },
  })
  return server
}

/** What clients see: it looks into each message, so that a tool can ask for more scope, and hands it on. */
export function inFrontOf(port: number, verifier: Verifier): Server {
  return createServer(
    protectNode(verifier, (request, response) => {
      const { method, url: path, body } = request
      const text = body === undefined ? undefined : JSON.stringify(body)
      const { 'transfer-encoding': _, ...headers } = request.headers
      if (text !== undefined) headers['content-length'] = String(Buffer.byteLength(text))
      const passedOn = send({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      })
      passedOn.on('error', () => response.destroy())
      response.on('close', () => passedOn.destroy())
      if (text === undefined) request.pipe(passedOn)
      else passedOn.end(text)
    }),
  )
}
