import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { setTimeout } from 'node:timers/promises'
import { withPassword } from './login.mjs'

/** Vestibule with its sandbox, as `npm start` runs it. */
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
  }
  const child = spawn(process.execPath, ['dist/server.js'], { env, stdio: 'ignore' })
  for (let waited = 0; waited < 60_000; waited += 200) {
    const response = await fetch(`${issuer}/readyz`).catch(() => undefined)
    if (response?.ok) break
    await setTimeout(200)
  }
  const metadata = await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  if (!metadata.ok) throw new Error('the sandbox has no server at the root')
  return {
    issuer,
    args: [...(await withPassword('alice', 'sandbox')), '--resource', 'http://localhost:3002/mcp'],
    async close() {
      child.kill('SIGTERM')
      await new Promise((resolve) => child.on('exit', resolve))
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
