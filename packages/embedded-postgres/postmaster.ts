import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { commandLine, processStart } from './process'

const FAST_SHUTDOWN_MS = 20_000
const IMMEDIATE_SHUTDOWN_MS = 5_000

/** What a running server says of itself in `postmaster.pid`. Decision 0003. */
export type Postmaster = { readonly pid: number; readonly port: number; readonly ready: boolean }

/**
 * The server that runs on this very cluster. A file left behind by a dead server does not count, whatever process has
 * its pid now: the process must have been started for our directory.
 */
export function runningServer(cluster: string): Postmaster | undefined {
  const [pid, , , port, , , , status = ''] = postmasterLines(cluster)
  if (pid === undefined || !runsOn(Number(pid), cluster)) return undefined
  return { pid: Number(pid), port: Number(port), ready: status.trim() === 'ready' }
}

/** The port of the server that wrote the file, dead or alive. */
export function lastPort(cluster: string): number | undefined {
  return Number(postmasterLines(cluster)[3]) || undefined
}

/** The arguments by which a server is recognized; `-p` marks the end of the directory's name. */
export function serverArguments(cluster: string, port: number): string[] {
  return ['-D', cluster, '-p', String(port)]
}

/**
 * Neutralizes a `postmaster.pid` that no server of ours has. PostgreSQL clears it itself only if no process has that
 * pid; not when a zombie or an unrelated process has it. The file is not deleted: it also names the shared memory by
 * which PostgreSQL detects that processes of the dead server are still at work. So only the pid is replaced, by our
 * own: PostgreSQL takes a file with the pid of its parent for stale and checks the rest. (A file that a power failure
 * left empty, on which PostgreSQL refuses to start, gets a pid in the same way.)
 */
export function disclaimStale(cluster: string): void {
  const file = path.join(cluster, 'postmaster.pid')
  const lines = postmasterLines(cluster)
  if (lines.length === 0) return
  // The directory belongs to another account when we are root: no link of its making is followed.
  const opened = openSync(file, constants.O_WRONLY | constants.O_TRUNC | constants.O_NOFOLLOW)
  writeSync(opened, [process.pid, ...lines.slice(1)].join('\n'))
  closeSync(opened)
}

/**
 * Stops the server of the cluster: open transactions are rolled back and everything is written out. Does nothing
 * when it does not run.
 *
 * @param lastKnown pid of the server, for a cluster whose directory was deleted under it
 * @throws Error when the server outlives even the harder signal
 */
export async function stopServer(cluster: string, lastKnown?: number): Promise<void> {
  const pid = runningServer(cluster)?.pid ?? lastKnown
  const start = pid === undefined ? undefined : processStart(pid)
  if (pid === undefined || start === undefined || !runsOn(pid, cluster)) return
  // A process that ends loses its command line first: only its pid and start tell when it is gone altogether.
  const isGone = () => processStart(pid) !== start
  if (await signalUntil(isGone, pid, 'SIGINT', FAST_SHUTDOWN_MS)) return
  if (await signalUntil(isGone, pid, 'SIGQUIT', IMMEDIATE_SHUTDOWN_MS)) return
  throw new Error(`The embedded PostgreSQL (process ${pid}) does not stop`)
}

async function signalUntil(isGone: () => boolean, pid: number, signal: NodeJS.Signals, ms: number) {
  const deadline = Date.now() + ms
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
  while (!isGone()) {
    if (Date.now() > deadline) return false
    await sleep(10)
  }
  return true
}

function runsOn(pid: number, cluster: string): boolean {
  return pid > 0 && commandLine(pid).includes(` -D ${cluster} -p `)
}

function postmasterLines(cluster: string): string[] {
  try {
    return readFileSync(path.join(cluster, 'postmaster.pid'), 'utf8').split('\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
