import { rm } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { freePort } from '@/test/free-port'
import { startMigratedPostgres } from '@/test/postgres'
import { type RunningIdentityProvider, startIdentityProvider } from '../../sandbox/identity-provider'
import { type App, newDataDir, startApp } from './app'
import { type HostRequest, hostFetch } from './host-fetch'
import { type Inside, openInside } from './inside'
import { operatorProviderEnvironment, startOperatorProvider } from './operator-provider'

/** The resource server's own credential at the default server, for introspection. */
export const RESOURCE_SECRET = 'vst_rs_the-resource-server-of-the-end-to-end-tests'
export const CONFIDENTIAL_SECRET = 'a-secret-that-only-the-confidential-client-knows'

const SECRETS = {
  UPSTREAM_SECRET: 'upstream-client-secret-of-the-tests',
  RESOURCE_SECRET,
  CONFIDENTIAL_SECRET,
}

/** @param file of a module that a process loads before its own */
const preloading = (file: string) => `--import ${pathToFileURL(path.resolve(file))}`

/** Without requests to the internet: well-known clients are known from our copies of their documents. */
const OFFLINE = { NODE_OPTIONS: preloading('e2e/support/offline.mjs') }
/** As the application does, but it waits for clients for a hundredth of the time. */
export const SHORT_IDLE = {
  NODE_OPTIONS: `${OFFLINE.NODE_OPTIONS} ${preloading('e2e/support/short-idle.mjs')}`,
}
/** As the application does, but on SIGUSR2 it tells what it holds. */
export const COLLECTING = { NODE_OPTIONS: `${OFFLINE.NODE_OPTIONS} ${preloading('test/collecting.mjs')}` }

/**
 * A whole world to log in to: Vestibule with three servers on three kinds of issuers, each with a connection of its
 * own, and the two identity providers behind them.
 */
export type World = {
  readonly app: App
  /** Issuers, without a trailing slash. */
  readonly issuers: { readonly root: string; readonly path: string; readonly host: string }
  readonly resources: { readonly root: string; readonly path: string; readonly host: string }
  readonly idp: RunningIdentityProvider
  readonly otherIdp: RunningIdentityProvider
  /** Where operators may sign in to the console; see `operator-provider.ts`. */
  readonly operatorIdp: RunningIdentityProvider
  /** What Prometheus would read. */
  readonly metricsUrl: string
  /** Its database, for tests that move what has happened into the past. To be closed before the world stops. */
  readonly openDatabase: () => Promise<{ readonly url: string; close(): Promise<void> }>
  /** Opened when it is first asked for, and closed with the world. */
  readonly inside: () => Promise<Inside>
  /** One more instance of it, which takes requests as the first one does. To be stopped before the world. */
  readonly sibling: (environment?: Readonly<Record<string, string>>) => Promise<Sibling>
  readonly stop: () => Promise<void>
}

export type Sibling = {
  /** Where it listens, on this machine. */
  readonly port: number
  /** @param path under `PUBLIC_URL` */
  readonly fetch: (path: string, request?: HostRequest) => Promise<Response>
  /** Everything it has printed. */
  readonly output: () => string
  readonly stop: () => Promise<void>
}

/**
 * @param environment configures the stores: a PostgreSQL by URL without it, or the embedded one in a given DATA_DIR
 * @param options `nextAlone`: Next without our own server, which needs a Redis
 */
export async function startWorld(
  environment: Readonly<Record<string, string>> = {},
  options: { readonly nextAlone?: boolean } = {},
): Promise<World> {
  const [port, mcpPort, metricsPort] = await Promise.all([freePort(), freePort(), freePort()])
  const url = `http://localhost:${port}`
  const { idp, otherIdp, operatorIdp } = await startProviders(url)
  const dataDir = environment.DATA_DIR ?? (await newDataDir())
  const stores = await storesOf(environment, dataDir)
  const settings = {
    ...SECRETS,
    ...OFFLINE,
    ...operatorProviderEnvironment(operatorIdp.issuer),
    ...environment,
    ...stores.environment,
    DATA_DIR: dataDir,
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
  }
  const app = await startApp(settings, options)
  const sibling: World['sibling'] = (other) => startSibling(url, { ...settings, ...other })
  let inside: Promise<Inside> | undefined
  const openInsideOnce = async () => {
    const { url: databaseUrl } = await stores.open()
    return openInside({ publicUrl: url, databaseUrl, dataDir }, SECRETS)
  }
  const issuers = { root: url, path: `${url}/s/second`, host: `http://third.localhost:${port}` }
  const resources = {
    root: `http://localhost:${mcpPort}/mcp`,
    path: `${url}/second/mcp`,
    host: `http://third.localhost:${port}/mcp`,
  }
  const yaml = configuration({
    idp: idp.issuer,
    otherIdp: otherIdp.issuer,
    host: `third.localhost:${port}`,
    resources,
  })
  const applied = await app.cli(['apply', '-f', '-'], yaml)
  if (applied.code !== 0) throw new Error(`apply failed: ${applied.stderr}${applied.stdout}`)
  return {
    app,
    issuers,
    resources,
    idp,
    otherIdp,
    operatorIdp,
    metricsUrl: `http://localhost:${metricsPort}/metrics`,
    openDatabase: stores.open,
    sibling,
    inside: () => {
      inside ??= openInsideOnce()
      return inside
    },
    stop: async () => {
      await (await inside)?.close()
      await app.stop()
      await Promise.all([
        ...[idp, otherIdp, operatorIdp].map((provider) => provider.close()),
        stores.close(),
        environment.DATA_DIR ? undefined : rm(dataDir, { recursive: true, force: true }),
      ])
    },
  }
}

