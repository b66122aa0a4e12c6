import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import { parse } from 'yaml'
import { freePort } from '@/test/free-port'
import { startMigratedPostgres } from '@/test/postgres'
import { startRedis } from '@/test/redis-server'
import { type App, newDataDir, startApp } from './app'

type Environment = Readonly<Record<string, string | number>>
type Service = { readonly environment?: Environment; readonly command?: readonly string[] }
type Services = Readonly<Record<string, Service>>

/**
 * Starts what `deploy/compose` describes, as processes: its environment and its proxy, with addresses that are free here.
 */
export async function startComposed() {
  const [publicPort, idpPort, mcpPort] = await Promise.all([freePort(), freePort(), freePort()])
  const ports = [await freePort(), await freePort()] as const
  const [postgres, redis, dataDir] = await Promise.all([startMigratedPostgres(), startRedis(), newDataDir()])
  const given = { VESTIBULE_HOST: `localhost:${publicPort}` }
  const { services } = parse(readFileSync('deploy/compose/compose.yaml', 'utf8'), { merge: true }) as {
    services: Services
  }
  // First of all, as `depends_on` says: it makes the certificate that the instances trust.
  const proxy = await startCaddy(dataDir, given, [
    ...ports.map((port, index) => [[3000, 3010][index] ?? 0, port] as const),
    [3001, idpPort],
    [3002, mcpPort],
  ])
  const authority = publishAuthority(services, proxy.data, dataDir)
  const metricsPorts = [await freePort(), await freePort()] as const
  const environmentOf = (name: string, index: 0 | 1) => ({
    ...filled(services[name]?.environment ?? {}, given),
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    NODE_EXTRA_CA_CERTS: authority,
    SANDBOX_IDP_PORT: String(idpPort),
    SANDBOX_MCP_PORT: String(mcpPort),
    DATA_DIR: dataDir,
    PORT: String(ports[index]),
    METRICS_PORT: String(metricsPorts[index]),
  })
  const one = await startApp(environmentOf('one', 0))
  const two = await startApp(environmentOf('two', 1))
  return {
    url: `https://localhost:${publicPort}`,
    mcpUrl: `http://localhost:${mcpPort}/mcp`,
    /** The certificate of the proxy's authority, as instances read it. */
    authority,
    apps: [one, two] as readonly App[],
    /** How many requests of protocol and login each instance was sent. */
    served: () => Promise.all(metricsPorts.map(countOf)),
    async close() {
      await proxy.close()
      await Promise.all([one.stop(), two.stop()])
      await Promise.all([redis.close(), postgres.close(), rm(dataDir, { recursive: true, force: true })])
    },
  }
}

async function countOf(port: number): Promise<number> {
  const text = await (await fetch(`http://localhost:${port}/metrics`)).text()
  const counts = text.matchAll(/^vestibule_http_requests_total\{endpoint="\/oauth[^}]*\} (\d+)$/gm)
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0)
}

/** `${NAME:-otherwise}` of Compose, as far as its file uses it. */
function filled(environment: Environment, given: Readonly<Record<string, string>>): Record<string, string> {
  const value = (text: string) =>
    text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, otherwise: string) => given[name] ?? otherwise)
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, value(String(text))]))
}

/**
 * Does what the service `authority` does. Returns where instances find the certificate.
 *
 * @param data the volume `caddy`
 * @param published the volume `authority`
 */
function publishAuthority({ authority, one }: Services, data: string, published: string): string {
  const here = (text: string | number = '') =>
    String(text).replaceAll('/authority/', `${published}/`).replaceAll('/data/', `${data}/`)
  const [program = '', ...args] = authority?.command ?? []
  const { status, stderr } = spawnSync(program, args.map(here), { encoding: 'utf8' })
  if (status !== 0) throw new Error(`The certificate of the authority cannot be published:\n${stderr}`)
  return here(one?.environment?.NODE_EXTRA_CA_CERTS)
}

/** Whether Caddy is here: Debian's package of that name. */
export const hasCaddy = spawnSync('caddy', ['version']).status === 0

/**
 * Caddy with the Caddyfile as it stands, but for ports that are free here.
 *
 * @param moved ports of the file, and what they are here
 */
async function startCaddy(
  directory: string,
  environment: Readonly<Record<string, string>>,
  moved: readonly (readonly [number, number])[],
) {
  const [admin, plain, ...listeners] = await Promise.all([freePort(), freePort(), freePort(), freePort()])
  const given = [...moved, ...[13001, 13002].map((port, index) => [port, listeners[index] ?? 0] as const)]
  const written = readFileSync('deploy/compose/Caddyfile', 'utf8')
  const file = given.reduce(
    (text, [from, to]) => text.replaceAll(new RegExp(`:${from}\\b`, 'g'), `:${to}`),
    written,
  )
  const options = `{\n\tadmin localhost:${admin}\n\thttp_port ${plain}\n\tskip_install_trust\n}\n`
  const caddyfile = path.join(directory, 'Caddyfile')
  writeFileSync(caddyfile, options + file)
  const home = path.join(directory, 'caddy')
  const child = spawn('caddy', ['run', '--config', caddyfile, '--adapter', 'caddyfile'], {
    env: { ...process.env, ...environment, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home },
  })
  let printed = ''
  child.stderr.on('data', (chunk) => (printed += chunk))
  const authority = path.join(home, 'caddy/pki/authorities/local/root.crt')
  const isReady = async () =>
    existsSync(authority) && (await fetch(`http://localhost:${admin}/config/`).catch(() => null))?.ok
  while (!(await isReady())) {
    if (child.exitCode !== null) throw new Error(`Caddy ended:\n${printed}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return {
    /** What is its volume in a container. */
    data: home,
    close: async () => {
      child.kill()
      await once(child, 'exit')
    },
  }
}
