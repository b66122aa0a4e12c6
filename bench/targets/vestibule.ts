import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '@/test/free-port'
import { startPeer, startProgram } from '../child'
import { Connection, cookies, FORM, header } from '../connection'
import type { Stores } from '../stores'
import {
  authorizeRequest,
  codeIn,
  type Driven,
  expectStatus,
  oauthOperations,
  RESOURCE,
} from './oauth-operations'
import type { Target } from './target'
import { fillCodes } from './vestibule-codes'

const RESOURCE_SECRET = 'vst_rs_the-resource-server-of-the-benchmark'

const configuration = (identityProvider: string, format: 'jwt' | 'opaque') => `
organizations:
  - slug: bench
    name: Bench
    connections:
      - { slug: login, id: bench, type: oidc, issuer: "${identityProvider}", client_id: vestibule, client_secret: env:UPSTREAM_SECRET, scopes: [openid, email] }
    servers:
      - slug: bench
        name: Bench
        default: true
        resource: ${RESOURCE}
        connection: login
        token_format: ${format}
        resource_secret: env:RESOURCE_SECRET
        registration: { quota: 1000000 }
        scopes:
          - { name: "mcp:tools", description: "Use the tools" }
        clients:
          - { client_id: public, redirect_uris: ["https://client.example/callback"], token_endpoint_auth_method: none }
`

/** Vestibule as built, on Postgres and Redis, with an identity provider that asks nothing. */
export function vestibule(format: 'jwt' | 'opaque', settings?: Readonly<Record<string, string>>): Target {
  return {
    name: format === 'jwt' ? 'vestibule' : 'vestibule-opaque',
    label: format === 'jwt' ? 'Vestibule, JWT' : 'Vestibule, opaque',
    start: (stores) => start(stores, format, `vestibule_${format}`, settings),
  }
}

/** The same with every endpoint behind Next's router. */
export const vestibuleBehindNext: Target = {
  name: 'vestibule-next',
  label: "Vestibule behind Next's router, JWT",
  start: (stores) => start(stores, 'jwt', 'vestibule_next', { DIRECT_ENDPOINTS: '0' }),
}

async function start(
  stores: Stores,
  format: 'jwt' | 'opaque',
  database: string,
  settings: Readonly<Record<string, string>> = {},
) {
  const [port, identityPort] = [await freePort(), await freePort()]
  const dataDir = await mkdtemp(path.join(tmpdir(), 'vestibule-bench-data-'))
  const environment = {
    PUBLIC_URL: `http://localhost:${port}`,
    DATABASE_URL: await stores.database(database),
    REDIS_URL: stores.redis(),
    DATA_DIR: dataDir,
    SANDBOX: '0',
    RATE_LIMITS: '0',
    UPSTREAM_SECRET: 'a secret of the benchmark alone',
    RESOURCE_SECRET,
    ...settings,
  }
  const identityProvider = await startPeer('identity-provider', identityPort)
  const server = await startProgram({
    file: 'dist/server.js',
    port,
    environment,
    ready: /^Vestibule is ready/,
  })
  configure({ ...environment, PORT: String(port) }, configuration(`http://localhost:${identityPort}`, format))
  const driven: Driven = {
    port,
    host: `localhost:${port}`,
    paths: {
      discovery: '/.well-known/oauth-authorization-server',
      jwks: '/oauth/jwks',
      register: '/oauth/register',
      authorize: '/oauth/authorize',
      token: '/oauth/token',
      introspect: '/oauth/introspect',
    },
    clientId: 'public',
    scope: 'mcp:tools',
    resource: RESOURCE,
    introspection: `Bearer ${RESOURCE_SECRET}`,
    fill: (count) => fillCodes(environment, count),
  }
  const connections = new WeakMap<Connection, Connection>()
  const upstreamOf = (browser: Connection) => {
    const upstream = connections.get(browser) ?? new Connection(identityPort, `localhost:${identityPort}`)
    connections.set(browser, upstream)
    return upstream
  }
  return {
    pid: server.pid,
    readyAfter: server.readyAfter,
    port,
    host: driven.host,
    operations: oauthOperations({
      ...driven,
      login: (connection) => logIn(driven, connection, upstreamOf(connection)),
    }),
    async stop() {
      await server.stop()
      await identityProvider.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** @throws Error with what the command line says */
function configure(environment: Readonly<Record<string, string>>, yaml: string): void {
  const { PATH = '' } = process.env
  const env = { PATH, NODE_ENV: 'production' as const, ...environment }
  const options = { env, input: yaml, encoding: 'utf8' as const }
  const { status, stdout, stderr } = spawnSync(process.execPath, ['dist/cli.js', 'apply', '-f', '-'], options)
  if (status !== 0) throw new Error(`the configuration was not applied:\n${stdout}${stderr}`)
}

/** What a browser does, from the authorization endpoint over the consent page and the identity provider to the code. */
async function logIn(driven: Driven, connection: Connection, upstream: Connection): Promise<string> {
  const begun = await connection.request(authorizeRequest(driven))
  expectStatus(begun, 303)
  const opened = await connection.request({ path: pathOf(header(begun, 'location')) })
  expectStatus(opened, 303)
  const jar = [...cookies(opened)]
  const withJar = () => `Cookie: ${jar.join('; ')}\r\n`
  const page = await connection.request({ path: pathOf(header(opened, 'location')), headers: withJar() })
  expectStatus(page, 200)
  const field = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(page.body)?.[1] ?? ''
  const form = { request: field('request'), token: field('token'), assumed: field('assumed') }
  const decided = await connection.request({
    method: 'POST',
    path: '/oauth/consent/decision',
    headers: `${FORM}${withJar()}Origin: http://${driven.host}\r\n`,
    body: new URLSearchParams({ ...form, decision: 'allow' }).toString(),
  })
  expectStatus(decided, 303)
  jar.push(...cookies(decided))
  // The identity provider works in a process of its own, which is not measured.
  const loggedIn = await upstream.request({ path: pathOf(header(decided, 'location')) })
  const callback = header(loggedIn, 'location')
  return codeIn(await connection.request({ path: pathOf(callback), headers: withJar() }))
}

function pathOf(location: string): string {
  const { pathname, search } = new URL(location)
  return pathname + search
}
