import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import path from 'node:path'
import { freePort } from '@/test/free-port'
import { startPostgres } from '@/test/postgres'
import { newDataDir, startApp } from '../support/app'
import { isListening, runToEnd } from '../support/run-to-end'
import { SMALL_CONFIGURATION } from '../support/small-configuration'
import { test as base, expect } from '../support/test'

/** A data directory for one test. */
const test = base.extend<{ dataDir: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixture's needs from the pattern.
  dataDir: async ({}, use) => {
    const directory = await newDataDir()
    await use(directory)
    await rm(directory, { recursive: true, force: true })
  },
})

const key = (id: string, fill: number) => `${id}:${Buffer.alloc(32, fill).toString('base64')}`

test('Next alone, where pages have no policy and an attacker chooses the address, does not start', async () => {
  const port = await freePort()
  const { code, output } = await runToEnd('next', {}, ['start', '-p', String(port)])
  expect(code).toBe(1)
  expect(output).toContain('start Vestibule with npm start')
  expect(await isListening(port)).toBe(false)
})

test('Next alone says all that it lacks, and what is not for it', async () => {
  const port = await freePort()
  const { code, mistakes } = await runToEnd(
    'next',
    { TRUSTED_PROXIES: '10.0.0.0/8', METRICS_PORT: '9464', SANDBOX: '1' },
    ['start', '-p', String(port)],
  )
  expect(code).toBe(1)
  expect(mistakes.map((mistake) => mistake.split(/[ :=]/)[0])).toEqual([
    'CLIENT_ADDRESS_HEADER',
    'DATABASE_URL',
    'VESTIBULE_KEYS',
    'A',
    'TRUSTED_PROXIES',
    'METRICS_PORT',
    'SANDBOX',
  ])
  expect(await isListening(port)).toBe(false)
})

test('Next alone serves no database that was not migrated', async () => {
  const database = await startPostgres()
  const port = await freePort()
  const { code, output } = await runToEnd(
    'next',
    {
      DATABASE_URL: database.url,
      VESTIBULE_KEYS: key('k1', 1),
      CLIENT_ADDRESS_HEADER: 'x-real-ip',
      RATE_LIMITS: '0',
    },
    ['start', '-p', String(port)],
  )
  expect(code).toBe(1)
  expect(output).toContain('run vestibule migrate')
  await database.close()
})

