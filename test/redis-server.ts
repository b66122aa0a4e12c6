import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from './free-port'

const INSTALL =
  'these tests need redis-server in the PATH: apt-get install redis-server, or brew install redis'

/** Without it, tests on Redis are skipped, which `npm test` says at its end; under `CI` it does not begin. */
export const hasRedis: boolean = (process.env.PATH ?? '')
  .split(path.delimiter)
  .some((folder) => existsSync(path.join(folder, 'redis-server')))

/** A Redis of its own: it keeps nothing and listens on 127.0.0.1 only. */
export type TestRedis = {
  readonly url: string
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  close(): Promise<void>
}

/**
 * Starts `redis-server` from the PATH.
 *
 * @param port where to listen; by default a free one
 * @param extra settings besides, by their names
 * @throws Error saying how to install it when it is missing
 */
export async function startRedis(
  port?: number,
  extra: Readonly<Record<string, string>> = {},
): Promise<TestRedis> {
  const listenOn = port ?? (await freePort())
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-redis-'))
  const settings = {
    port: listenOn,
    bind: '127.0.0.1',
    dir: directory,
    save: '',
    appendonly: 'no',
    ...extra,
  }
  const parameters = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const server = spawn('redis-server', parameters, { stdio: 'ignore' })
  // A test run that is cut short leaves no server behind.
  const kill = () => server.kill('SIGKILL')
  process.once('exit', kill)
  server.once('exit', () => process.off('exit', kill))
  const failure = once(server, 'exit').then(
    ([code]) => `redis-server ended with code ${code}`,
    (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? INSTALL : error.message),
  )
  const problem = await Promise.race([failure, answers(listenOn)])
  if (problem !== null) {
    await stop(server, directory)
    throw new Error(problem)
  }
  return {
    url: `redis://127.0.0.1:${listenOn}`,
    signal: (name) => void server.kill(name),
    close: () => stop(server, directory),
  }
}

/** Null once something listens there; otherwise what is wrong. */
export async function answers(port: number): Promise<string | null> {
  for (let tries = 0; tries < 200; tries++) {
    const socket = createConnection(port, '127.0.0.1')
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (connected) return null
    await sleep(50)
  }
  return 'redis-server did not answer within 10 seconds'
}

async function stop(server: ChildProcess, directory: string): Promise<void> {
  if (server.pid !== undefined && server.exitCode === null && server.signalCode === null) {
    const exit = once(server, 'exit')
    server.kill('SIGKILL')
    await exit
  }
  await rm(directory, { recursive: true, force: true })
}