/** One more instance beside the one of a URL, on a port of its own. */
export async function startSibling(
  url: string,
  settings: Readonly<Record<string, string>>,
): Promise<Sibling> {
  const port = String(await freePort())
  const { stop, output } = await startApp({ ...settings, PUBLIC_URL: url, PORT: port, METRICS_PORT: '' })
  const { host } = new URL(url)
  return {
    port: Number(port),
    fetch: (path, request) => hostFetch(`http://localhost:${port}${path}`, { ...request, host }),
    output,
    stop,
  }
}

/** @param url of the Vestibule that people come from */
async function startProviders(url: string) {
  const callback = (id: string) => `${url}/oauth/callback/${id}`
  const [idp, otherIdp, operatorIdp] = await Promise.all([
    startIdentityProvider({
      port: 0,
      clientId: 'vestibule',
      clientSecret: SECRETS.UPSTREAM_SECRET,
      redirectUris: [callback('main-idp'), callback('path-idp')],
    }),
    startIdentityProvider({
      port: 0,
      clientId: 'vestibule-other',
      clientSecret: SECRETS.UPSTREAM_SECRET,
      redirectUris: [callback('other-idp')],
    }),
    startOperatorProvider(url),
  ])
  return { idp, otherIdp, operatorIdp }
}

type Opened = { readonly url: string; close(): Promise<void> }

/** Where a world keeps what it knows. */
async function storesOf(environment: Readonly<Record<string, string>>, dataDir: string) {
  const given = (url: string) => async (): Promise<Opened> => ({ url, close: async () => {} })
  const { DATABASE_URL: runtime, DATABASE_MIGRATION_URL: owner = runtime } = environment
  if (owner) return { environment: {}, open: given(owner), close: async () => {} }
  if (environment.DATA_DIR)
    return { environment: {}, open: () => openEmbeddedPostgres(dataDir), close: async () => {} }
  const { url, runtimeUrl, close } = await startMigratedPostgres()
  return { environment: { DATABASE_URL: runtimeUrl, DATABASE_MIGRATION_URL: url }, open: given(url), close }
}

type Placement = {
  readonly idp: string
  readonly otherIdp: string
  readonly host: string
  readonly resources: World['resources']
}

const configuration = ({ idp, otherIdp, host, resources }: Placement) => `
organizations:
  - slug: acme
    name: Acme Inc
    connections:
      - slug: main
        id: main-idp
        name: Acme Login
        ${upstream(idp, 'vestibule')}
      - slug: path
        id: path-idp
        name: Acme Login for partners
        ${upstream(idp, 'vestibule')}
    servers:
      - slug: first
        name: Acme MCP
        default: true
        resource: ${resources.root}
        connection: main
        passed_claims: [email]
        resource_secret: env:RESOURCE_SECRET
        ${SCOPES}
        clients:
          - { client_id: cli, name: Acme CLI, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
          - client_id: confidential
            name: Acme Backend
            redirect_uris: ["http://127.0.0.1/callback"]
            token_endpoint_auth_method: client_secret_basic
            client_secret: env:CONFIDENTIAL_SECRET
      - slug: second
        name: Acme Partner MCP
        resource: ${resources.path}
        connection: path
        ${SCOPES}
        clients:
          - { client_id: cli, name: Acme CLI, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
  - slug: globex
    name: Globex
    connections:
      - slug: main
        id: other-idp
        name: Globex Login
        ${upstream(otherIdp, 'vestibule-other')}
    servers:
      - slug: third
        name: Globex MCP
        issuer_host: ${host}
        resource: ${resources.host}
        connection: main
        ${SCOPES}
        clients:
          - { client_id: cli, name: Globex CLI, redirect_uris: ["http://127.0.0.1/callback"], token_endpoint_auth_method: none }
`

const upstream = (issuer: string, clientId: string) => `type: oidc
        issuer: ${issuer}
        client_id: ${clientId}
        client_secret: env:UPSTREAM_SECRET
        scopes: [openid, email, profile, offline_access]`

const SCOPES = `scopes:
          - { name: "profile:read", description: "See your name and e-mail address" }
          - { name: "notes:write", description: "Add notes for you" }`
