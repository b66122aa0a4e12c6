import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer } from 'node:https'
import path from 'node:path'
import { parse } from 'yaml'
import { freePort } from '@/test/free-port'
import { startMigratedPostgres } from '@/test/postgres'
import { startRedis } from '@/test/redis-server'
import { type App, newDataDir, startApp } from './app'

type Environment = Readonly<Record<string, string | number>>
type Services = Readonly<Record<string, { readonly environment: Environment }>>

/**
 * Starts what `deploy/compose` describes, as processes: its environment and its proxy, with addresses that are free here.
 */
export async function startComposed() {
  const [publicPort, idpPort, mcpPort] = await Promise.all([freePort(), freePort(), freePort()])
  const [postgres, redis, dataDir] = await Promise.all([startMigratedPostgres(), startRedis(), newDataDir()])
  const { cert, key, file } = makeCertificate(dataDir)
  const given = { VESTIBULE_HOST: `localhost:${publicPort}` }
  const { services } = parse(readFileSync('deploy/compose/compose.yaml', 'utf8'), { merge: true }) as {
    services: Services
  }
  const environmentOf = (name: string, port: number) => ({
    ...filled(services[name]?.environment ?? {}, given),
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    NODE_EXTRA_CA_CERTS: file,
    SANDBOX_IDP_PORT: String(idpPort),
    SANDBOX_MCP_PORT: String(mcpPort),
    DATA_DIR: dataDir,
    PORT: String(port),
  })
  const ports = [await freePort(), await freePort()] as const
  // One after the other, as `depends_on` says.
  const one = await startApp(environmentOf('one', ports[0]))
  const two = await startApp(environmentOf('two', ports[1]))
  const instances = new Map(upstreams().map((written, index) => [written, ports[index] ?? 0]))
  const proxy = await startProxy({ cert, key, port: publicPort, ports: [...instances.values()] })
  return {
    url: `https://localhost:${publicPort}`,
    mcpUrl: `http://localhost:${mcpPort}/mcp`,
    apps: [one, two] as readonly App[],
    /** How many requests each instance was sent. */
    served: proxy.served,
    async close() {
      await proxy.close()
      await Promise.all([one.stop(), two.stop()])
      await Promise.all([redis.close(), postgres.close(), rm(dataDir, { recursive: true, force: true })])
    },
  }
}

/** `${NAME:-otherwise}` of Compose, as far as its file uses it. */
function filled(environment: Environment, given: Readonly<Record<string, string>>): Record<string, string> {
  const value = (text: string) =>
    text.replace(/\$\{(\w+):-([^}]*)\}/g, (_, name: string, otherwise: string) => given[name] ?? otherwise)
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, value(String(text))]))
}

/** What the Caddyfile passes requests on to. */
function upstreams(): readonly string[] {
  const [, found = ''] =
    /^\s*reverse_proxy (.*) \{$/m.exec(readFileSync('deploy/compose/Caddyfile', 'utf8')) ?? []
  return found.split(' ')
}

function makeCertificate(directory: string) {
  const [keyFile, file] = [path.join(directory, 'tls-key.pem'), path.join(directory, 'tls.pem')]
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
  execFileSync('openssl', ['req', '-x509', ...curve, ...subject, '-keyout', keyFile, '-out', file], {
    stdio: 'ignore',
  })
  return { cert: readFileSync(file, 'utf8'), key: readFileSync(keyFile, 'utf8'), file }
}

/** TLS, the client's address, and one instance after the other; as Caddy does it without further settings. */
async function startProxy({
  cert,
  key,
  port,
  ports,
}: {
  cert: string
  key: string
  port: number
  ports: number[]
}) {
  const served = ports.map(() => 0)
  let next = 0
  const server = createServer({ cert, key }, (incoming, answer) => {
    const index = next++ % ports.length
    served[index] = (served[index] ?? 0) + 1
    const headers = {
      ...incoming.headers,
      'x-forwarded-for': incoming.socket.remoteAddress,
      'x-forwarded-proto': 'https',
      'x-forwarded-host': incoming.headers.host,
    }
    const { method, url: target } = incoming
    const onwards = request({ host: '127.0.0.1', port: ports[index], method, path: target, headers })
    onwards.on('response', (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    onwards.on('error', () => answer.writeHead(502).end())
    incoming.pipe(onwards)
  })
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
  return {
    served: (): readonly number[] => served,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
