/** The process: configuration, stores, sandbox, and Next behind an HTTP server of our own. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import next from 'next'
import { type Config, ConfigError, readConfig } from './lib/config'
import { MissingKey } from './lib/crypto/keyring'
import { pagePolicy } from './lib/http/page-policy'
import { openInstallation } from './lib/installation'
import { describeError, log } from './lib/log'
import { type Sandbox, startSandbox } from './lib/sandbox'
import { openEmbeddedPostgres } from './lib/store/embedded-postgres'

const dev = process.argv.includes('--dev')

async function start(): Promise<void> {
  const config = readConfig()
  const installation = await openInstallation(config, openEmbeddedPostgres)
  const sandbox = await startSandbox(config, installation)
  const app = next({ dev, dir: process.cwd(), port: config.port })
  await app.prepare()
  const servers = await listen(config, app.getRequestHandler(), app.getUpgradeHandler())
  announce(config, sandbox)

  let stopping = false
  const stop = async () => {
    if (stopping) return
    stopping = true
    log.info('stopping')
    await Promise.all(servers.map(close))
    await sandbox?.close()
    await app.close()
    await installation.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>
type UpgradeHandler = Awaited<ReturnType<ReturnType<typeof next>['getUpgradeHandler']>>

/** On loopback both families, since `localhost` may mean either; a machine without IPv6 does with one. */
async function listen(config: Config, handle: Handler, upgrade: UpgradeHandler): Promise<Server[]> {
  const hosts = config.loopback ? ['127.0.0.1', '::1'] : [config.listenHost]
  const servers: Server[] = []
  for (const host of hosts) {
    const server = createServer(withPagePolicy(handle))
    if (dev) server.on('upgrade', upgrade)
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(config.port, host, resolve)
      })
      servers.push(server)
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === 'EADDRINUSE') throw new ConfigError([`PORT ${config.port} is in use: give another one.`])
      if (servers.length === 0) throw error
    }
  }
  return servers
}

function withPagePolicy(handle: Handler): Handler {
  return async (request, response) => {
    const policy = pagePolicy(request.url?.split('?')[0] ?? '', dev)
    delete request.headers['content-security-policy']
    delete request.headers['content-security-policy-report-only']
    if (policy) {
      request.headers['content-security-policy'] = policy
      response.setHeader('content-security-policy', policy)
    }
    await handle(request, response)
  }
}

/** Requests under way are answered; idle connections are not waited for. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), 5_000).unref()
  })
}

function announce({ publicUrl }: Config, sandbox: Sandbox | null): void {
  const lines = [``, `Vestibule is ready.`, ``, `  Open in a browser     ${publicUrl}`]
  if (sandbox)
    lines.push(
      `  Add to an MCP client  ${sandbox.mcpUrl}`,
      `  Log in as             alice or bob, password sandbox`,
      ``,
      `  Try it:  npx @modelcontextprotocol/inspector   (transport: Streamable HTTP, URL: ${sandbox.mcpUrl})`,
      `  Go on:   put your own identity provider and MCP server into vestibule.yaml, see docs/configuration.md`,
    )
  else lines.push(`  Configure             npm run vestibule -- apply -f vestibule.yaml`)
  console.log([...lines, ''].join('\n'))
}

start().catch((error: unknown) => {
  if (error instanceof ConfigError || error instanceof MissingKey) console.error(error.message)
  else {
    log.error('start failed', describeError(error))
    console.error(error instanceof Error ? error.message : String(error))
  }
  process.exit(1)
})
