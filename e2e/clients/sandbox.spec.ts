import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { freePort } from '@/test/free-port'
import { newDataDir, startApp } from '../support/app'
import { embeddedPort } from '../support/embedded-port'
import { mcpClient } from '../support/mcp-login'
import { isListening } from '../support/run-to-end'
import { SMALL_CONFIGURATION } from '../support/small-configuration'
import { test as base, expect } from '../support/test'

type Sandboxed = {
  readonly environment: Readonly<Record<string, string>>
  readonly dataDir: string
  readonly mcpUrl: string
  /** Of the identity provider and the MCP server. */
  readonly sandboxPorts: readonly number[]
}

/** What a first start is given: ports, a directory, and nothing else. */
const test = base.extend<{ sandboxed: Sandboxed }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from the pattern.
  sandboxed: async ({}, use) => {
    const [port, idp, mcp] = await Promise.all([freePort(), freePort(), freePort()])
    const dataDir = await newDataDir()
    await use({
      environment: {
        PORT: String(port),
        SANDBOX_IDP_PORT: String(idp),
        SANDBOX_MCP_PORT: String(mcp),
        DATA_DIR: dataDir,
        SANDBOX: '',
      },
      dataDir,
      mcpUrl: `http://localhost:${mcp}/mcp`,
      sandboxPorts: [idp, mcp],
    })
    await rm(dataDir, { recursive: true, force: true })
  },
})

const listening = (ports: readonly number[]) => Promise.all(ports.map(isListening))

test('a first start prints what to open, and an MCP client is let in', async ({ page, sandboxed }) => {
  const { environment, dataDir, mcpUrl, sandboxPorts } = sandboxed
  const app = await startApp(environment)
  await expect.poll(app.output).toContain('Vestibule is ready')
  for (const told of [app.url, mcpUrl, 'alice or bob, password sandbox']) expect(app.output()).toContain(told)

  const client = mcpClient('v2', page, mcpUrl)
  await client.connect()
  expect(await client.call('whoami')).toMatchObject({ email: 'alice@example.com' })
  expect(client.account.visits[0]?.origin).toBe(app.url)
  await client.close()

  const postgres = embeddedPort(dataDir)
  await app.stop()
  expect(await listening([...sandboxPorts, postgres])).toEqual([false, false, false])
})

test('the sandbox is off once another server is configured, unless it is asked for', async ({
  sandboxed,
}) => {
  const { environment, mcpUrl, sandboxPorts } = sandboxed
  const before = await startApp(environment)
  const resource = async (url: string) =>
    (await fetch(`${url}/.well-known/oauth-authorization-server`)).json().then(({ issuer }) => issuer)
  expect(await resource(before.url)).toBe(before.url)
  await before.stop()

  const secrets = { UPSTREAM_SECRET: 'secret-of-the-upstream' }
  const off = await startApp({ ...environment, ...secrets, SANDBOX: '0' })
  expect(await off.cli(['apply', '-f', '-'], SMALL_CONFIGURATION)).toMatchObject({ code: 0 })
  await off.stop()

  const after = await startApp(environment)
  await expect.poll(after.output).toContain('Vestibule is ready')
  expect(after.output()).not.toContain(mcpUrl)
  expect(await listening(sandboxPorts)).toEqual([false, false])
  await after.stop()

  const beside = await startApp({ ...environment, SANDBOX: '1' })
  expect(await listening(sandboxPorts)).toEqual([true, true])
  expect(await resource(beside.url)).toBe(beside.url)
  const metadata = await fetch(`${beside.url}/.well-known/oauth-authorization-server/s/sandbox`)
  expect((await metadata.json()).issuer).toBe(`${beside.url}/s/sandbox`)
  await beside.stop()
})

test('the sandbox ends with a server that is killed, and starts again', async ({ sandboxed }) => {
  const { environment, sandboxPorts } = sandboxed
  const app = await startApp(environment)
  expect(await listening(sandboxPorts)).toEqual([true, true])
  await app.kill()
  await expect.poll(() => listening(sandboxPorts)).toEqual([false, false])
  const again = await startApp(environment)
  expect(await listening(sandboxPorts)).toEqual([true, true])
  await again.stop()
})

for (const moment of ['when it is ready', 'in the middle of its start'])
  test(`Ctrl-C in a terminal ends it all ${moment}`, async ({ sandboxed }) => {
    const { environment, dataDir, sandboxPorts } = sandboxed
    const child = startInTerminal(environment)
    if (moment === 'when it is ready') await printed(child, 'Vestibule is ready')
    else await expect.poll(() => hasPostgres(dataDir)).toBe(true)
    const postgres = embeddedPort(dataDir)
    // A terminal sends the signal to every process that was started from it.
    process.kill(-(child.pid ?? 0), 'SIGINT')
    const [code] = await once(child, 'exit')
    expect(code).toBe(0)
    expect(await listening([...sandboxPorts, postgres])).toEqual([false, false, false])
  })

async function hasPostgres(dataDir: string): Promise<boolean> {
  try {
    return await isListening(embeddedPort(dataDir))
  } catch {
    return false
  }
}

function startInTerminal(environment: Readonly<Record<string, string>>): ChildProcess {
  const { PATH = '' } = process.env
  return spawn(process.execPath, ['dist/server.js'], {
    env: { PATH, ...environment, NODE_ENV: 'production' },
    detached: true,
  })
}

async function printed(child: ChildProcess, text: string): Promise<void> {
  let output = ''
  for await (const chunk of child.stdout ?? []) {
    output += chunk
    if (output.includes(text)) return
  }
  throw new Error(`it ended without a word of "${text}":\n${output}`)
}
