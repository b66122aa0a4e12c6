import { execFileSync, spawnSync } from 'node:child_process'
import { appendFile, chmod, chown, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
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
  /** Starts it at the same address where it has stopped by itself. */
  revive(): Promise<void>
  /** Fills the disk of the WAL while the work lasts: the server may stop because of that. */
  readonly whileWalIsFull: ((work: () => Promise<void>) => Promise<void>) | undefined
  close(): Promise<void>
}

/** A file system for the WAL that is full after some segments (16 MB each). */
const WAL_DISK = { megabytes: 128, settings: 'max_wal_size = 48MB\nmin_wal_size = 32MB\nwal_recycle = off\n' }

/**
 * @param settings lines of `postgresql.conf`
 * @param walDisk gives the WAL a small file system of its own: only root may
 */
export async function startOwnPostgres(settings = '', { walDisk = false } = {}): Promise<OwnPostgres> {
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-postgres-'))
  // Under root the cluster would otherwise live, and stay, outside: the unprivileged user may pass through.
  await chmod(directory, 0o711)
  const cluster = path.join(directory, 'postgres', 'cluster')
  const wal = path.join(cluster, 'pg_wal')
  if (settings || walDisk) {
    await (await openEmbeddedPostgres(directory)).close()
    await appendFile(path.join(cluster, 'postgresql.conf'), settings)
  }
  if (walDisk) await mountWal(cluster, wal)
  const handles = [await openEmbeddedPostgres(directory)]
  const url = handles[0]?.url ?? ''
  const addressFile = path.join(cluster, 'postmaster.pid')
  const address = await readFile(addressFile)
  let frozen: readonly number[] = []
  const kill = async () => {
    const pid = serverOf(cluster)
    signal(pid, 'SIGKILL')
    while (processStart(pid) !== undefined) await sleep(10)
  }
  // Of a server that was killed the next one takes over the address.
  const start = async () => void handles.push(await openEmbeddedPostgres(directory))
  const revive = async () => {
    if (runningServer(cluster)) return
    // One that stopped by itself leaves no address behind.
    await writeFile(addressFile, address)
    const { uid, gid } = await stat(cluster)
    await chown(addressFile, uid, gid)
    await start()
  }
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
    revive,
    whileWalIsFull: walDisk
      ? async (work) => {
          const ballast = path.join(wal, 'ballast')
          // It ends when the disk is full, and again takes what is freed meanwhile.
          const fill = () =>
            spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1M', 'oflag=append', 'conv=notrunc'], {
              stdio: 'ignore',
            })
          fill()
          const filling = setInterval(fill, 50)
          await work().finally(() => clearInterval(filling))
          await rm(ballast)
        }
      : undefined,
    async close() {
      thaw()
      for (const handle of handles) await handle.close()
      if (walDisk) execFileSync('umount', [wal])
      await rm(directory, { recursive: true, force: true })
    },
  }
}

async function mountWal(cluster: string, wal: string): Promise<void> {
  const { uid, gid } = await stat(wal)
  const kept = `${wal}.kept`
  execFileSync('cp', ['-a', wal, kept])
  const options = `size=${WAL_DISK.megabytes}m,uid=${uid},gid=${gid},mode=700`
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', wal])
  execFileSync('cp', ['-a', `${kept}/.`, wal])
  await rm(kept, { recursive: true })
  await appendFile(path.join(cluster, 'postgresql.conf'), WAL_DISK.settings)
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
