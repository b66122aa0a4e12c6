/** The process: configuration, stores, sandbox, and Next behind an HTTP server of our own. Decision 0015. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import next from 'next'
import { routes } from '@/lib/routes'
import { endEventStreams } from './app/console/event-stream'
import { ENDPOINTS, isPage, PAGES } from './app/endpoints'
import { setupToken } from './lib/accounts/setup-token'
import { type Config, ConfigError, readConfig } from './lib/config'
import { MissingKey, WrongKey } from './lib/crypto/keyring'
import { failurePage } from './lib/http/browser/failure-page'
import { withPageStatus } from './lib/http/browser/page-status'
import { shortAddress } from './lib/http/browser/short-address'
import { ADDRESS_HEADER, clientAddress, trustedProxies } from './lib/http/client-address'
import { endHeldRequests } from './lib/http/limits/held-requests'
import { admitted } from './lib/http/node/admission'
import { takeBuiltConfiguration } from './lib/http/node/built-configuration'
import { front } from './lib/http/node/front'
import { limitedServer } from './lib/http/node/limited-server'
import { CannotListen, closeServers, listenOn } from './lib/http/node/listen'
import { mount } from './lib/http/node/mount'
import { ownOrigin } from './lib/http/node/own-origin'
import { withoutScripts } from './lib/http/node/without-scripts'
import { NONCE_HEADER, pagePolicy } from './lib/http/page-policy'
import { describeError, log } from './lib/log'
import { endpointLabels, meteredHttp } from './lib/metrics/metered-http'
import { metrics } from './lib/metrics/metrics'
import { metricsServer } from './lib/metrics/serve-metrics'
import { StoreUnavailable } from './lib/oauth/ports/ports'
import { enterOwnServer, markOwnServer } from './lib/own-server'
import { type Installation, openInstallation } from './lib/services/installation'
import { type Sandbox, startSandbox } from './lib/services/sandbox'
import { context } from './lib/services/services'
import { explainUnavailable } from './lib/services/unavailable'
import { operatorStore } from './lib/store/accounts/operators'
import { readConnectionBudget, shortOfConnections } from './lib/store/database/connection-budget'
import { closeAnswers } from './lib/store/oauth/answers'
import { readBacklog } from './lib/store/read/backlog'
import { openTelemetry } from './lib/tracing/open-telemetry'
import { tracedHttp } from './lib/tracing/traced-http'
import { enterTracing, tracing } from './lib/tracing/tracing'
import { startBackground } from './lib/watch/background'
import { openEmbeddedPostgres } from './packages/embedded-postgres/embedded-postgres'

const dev = process.argv.includes('--dev')

/** What a stop has to undo, the last one first. */
const undo: (() => Promise<unknown>)[] = []
let stopping = false

async function start(): Promise<void> {
  const config = readConfig()
  process.on('SIGTERM', () => stop(0))
  process.on('SIGINT', () => stop(0))
  if (config.tracesEndpoint) {
    const traces = await openTelemetry(config.tracesEndpoint, (error) =>
      log.warn('traces cannot be sent', { error }),
    )
    enterTracing(traces)
    undo.push(() => traces.close())
  }
  const opening = openInstallation(config, openEmbeddedPostgres)
  undo.push(async () => (await opening).close())
  const installation = await opening
  await warnOfConnections(config, installation)
  undo.push(...startBackground(config, installation, log))
  const startingSandbox = startSandbox(config, installation)
  undo.push(async () => (await startingSandbox)?.close())
  const sandbox = await startingSandbox
  enterOwnServer()
  if (!dev) takeBuiltConfiguration()
  // Next would take requests that offer an upgrade away from the server whose request it gets first, and leave them
  // without an answer, for as long as they like. It is given a server that nothing comes to: then they are what they are
  // without the offer (RFC 9110 §7.8), as some clients make one with each request.
  const app = next({
    dev,
    dir: process.cwd(),
    port: config.port,
    ...(!dev && { httpServer: createServer() }),
  })
  undo.push(() => app.close())
  await app.prepare()
  await listen(config, installation, [app.getRequestHandler(), app.getUpgradeHandler()])
  await listenForMetrics(config, installation)
  undo.push(async () => {
    endEventStreams()
    endHeldRequests()
  })
  announce(config, sandbox, await setupAddress(config, installation))
}

async function warnOfConnections({ databaseConnections }: Config, { db }: Installation): Promise<void> {
  const budget = await readConnectionBudget(db)
  const reason = budget && shortOfConnections(budget, databaseConnections)
  if (reason) log.warn('database connections may run out', { reason })
}

