// `npm run bench`: installs and builds what is missing, and runs `bench/main.ts` beside its peers, or what is named first.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject, run } from '../scripts/project.mjs'

/** What runs without peers. */
const ALONE = {
  growth: 'bench/growth/main.ts',
  cleanup: 'bench/growth/cleanup.ts',
  overload: 'bench/growth/overload.ts',
  profile: 'bench/profile.ts',
}

enterProject()
ensureInstalled()
ensureBuilt()
if (process.argv[2] === 'range') {
  ensurePeers()
  run(process.execPath, ['packages/range/build.mjs'])
  process.argv.splice(2, 1)
  await import('./range/run.mjs')
}
const alone = ALONE[process.argv[2]]
if (alone) process.argv.splice(2, 1)
else ensurePeers()
run('node_modules/.bin/esbuild', [
  alone ?? 'bench/main.ts',
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
