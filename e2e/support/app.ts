import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { freePort } from '@/test/free-port'
import { IMAGE, IMAGE_USER, spawnImage } from './image'
import { spawnNextAlone } from './next-alone'

/** A running Vestibule, as built, in a process of its own. */
export type App = {
  readonly url: string
  /** Everything it has printed. */
  readonly output: () => string
  /** Runs the command line with the same environment, but for what is given; `stdin` feeds `-f -`. */
  readonly cli: (args: readonly string[], stdin?: string, environment?: Environment) => Promise<CliResult>
  readonly signal: (name: NodeJS.Signals) => void
  readonly stop: () => Promise<void>
  /** `kill -9`. */
  readonly kill: () => Promise<void>
}

export type CliResult = { readonly code: number; readonly stdout: string; readonly stderr: string }

/** The programs of this checkout, or with `PACKAGE` those of an installed package, run by the owner of its directory. */
const PACKAGE = process.env.PACKAGE
const programOf = (name: 'server' | 'cli') =>
  PACKAGE ? path.join(PACKAGE, 'node_modules/vestibule/scripts/bin.mjs') : `dist/${name}.js`
const installed = PACKAGE ? { cwd: PACKAGE, ...ownerOf(PACKAGE) } : undefined

function ownerOf(directory: string) {
  const { uid, gid } = statSync(directory)
  return { uid, gid }
}

type Environment = Readonly<Record<string, string>>
type ProcessEnvironment = Environment & { readonly NODE_ENV: 'production' }

/**
 * Starts Vestibule on a free port with a data directory of its own, and waits until logins work.
 *
 * @param environment on top of the defaults, such as `DATABASE_URL`
 * @param options `nextAlone`: Next without our own server, behind what a platform has in front
 */
export async function startApp(
  environment: Environment = {},
  options: { readonly nextAlone?: boolean } = {},
): Promise<App> {
  const port = environment.PORT ?? String(await freePort())
  const dataDir = environment.DATA_DIR ?? (await newDataDir())
  const url = environment.PUBLIC_URL ?? `http://localhost:${port}`
  const given: ProcessEnvironment = {
    ...inherited(),
    ...(process.env.BEHIND_NEXT && { DIRECT_ENDPOINTS: '0' }),
    PORT: port,
    PUBLIC_URL: url,
    DATA_DIR: dataDir,
    SANDBOX: '0',
    ...environment,
    NODE_ENV: 'production',
  }
  const isAlone = process.env.NEXT_ALONE || options.nextAlone
  const { child, env } = isAlone ? await spawnNextAlone(given, dataDir) : spawnServer(given)
  // What a failed test has started ends with the worker, and has its embedded PostgreSQL end.
  const leave = () => child.kill('SIGTERM')
  process.once('exit', leave)
  child.once('exit', () => process.off('exit', leave))
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (printed += chunk))
  await ready(`http://localhost:${port}`, child, () => printed)
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await once(child, 'exit')
    }
  }
  return {
    url,
    output: () => printed,
    cli: (args, stdin, other) => runCli(args, { ...env, ...other }, stdin),
    signal: (name) => void child.kill(name),
    kill: () => end('SIGKILL'),
    stop: async () => {
      await end('SIGTERM')
      if (!environment.DATA_DIR) await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function spawnServer(env: ProcessEnvironment) {
  if (IMAGE) return { child: spawnImage(IMAGE, env), env }
  return { child: spawn(process.execPath, [programOf('server')], { ...installed, env }), env }
}

/**
 * A temporary directory for `DATA_DIR`. An unprivileged user may pass through it: otherwise the embedded PostgreSQL
 * would, under root, have to live outside, and stay behind when the directory is removed.
 */
export async function newDataDir(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'vestibule-e2e-'))
  await chmod(directory, 0o711)
  const owner = IMAGE ? IMAGE_USER : installed
  if (owner) await chown(directory, owner.uid, owner.gid)
  return directory
}

/** What a child needs of our environment, and nothing that would configure it. */
function inherited(): Environment {
  const names = ['PATH', 'HOME', 'TMPDIR', 'LANG']
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])))
}

async function ready(url: string, child: ReturnType<typeof spawn>, printed: () => string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (child.exitCode !== null) throw new Error(`Vestibule ended at its start:\n${printed()}`)
    const response = await fetch(`${url}/readyz`).catch(() => null)
    if (response?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error(`Vestibule is not ready after a minute:\n${printed()}`)
}

/** Runs the command line to its end. */
async function runCli(args: readonly string[], env: Environment, stdin = ''): Promise<CliResult> {
  const child = spawn(process.execPath, [programOf('cli'), ...args], {
    ...installed,
    env: { ...env, NODE_ENV: 'production' },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => (stdout += chunk))
  child.stderr.on('data', (chunk) => (stderr += chunk))
  child.stdin.end(stdin)
  const [code] = await once(child, 'close')
  return { code, stdout, stderr }
}