/** Undoes the start, however far it got, and ends the process. */
async function stop(code: number): Promise<void> {
  if (stopping) return
  stopping = true
  if (undo.length > 0) log.info('stopping')
  for (let close = undo.pop(); close; close = undo.pop()) await close().catch(() => {})
  process.exit(code)
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>
type UpgradeHandler = Awaited<ReturnType<ReturnType<typeof next>['getUpgradeHandler']>>

async function listen(
  config: Config,
  { db }: Installation,
  [handle, upgrade]: readonly [Handler, UpgradeHandler],
): Promise<void> {
  const answered = withClientAddress(config, withEndpoints(config, withPagePolicy(config, handle)))
  const turnedAway = config.metricsPort ? (kind: string) => metrics().turnedAway.inc({ kind }) : undefined
  const understood = front(answered, { publicUrl: config.publicUrl, isPage })
  // Outside, because forms for pages are read there: that takes a place, too.
  const admittedOnly = admitted(understood, turnedAway)
  const traces = tracing()
  const endpoints = [...ENDPOINTS, ...PAGES]
  const traced = traces ? tracedHttp(endpointLabels(endpoints), admittedOnly, traces) : admittedOnly
  const counted = config.metricsPort ? meteredHttp(endpoints, traced, metrics()) : traced
  const newServer = () => {
    const server = limitedServer(counted)
    return dev ? server.on('upgrade', upgrade) : server
  }
  await open(config, config.port, newServer, () => closeAnswers(db))
}

/** Off unless they have a port: then nothing is counted either. */
async function listenForMetrics(config: Config, { managementDb: db }: Installation): Promise<void> {
  if (!config.metricsPort) return
  const { ports } = await context()
  const source = { readBacklog: () => readBacklog(db), pingChallenges: () => ports.challenges.ping() }
  await open(config, config.metricsPort, () => metricsServer(metrics(), source, log))
}

async function open(
  { listenHost }: Config,
  port: number,
  newServer: () => Server,
  beforeCut?: () => Promise<unknown>,
): Promise<void> {
  const servers = await listenOn(listenHost, port, newServer).catch((error: unknown) => {
    throw error instanceof CannotListen ? cannotListen(error, port) : error
  })
  undo.push(() => closeServers(servers, beforeCut))
}

const cannotListen = ({ host, code }: CannotListen, port: number) =>
  new ConfigError([
    code === 'EADDRINUSE'
      ? `PORT ${port} is in use: give another one.`
      : `HOST ${host} cannot be listened on (${code}): give an address of this machine, or :: for all.`,
  ])

/** The endpoints see no socket: they get the client's address in a header, which clients cannot set. */
function withClientAddress(config: Config, handle: Handler): Handler {
  const isTrusted = trustedProxies(config.trustedProxies)
  const scheme = new URL(config.publicUrl).protocol
  let warned = false
  return (request, response) => {
    // Next would compare the origin of a form with it.
    delete request.headers['x-forwarded-host']
    const origin = ownOrigin(request, scheme)
    if (origin !== undefined) request.headers.origin = origin
    const { remoteAddress } = request.socket
    const address = clientAddress(remoteAddress, request.headers, isTrusted)
    request.headers[ADDRESS_HEADER] = address
    if (remoteAddress && !address && !warned) {
      warned = true
      log.warn('a proxy forwards requests and is not in TRUSTED_PROXIES: clients cannot be told apart', {
        address: remoteAddress,
      })
    }
    return handle(request, response)
  }
}

/** In development Next alone serves the endpoints: it knows when they change. */
function withEndpoints({ directEndpoints }: Config, handle: Handler): Handler {
  if (dev || !directEndpoints) return handle
  return mount([...ENDPOINTS, ...PAGES], handle, (error) =>
    log.error('unexpected error', describeError(error)),
  )
}

/**
 * What Next's own scripts send, none of which runs (decision 0132): with it, a page comes in a format of theirs, and
 * what is wrong there is an error of ours.
 */
const OF_NEXT_SCRIPTS = [
  'rsc',
  'next-router-state-tree',
  'next-router-prefetch',
  'next-router-segment-prefetch',
  'next-url',
]

function withPagePolicy({ publicUrl }: Config, handle: Handler): Handler {
  return async (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    const page = pagePolicy(path)
    // Next would look for a nonce there.
    delete request.headers['content-security-policy']
    delete request.headers['content-security-policy-report-only']
    delete request.headers[NONCE_HEADER]
    for (const name of OF_NEXT_SCRIPTS) delete request.headers[name]
    markOwnServer(request.headers)
    if (!page) return handle(request, response)
    response.setHeader('content-security-policy', page.policy)
    // What streams, or is sent as a file, is none.
    if (!isPage(path)) return handle(request, response)
    const short = request.method === 'GET' ? shortAddress(request.url ?? '') : null
    if (short !== null)
      return void response.writeHead(303, { location: publicUrl + short, 'cache-control': 'no-store' }).end()
    await withPageStatus((statusOf) => {
      const language = request.headers['accept-language'] ?? null
      const failure = (status: number) => failurePage(language, publicUrl, status)
      withoutScripts(request, response, { ...page, statusOf, failurePage: failure })
      return handle(request, response)
    })
  }
}

/** Where the first operator comes in; null once there is one. */
async function setupAddress(config: Config, { db, keyring }: Installation): Promise<string | null> {
  if (await operatorStore(db).anyOperator()) return null
  return config.publicUrl + routes.firstOperator({ token: setupToken(keyring) })
}

function announce({ publicUrl }: Config, sandbox: Sandbox | null, setup: string | null): void {
  const lines = [
    ``,
    `Vestibule is ready.`,
    ``,
    `  Open in a browser     ${setup ?? publicUrl + routes.home()}`,
  ]
  if (sandbox)
    lines.push(
      `  Add to an MCP client  ${sandbox.mcpUrl}`,
      `  Log in as             alice or bob, password sandbox`,
      ``,
      `  Try it:  npx @modelcontextprotocol/inspector   (transport: Streamable HTTP, URL: ${sandbox.mcpUrl})`,
      `  Go on:   add your own identity provider and MCP server in the console, or by a file: docs/configuration.md`,
    )
  else lines.push(`  Or configure by file  npm run vestibule -- apply -f vestibule.yaml`)
  console.log([...lines, ''].join('\n'))
}

function explain(error: unknown): string {
  if (error instanceof StoreUnavailable) return explainUnavailable(error)
  return error instanceof Error ? error.message : String(error)
}

start().catch((error: unknown) => {
  // A stop in the middle of the start makes the rest of it fail.
  if (stopping) return
  if (!(error instanceof ConfigError || error instanceof MissingKey || error instanceof WrongKey))
    log.error('start failed', describeError(error))
  console.error(explain(error))
  return stop(1)
})