test.describe('a wrong configuration stops the start', () => {
  test('with all mistakes at once, each with its variable and what to do [AS-26]', async ({ dataDir }) => {
    const port = await freePort()
    const notMade = path.join(dataDir, 'not-made')
    const { code, mistakes } = await runToEnd('server', {
      PORT: String(port),
      DATA_DIR: notMade,
      PUBLIC_URL: 'http://auth.example.com',
      DATABASE_URL: 'mysql://db.example.com/vestibule',
      UPSTASH_REDIS_REST_URL: 'https://redis.example.com',
      REDIS_URL: 'redis.example.com:6379',
      VESTIBULE_KEYS: 'k1:dG9vIHNob3J0',
      SERVERS_DOMAIN: 'MCP.example.com',
      TRUSTED_PROXIES: '10.0.0.0/33',
      SANDBOX: 'yes',
      SANDBOX_IDP_PORT: '65536',
    })
    expect(code).toBe(1)
    const expected = [
      [/^SANDBOX_IDP_PORT /, /give a number/],
      [/^PUBLIC_URL /, /use https/],
      [/^DATABASE_URL /, /postgres:\/\//],
      [/^REDIS_URL /, /redis:\/\//],
      [/^UPSTASH_REDIS_REST_TOKEN /, /set both/],
      [/^VESTIBULE_KEYS /, /openssl rand/],
      [/^SERVERS_DOMAIN /, /such as mcp\.example\.com/],
      [/^TRUSTED_PROXIES /, /such as 10\.0\.0\.0\/8/],
      [/^SANDBOX /, /1 nor 0/],
    ] as const
    expect(mistakes).toHaveLength(expected.length)
    for (const [index, [variable, remedy]] of expected.entries()) {
      expect(mistakes[index]).toMatch(variable)
      expect(mistakes[index]).toMatch(remedy)
    }
    expect(await isListening(port)).toBe(false)
    expect(existsSync(notMade)).toBe(false)
  })

  const refused = [
    {
      what: 'a sandbox off this machine',
      environment: { PUBLIC_URL: 'https://auth.example.com', SANDBOX: '1', VESTIBULE_KEYS: key('k1', 1) },
      mistakes: [/^SANDBOX=1 .*Unset it/],
    },
    {
      what: 'the URL of Upstash without its token',
      environment: { UPSTASH_REDIS_REST_URL: 'https://redis.example.com' },
      mistakes: [/^UPSTASH_REDIS_REST_TOKEN is missing/],
    },
    {
      what: 'the token of Upstash without its URL',
      environment: { UPSTASH_REDIS_REST_TOKEN: 'token-of-the-test' },
      mistakes: [/^UPSTASH_REDIS_REST_URL is missing/],
    },
    {
      what: 'two kinds of Redis at once',
      environment: {
        UPSTASH_REDIS_REST_URL: 'https://redis.example.com',
        UPSTASH_REDIS_REST_TOKEN: 'token-of-the-test',
        REDIS_URL: 'redis://127.0.0.1',
      },
      mistakes: [/^REDIS_URL and UPSTASH_REDIS_REST_URL/],
    },
    {
      what: 'a public origin without keys of its own',
      environment: { PUBLIC_URL: 'https://auth.example.com' },
      mistakes: [/^VESTIBULE_KEYS is missing.*openssl rand -base64 32/],
    },
  ]
  for (const { what, environment, mistakes } of refused)
    test(`such as ${what}`, async ({ dataDir }) => {
      const port = await freePort()
      const notMade = path.join(dataDir, 'not-made')
      const ended = await runToEnd('server', { PORT: String(port), DATA_DIR: notMade, ...environment })
      expect(ended.code).toBe(1)
      expect(ended.mistakes).toHaveLength(mistakes.length)
      for (const [index, mistake] of mistakes.entries()) expect(ended.mistakes[index]).toMatch(mistake)
      expect(ended.output).not.toContain('token-of-the-test')
      expect(await isListening(port)).toBe(false)
      expect(existsSync(notMade)).toBe(false)
    })
})

test.describe('a start that cannot succeed', () => {
  test('names PORT when it is in use, and leaves nothing running', async ({ dataDir }) => {
    const stranger = createServer((_, response) => response.end('mine'))
    const port = await freePort()
    await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve))
    const environment = { PORT: String(port), DATA_DIR: dataDir, SANDBOX: '0' }
    const { code, mistakes } = await runToEnd('server', environment)
    expect(code).toBe(1)
    expect(mistakes).toEqual([expect.stringMatching(new RegExp(`^PORT ${port} is in use`))])
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('mine')
    expect(existsSync(path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid'))).toBe(false)
    stranger.close()
  })

  test('names the ports of the sandbox when one is in use', async ({ dataDir }) => {
    const stranger = createServer()
    const [port, taken] = [await freePort(), await freePort()]
    await new Promise<void>((resolve) => stranger.listen(taken, '127.0.0.1', resolve))
    const { code, output, mistakes } = await runToEnd('server', {
      PORT: String(port),
      DATA_DIR: dataDir,
      SANDBOX_IDP_PORT: String(await freePort()),
      SANDBOX_MCP_PORT: String(taken),
    })
    expect(code).toBe(1)
    expect(mistakes).toEqual([expect.stringMatching(/SANDBOX_IDP_PORT or SANDBOX_MCP_PORT/)])
    expect(output).toContain(String(taken))
    expect(existsSync(path.join(dataDir, 'postgres', 'cluster', 'postmaster.pid'))).toBe(false)
    stranger.close()
  })

  test('names DATABASE_URL when nothing answers there, and not its password', async ({ dataDir }) => {
    const { code, output } = await runToEnd('server', {
      PORT: String(await freePort()),
      DATA_DIR: dataDir,
      DATABASE_URL: `postgres://vestibule:S3CR3T-password@127.0.0.1:${await freePort()}/vestibule`,
    })
    expect(code).toBe(1)
    expect(output).toContain('check DATABASE_URL')
    expect(output).not.toContain('S3CR3T-password')
  })
})

test('a key that sealed data needs must not be missing or another one, for the server or the command line', async ({
  dataDir,
}) => {
  const { url, close } = await startPostgres()
  const common = {
    PORT: String(await freePort()),
    DATA_DIR: dataDir,
    DATABASE_URL: url,
    UPSTREAM_SECRET: 'secret-of-the-upstream',
    SANDBOX: '0',
  }
  const start = async (keys: string) => startApp({ ...common, VESTIBULE_KEYS: keys })
  const refused = async (keys: string) => {
    const environment = { ...common, VESTIBULE_KEYS: keys }
    const server = await runToEnd('server', environment)
    const cli = await runToEnd('cli', environment, ['export'])
    expect([server.code, cli.code]).toEqual([1, 2])
    const [line] = cli.output.split('\n')
    expect(server.output).toContain(line)
    return line
  }

  const first = await start(key('k1', 1))
  expect(await first.cli(['apply', '-f', '-'], SMALL_CONFIGURATION)).toMatchObject({ code: 0 })
  await first.stop()
  expect(await refused(key('k2', 2))).toContain('VESTIBULE_KEYS has no key "k1"')
  expect(await refused(key('k1', 2))).toContain('VESTIBULE_KEYS has another key under "k1"')
  // What was refused has left no trace: the key it brought is not asked for.
  await (await start(key('k1', 1))).stop()

  const rotated = await start(`${key('k2', 2)},${key('k1', 1)}`)
  expect((await fetch(`${rotated.url}/oauth/jwks`)).status).toBe(200)
  await rotated.stop()
  expect(await refused(key('k1', 1))).toContain('no key "k2"')
  expect(await refused(key('k3', 3))).toContain('no key "k1" and no key "k2"')
  await close()
})
