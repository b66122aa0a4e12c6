// PostgreSQL and Node.js in other versions, as npm has them: the stores' contracts and logins on each.
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { attempt, ensureBuilt, fail, run, unpack } from './project.mjs'

const PLATFORM = `${process.platform}-${process.arch}`

/** PostgreSQL 18 is the one that comes along. */
const ENGINES = {
  14: '14.23.0-beta.17',
  15: '15.18.0-beta.17',
  16: '16.14.0-beta.17',
  17: '17.10.0-beta.17',
  18: '18.4.0-beta.17',
}
export const NODES = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' }

/** PostgreSQL refuses to run as root. */
const ACCOUNT = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
const SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  max_connections: 400,
  unix_socket_directories: '',
}

/** @param wanted majors; all of them when there are none */
export async function tryEngines(wanted) {
  await forEach(ENGINES, wanted, async (version, directory) => {
    const native = path.join(unpack(`@embedded-postgres/${PLATFORM}@${version}`, directory), 'native')
    for (const { source, target } of JSON.parse(readFileSync(`${native}/pg-symlinks.json`, 'utf8')))
      symlinkSync(path.basename(source), path.join(native, '..', target))
    const data = path.join(directory, 'data')
    mkdirSync(data)
    if (ACCOUNT.uid) chownSync(data, ACCOUNT.uid, ACCOUNT.gid)
    const control = (...args) => {
      const { status } = spawnSync(`${native}/bin/pg_ctl`, ['-D', data, '-s', '-w', ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
        cwd: '/',
        ...ACCOUNT,
      })
      if (status !== 0) fail(`PostgreSQL ${version} does not run.`)
    }
    control('init', '-o', '--username=postgres --auth=trust --encoding=UTF8 --locale=C')
    const port = await freePort()
    const settings = Object.entries({ ...SETTINGS, port }).map(([name, value]) => `-c ${name}='${value}'`)
    control('start', '-l', path.join(data, 'log'), '-o', settings.join(' '))
    const stop = () => control('stop', '-m', 'immediate')
    process.prependOnceListener('exit', stop)
    trySurroundings(['lib/store'], { TEST_POSTGRES_URL: `postgres://postgres@127.0.0.1:${port}/postgres` })
    process.off('exit', stop)
    stop()
  })
}

/** @param wanted majors; all of them when there are none */
export function tryNodes(wanted) {
  return forEach(NODES, wanted, (version, directory) => {
    const bin = path.join(unpack(`node-${PLATFORM}@${version}`, directory), 'bin')
    const env = { PATH: `${bin}${path.delimiter}${process.env.PATH}` }
    run(path.join(bin, 'node'), ['--version'])
    trySurroundings(['lib/store', 'lib/http', 'lib/cli', 'packages/mcp', 'packages/embedded-postgres'], env)
  })
}

/** What fails on one version does not keep the others from being tried. */
function trySurroundings(unit, env) {
  attempt('node_modules/.bin/vitest', ['run', ...unit, '--reporter=dot'], env)
  attempt('node_modules/.bin/playwright', ['test', '--project=postgres', '--grep=@stores'], env)
}

async function forEach(versions, wanted, attempt) {
  ensureBuilt()
  const majors = wanted.length > 0 ? wanted : Object.keys(versions)
  for (const major of majors) {
    if (!versions[major]) fail(`There is no version ${major} here: ${Object.keys(versions).join(', ')}`)
    console.log(`\n${major}: ${versions[major]}`)
    const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-version-'))
    chmodSync(directory, 0o755)
    const remove = () => rmSync(directory, { recursive: true, force: true })
    // run() ends the process where something fails.
    process.once('exit', remove)
    await attempt(versions[major], directory)
    process.off('exit', remove)
    remove()
  }
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
