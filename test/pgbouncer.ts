import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from './free-port'
import { answers } from './redis-server'

const PROGRAM = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find(existsSync)

/** It refuses to run as root. */
const NOBODY = 65_534

/**
 * PgBouncer in transaction mode in front of a PostgreSQL server, with no other setting of ours.
 *
 * @param url of the server; the pooler takes every name of a database
 */
export async function startPgBouncer(url: string): Promise<{ readonly url: string; close(): Promise<void> }> {
  if (!PROGRAM) throw new Error('these tests need PgBouncer: apt-get install pgbouncer')
  const { hostname, port, username, password } = new URL(url)
  const listenOn = await freePort()
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-pgbouncer-'))
  await chmod(directory, 0o755)
  const users = path.join(directory, 'users.txt')
  await writeFile(users, `"${decodeURIComponent(username)}" "${decodeURIComponent(password)}"\n`)
  const file = path.join(directory, 'pgbouncer.ini')
  const lines = [
    '[databases]',
    `* = host=${hostname} port=${port}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${listenOn}`,
    'auth_type = plain',
    `auth_file = ${users}`,
    'pool_mode = transaction',
    'max_client_conn = 1000',
    'unix_socket_dir =',
  ]
  await writeFile(file, lines.join('\n'))
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {}
  const child = spawn(PROGRAM, [file], { stdio: 'ignore', ...as })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  await answers(listenOn)
  const pooled = new URL(url)
  pooled.hostname = '127.0.0.1'
  pooled.port = String(listenOn)
  return {
    url: pooled.href,
    async close() {
      process.off('exit', kill)
      if (kill()) await once(child, 'exit')
      await rm(directory, { recursive: true, force: true })
    },
  }
}
