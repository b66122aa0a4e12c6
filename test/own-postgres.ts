import { execFileSync } from 'node:child_process'
import { appendFile, chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { openEmbeddedPostgres } from '@/packages/embedded-postgres/embedded-postgres'
import { runningServer } from '@/packages/embedded-postgres/postmaster'
import { processStart } from '@/packages/embedded-postgres/process'

/** A PostgreSQL server that faults can be injected into, since nobody else uses it. */
export type OwnPostgres = {
  readonly url: string
  /** Kills it, and starts it again at the same address. */
  restart(): Promise<void>
  kill(): Promise<void>
  start(): Promise<void>
  /** Stops all its processes where they are; connections stay open, and new ones are accepted by the system. */
  freeze(): void
  thaw(): void
  close(): Promise<void>
}

/** @param settings lines of `postgresql.conf` */
export async function startOwnPostgres(settings = ''): Promise<OwnPostgres> {
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-postgres-'))
  // Under root the cluster would otherwise live, and stay, outside: the unprivileged user may pass through.
  await chmod(directory, 0o711)
  const cluster = path.join(directory, 'postgres', 'cluster')
  if (settings) {
    await (await openEmbeddedPostgres(directory)).close()
    await appendFile(path.join(cluster, 'postgresql.conf'), settings)
  }
  const handles = [await openEmbeddedPostgres(directory)]
  const url = handles[0]?.url ?? ''
  let frozen: readonly number[] = []
  const kill = async () => {
    const pid = serverOf(cluster)
    signal(pid, 'SIGKILL')
    while (processStart(pid) !== undefined) await sleep(10)
  }
  // Of a server that was killed the next one takes over the address.
  const start = async () => void handles.push(await openEmbeddedPostgres(directory))
  const thaw = () => {
    for (const pid of frozen) signal(pid, 'SIGCONT')
    frozen = []
  }
  return {
    url,
    kill,
    start,
    async restart() {
      await kill()
      await start()
    },
    freeze() {
      frozen = processesOf(cluster)
      for (const pid of frozen) signal(pid, 'SIGSTOP')
    },
    thaw,
    async close() {
      thaw()
      for (const handle of handles) await handle.close()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

function serverOf(cluster: string): number {
  const server = runningServer(cluster)
  if (!server) throw new Error('the server does not run')
  return server.pid
}

/** The postmaster and its children, the postmaster first, so that it makes no more of them. */
function processesOf(cluster: string): readonly number[] {
  const server = serverOf(cluster)
  const children = execFileSync('pgrep', ['-P', String(server)]).toString()
  return [server, ...children.trim().split(/\s+/).map(Number)]
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself meanwhile.
  }
}
