import { execFile, spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from './free-port.mjs'
import { withPassword } from './login.mjs'

const SECRET = 'vst_rs_secret-of-the-resource-server-in-the-range'

/** Vestibule with its sandbox, as `npm start` runs it, whose server has a credential for introspection, and devices. */
export async function start(port) {
  const issuer = `http://localhost:${port}`
  const dataDir = await mkdtemp(path.join(tmpdir(), 'vestibule-range-data-'))
  await chmod(dataDir, 0o711)
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    PORT: String(port),
    PUBLIC_URL: issuer,
    DATA_DIR: dataDir,
    SANDBOX_IDP_PORT: String(await freePort()),
    SANDBOX_MCP_PORT: String(await freePort()),
  }
  const resource = `http://localhost:${env.SANDBOX_MCP_PORT}/mcp`
  const child = spawn(process.execPath, ['dist/server.js'], { env, stdio: 'ignore' })
  for (let waited = 0; waited < 60_000; waited += 200) {
    const response = await fetch(`${issuer}/readyz`).catch(() => undefined)
    if (response?.ok) break
    await setTimeout(200)
  }
  const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  if (!metadata.ok) throw new Error('the sandbox has no server at the root')
  await giveSecret(env)
  const documents = await freePort()
  return {
    issuer,
    args: [
      ...(await withPassword('alice', 'sandbox')),
      ...['--resource', resource, '--introspection', SECRET],
      // On loopback it takes documents of loopback, and only there.
      ...['--documents', `http://localhost:${documents}=${documents}`],
    ],
    async close() {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.on('exit', resolve))
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** Gives the server of the sandbox a credential for introspection, and devices, over the management API. */
async function giveSecret(env) {
  const args = ['dist/cli.js', 'installation-keys', 'create', '--name', 'range']
  const { stdout } = await promisify(execFile)(process.execPath, args, { env })
  const [key] = /vst_key_\S+/.exec(stdout)
  const address = `${env.PUBLIC_URL}/api/v1/organizations/sandbox/servers/sandbox`
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const server = await (await fetch(address, { headers })).json()
  const body = JSON.stringify({ ...server, resource_secret: SECRET, device_grant: true })
  const answer = await fetch(address, { method: 'PUT', headers, body })
  if (!answer.ok) throw new Error(await answer.text())
}
