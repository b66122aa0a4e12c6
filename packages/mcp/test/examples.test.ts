import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePort } from '@/test/free-port'
import { newProject, type Project, root } from './installed-package'
import { officialClient, startAuthorizationServer } from './whole-login'

const FRAMEWORKS = [
  'SDK v1, Express',
  'SDK v1, node:http',
  'SDK v2, Fetch',
  'SDK v2, Hono',
  'Next.js, mcp-handler',
  'Cloudflare Workers',
  'FastMCP, edge',
  'FastMCP, its own server',
]

let project: Project
let server: Awaited<ReturnType<typeof startAuthorizationServer>>
const children: ChildProcess[] = []
const ports = new Map<string, number>()

/** Runs a program in the project until it has printed that it is there. */
async function start(file: string, args: readonly string[], ready: RegExp): Promise<void> {
  const child = spawn(process.execPath, [file, ...args], { cwd: project.folder })
  children.push(child)
  let printed = ''
  const said = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        printed += chunk
        if (ready.test(printed)) resolve()
      })
    child.on('exit', () => reject(new Error(printed)))
  })
  await said
}

beforeAll(async () => {
  for (const method of ['warn', 'info'] as const) vi.spyOn(console, method).mockImplementation(() => {})
  ;[project, server] = await Promise.all([newProject(), startAuthorizationServer()])
  for (const name of [...FRAMEWORKS, 'FastMCP']) ports.set(name, await freePort())
  await build({
    entryPoints: [path.join(import.meta.dirname, 'serve-examples.ts')],
    outfile: path.join(project.folder, 'serve.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    // The package is the installed one, and not our sources.
    tsconfigRaw: '{}',
    logLevel: 'warning',
  })
  await start('serve.mjs', [server.issuer, JSON.stringify(Object.fromEntries(ports))], /^ready$/m)
})
afterAll(async () => {
  for (const child of children) {
    child.removeAllListeners('exit')
    child.kill()
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  server.close()
  await project.remove()
})

const text = (said: string) => ({ content: [{ type: 'text', text: said }] })

describe('with the tarball installed, the official client', () => {
  it.each(FRAMEWORKS)('logs in, calls a tool, and steps up for another: %s', async (name) => {
    const client = officialClient(`http://localhost:${ports.get(name)}/mcp`, 'alice')
    expect(await client.call('whoami')).toMatchObject(text('alice'))
    expect(client.logins()).toEqual(['files:read'])
    expect(await client.call('delete_file')).toMatchObject(text('deleted for alice'))
    expect(client.logins()).toEqual(['files:read', 'files:read files:write'])
  })

  it('logs in and calls a tool, and sees no tool without its scope: FastMCP', async () => {
    const client = officialClient(`http://localhost:${ports.get('FastMCP')}/mcp`, 'alice')
    expect(await client.call('whoami')).toMatchObject(text('alice'))
    expect(client.logins()).toHaveLength(1)
    expect(await client.toolNames()).toEqual(['whoami'])
  })

  it('does the same at the SDK’s own example, which three lines protect', async () => {
    const port = await freePort()
    const examples = path.join(root, 'node_modules/@modelcontextprotocol/sdk/dist/esm/examples/server')
    const original = await readFile(path.join(examples, 'simpleStatelessStreamableHttp.js'), 'utf8')
    // From where a developer has it, and on a free port.
    const moved = original
      .replaceAll("'../../", "'@modelcontextprotocol/sdk/")
      .replace('PORT = 3000', `PORT = ${port}`)
    const options = {
      issuer: server.issuer,
      resource: `http://localhost:${port}/mcp`,
      scopes: ['files:read'],
    }
    const tools = { 'start-notification-stream': ['files:write'] }
    const app = 'const app = createMcpExpressApp();\n'
    const added = [
      `import { createVerifier, protectExpress } from '@vestibule/mcp';\n`,
      `const verifier = createVerifier(${JSON.stringify({ ...options, tools })});\n`,
      `app.use(protectExpress(verifier));\n`,
    ]
    expect(moved.split(app)).toHaveLength(2)
    await writeFile(
      path.join(project.folder, 'official.mjs'),
      moved.replace(app, added.slice(0, 2).join('') + app + added[2]),
    )
    expect(added.length).toBeLessThanOrEqual(5)
    await start('official.mjs', [], /listening on port/)

    const client = officialClient(options.resource, 'bob')
    expect(await client.toolNames()).toEqual(['start-notification-stream'])
    expect(client.logins()).toEqual(['files:read'])
    const call = { interval: 1, count: 1 }
    expect(await client.call('start-notification-stream', call)).toMatchObject({
      content: [{ type: 'text' }],
    })
    expect(client.logins()).toEqual(['files:read', 'files:read files:write'])
  })
})
