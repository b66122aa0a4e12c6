/**
 * Runs the sandbox: `SANDBOX_*` variables in, an identity provider and an MCP server on localhost out. It ends
 * with the process that started it.
 */
import { fstatSync } from 'node:fs'
import { z } from 'zod'
import { startIdentityProvider } from './identity-provider'
import { startMcpServer } from './mcp-server'

const Port = z.coerce.number().int().min(1).max(65_535)

const Environment = z.object({
  /** The authorization server that protects the MCP server. */
  SANDBOX_ISSUER: z.url(),
  /** What that authorization server is at the identity provider: a client with a callback. */
  SANDBOX_CLIENT_ID: z.string().min(1).default('vestibule'),
  SANDBOX_CLIENT_SECRET: z.string().min(1),
  SANDBOX_CALLBACK_URL: z.url(),
  SANDBOX_IDP_PORT: Port.default(3001),
  SANDBOX_MCP_PORT: Port.default(3002),
  /** The MCP server's identifier, where it is not its own URL. */
  SANDBOX_RESOURCE: z.url().optional(),
})

async function main(): Promise<void> {
  endWithParent()
  const environment = Environment.safeParse(process.env)
  if (!environment.success) throw new Error(z.prettifyError(environment.error))
  const env = environment.data

  const [identityProvider, mcpServer] = await Promise.all([
    startIdentityProvider({
      port: env.SANDBOX_IDP_PORT,
      clientId: env.SANDBOX_CLIENT_ID,
      clientSecret: env.SANDBOX_CLIENT_SECRET,
      clientName: 'Vestibule',
      redirectUris: [env.SANDBOX_CALLBACK_URL],
    }),
    startMcpServer({
      port: env.SANDBOX_MCP_PORT,
      resource: env.SANDBOX_RESOURCE ?? `http://localhost:${env.SANDBOX_MCP_PORT}/mcp`,
      issuer: env.SANDBOX_ISSUER,
    }),
  ])
  console.log(`Sandbox identity provider: ${identityProvider.issuer} (alice or bob, password “sandbox”)`)
  console.log(`Sandbox MCP server:        ${mcpServer.url}`)
  process.send?.({ type: 'ready', issuer: identityProvider.issuer, url: mcpServer.url })
}

/** Exits when the parent is gone, however it went. Started from a terminal, the process lives until Ctrl-C. */
function endWithParent(): void {
  if (process.send) {
    process.once('disconnect', () => process.exit())
    return
  }
  const stdin = fstatSync(0)
  if (stdin.isFIFO() || stdin.isSocket()) process.stdin.once('end', () => process.exit()).resume()
}

main().catch((error: unknown) => {
  console.error('The sandbox cannot start:', error instanceof Error ? error.message : error)
  process.exit(1)
})
