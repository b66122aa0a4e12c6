// `npm run bench`: installs and builds what is missing, the peers included, and runs `bench/main.ts`.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject, run } from '../scripts/project.mjs'

enterProject()
ensureInstalled()
ensureBuilt()
ensurePeers()
run('node_modules/.bin/esbuild', [
  'bench/main.ts',
  '--bundle',
  '--packages=external',
  '--platform=node',
  '--format=esm',
  '--target=node20',
  '--outfile=dist/bench/main.js',
  '--log-level=warning',
])
process.env.NODE_ENV = 'production'
await import('../dist/bench/main.js')

/** The peers are no dependencies of the project: they have a lock file of their own. */
function ensurePeers() {
  const stamp = 'bench/node_modules/.lock'
  const lock = readFileSync('bench/package-lock.json', 'utf8')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.log('Installing the peers (npm ci in bench/) …')
  run('npm', ['ci', '--prefix', 'bench', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  writeFileSync(stamp, lock)
}
