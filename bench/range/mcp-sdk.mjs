import { DemoInMemoryAuthProvider } from '@modelcontextprotocol/sdk/examples/server/demoInMemoryOAuthProvider.js'
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js'
import express from 'express'

const RESOURCE = 'https://mcp.example/mcp'

/** The demo server of the MCP SDK, as its examples set it up with `--oauth-strict`, without its rate limits. */
export async function start(port) {
  const issuerUrl = new URL(`http://localhost:${port}`)
  const provider = new DemoInMemoryAuthProvider((resource) => resource?.href === RESOURCE)
  const unlimited = { rateLimit: false }
  const app = express()
  app.use(
    mcpAuthRouter({
      provider,
      issuerUrl,
      scopesSupported: ['mcp:tools'],
      authorizationOptions: unlimited,
      clientRegistrationOptions: unlimited,
      tokenOptions: unlimited,
    }),
  )
  const server = app.listen(port, 'localhost')
  return { issuer: issuerUrl.href, args: ['--resource', RESOURCE], close: () => server.close() }
}
