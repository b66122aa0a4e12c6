import { spawn } from 'node:child_process'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { freePort } from './free-port.mjs'

const EXAMPLE =
  'bench/node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server/simpleStreamableHttp.js'

/** The MCP SDK's own example as it stands, with its server for authorization, limits on rates included. */
export async function start(port) {
  const issuer = `http://localhost:${port}/`
  const mcpPort = await freePort()
  const env = { ...process.env, MCP_PORT: String(mcpPort), MCP_AUTH_PORT: String(port) }
  const child = spawn(process.execPath, [EXAMPLE, '--oauth', '--oauth-strict'], { env, stdio: 'ignore' })
  for (let waited = 0; waited < 30_000; waited += 200) {
    if (await fetch(`${issuer}.well-known/oauth-authorization-server`).catch(() => undefined)) break
    await setTimeout(200)
  }
  const args = ['--resource', `http://localhost:${mcpPort}/mcp`]
  return { issuer, args, close: () => child.kill() }
}
