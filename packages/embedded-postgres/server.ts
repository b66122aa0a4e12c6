import { type ChildProcess, spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { closeSync, openSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import postgres from 'postgres'
import type { Binaries } from './binaries'
import { ROLE, SERVER_ENVIRONMENT } from './cluster'
import { giveToOwner, type Places, writeWhole } from './places'
import {
  disclaimStale,
  lastPort,
  type Postmaster,
  runningServer,
  serverArguments,
  stopServer,
} from './postmaster'

/** Recovery after a crash can take a while. */
const READY_MS = 60_000
/** How long a start is repeated that fails on what a dead server left behind, or on a port taken meanwhile. */
const RETRY_MS = 10_000
/** How long the port of a dead server is waited for: what it was just forking when it was killed still listens. */
const PORT_MS = 2_000
/** How long a server that says it is ready may fail to answer as ours. */
const SILENCE_MS = 2_000
const TRANSIENT = /postmaster\.pid|shared memory|could not create any TCP\/IP sockets/
const LOG_LIMIT = 1_000_000

/** Small and quiet, but as durable as in production: `fsync` and `synchronous_commit` keep their default, on. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // What clients send must not get into the log: neither statements nor the values an error quotes.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

/** The one way in: the role, from this machine, with its password. */
const HOST_BASED_AUTHENTICATION = `host all ${ROLE} 127.0.0.1/32 scram-sha-256\n`

/** What it takes to start the server of a cluster and to know it again. */
export type Startable = {
  readonly places: Places
  readonly binaries: Binaries
  readonly password: string
  /** Asked before an unresponsive server is stopped: whether another process uses it. */
  readonly hasOtherUsers: () => boolean
}

/** The connection string for the server at a port. */
export function connectionUrl(password: string, port: number): string {
  return `postgres://${ROLE}:${password}@127.0.0.1:${port}/${ROLE}`
}

/**
 * Attaches to the server of this cluster if one runs (also one whose starter was killed), else starts it. To be
 * called under the lock.
 *
 * @returns the server, which has answered and has proved to be the one of our directory
 * @throws Error with the end of the server's log when it does not start
 */
export async function attachOrStart(startable: Startable): Promise<Postmaster> {
  const { cluster } = startable.places
  const deadline = Date.now() + READY_MS
  let attempt: Attempt | undefined
  let silentSince: number | undefined
  while (Date.now() < deadline) {
    const running = runningServer(cluster)
    if (running?.ready) {
      if (await answersAsOurs(connectionUrl(startable.password, running.port), cluster)) return running
      silentSince ??= Date.now()
      // One that was just started here is ours, however long a busy machine keeps it waiting.
      const isOurs = running.pid === attempt?.child.pid
      if (!isOurs && Date.now() - silentSince > SILENCE_MS) {
        await stopSilent(startable, running)
        silentSince = undefined
      }
    } else if (!running && (!attempt || hasExited(attempt.child))) {
      if (attempt) await explainOrRetry(startable, attempt)
      attempt = await launch(startable, attempt)
    }
    await sleep(10)
  }
  throw new Error(
    `The embedded PostgreSQL does not get ready: see ${logFile(startable)}, or set DATABASE_URL`,
  )
}

type Attempt = {
  readonly child: ChildProcess
  readonly port: number
  readonly firstAt: number
  readonly logStart: number
}

/** Starts the server in a session of its own, so that Ctrl-C in our terminal does not stop it before us. */
async function launch(startable: Startable, previous: Attempt | undefined): Promise<Attempt> {
  const { cluster, base, home, account } = startable.places
  const firstAt = previous?.firstAt ?? Date.now()
  // The previous port, if it gets free: processes that know the address of a crashed server find it again.
  const port = await freePort(previous?.port ?? lastPort(cluster))
  disclaimStale(cluster)
  const hba = path.join(base, 'pg_hba.conf')
  writeWhole(hba, HOST_BASED_AUTHENTICATION, 0o644)
  const settings = Object.entries({ ...SETTINGS, hba_file: hba })
  const args = [
    ...serverArguments(cluster, port),
    ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]
  const log = openLog(startable)
  giveToOwner(home, logFile(startable))
  const child = spawn(startable.binaries.postgres, args, {
    cwd: '/',
    env: SERVER_ENVIRONMENT,
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
    ...account,
  })
  closeSync(log.descriptor)
  // An `error` event without a listener would end the process. `hasExited` sees the failure by the missing pid.
  child.on('error', () => undefined)
  child.unref()
  return { child, port, firstAt, logStart: log.size }
}

function hasExited(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

async function explainOrRetry(startable: Startable, attempt: Attempt): Promise<void> {
  const output = readFileSync(logFile(startable)).subarray(attempt.logStart).toString().trim()
  if (TRANSIENT.test(output) && Date.now() - attempt.firstAt < RETRY_MS) {
    await sleep(100)
    return
  }
  const reason = output.slice(-2000) || `${startable.binaries.postgres} cannot be run`
  throw new Error(`The embedded PostgreSQL does not start (or set DATABASE_URL): ${reason}`)
}

async function stopSilent(startable: Startable, running: Postmaster): Promise<void> {
  if (startable.hasOtherUsers()) {
    throw new Error(
      `The embedded PostgreSQL (process ${running.pid}) does not answer on port ${running.port}: stop all that use it`,
    )
  }
  await stopServer(startable.places.cluster)
}

/** Whether it is our cluster's server that answers: it knows the password, and runs on our directory. */
async function answersAsOurs(url: string, cluster: string): Promise<boolean> {
  const sql = postgres(url, { max: 1, connect_timeout: 3, fetch_types: false, ssl: false })
  try {
    const [row] = await sql`select current_setting('data_directory') as directory`
    return row?.directory === cluster
  } catch {
    return false
  } finally {
    await sql.end({ timeout: 1 })
  }
}

function logFile({ places }: Startable): string {
  return path.join(places.home, 'server.log')
}

function openLog(startable: Startable): { readonly descriptor: number; readonly size: number } {
  const file = logFile(startable)
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  const keep = size < LOG_LIMIT
  // Opened by us and handed down, so the server needs no right to the file.
  return { descriptor: openSync(file, keep ? 'a' : 'w', 0o600), size: keep ? size : 0 }
}

/** Below what systems give to outgoing connections: none of those takes the port while a crashed server is away. */
const [FIRST_PORT, END_PORT] = [10_000, 32_000]

/** @param preferred taken if it is free within `PORT_MS`; else it is another process's by now */
async function freePort(preferred: number | undefined): Promise<number> {
  const deadline = Date.now() + PORT_MS
  while (preferred !== undefined && Date.now() < deadline) {
    if (await isFree(preferred)) return preferred
    await sleep(10)
  }
  const port = randomInt(FIRST_PORT, END_PORT)
  return (await isFree(port)) ? port : freePort(undefined)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', (error) =>
      'code' in error && error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
    )
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
