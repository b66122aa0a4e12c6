// `npm run lint`: formatter and linter, types, the dependency law, sizes, dead code. All are run, then all failures told.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { ensureInstalled, enterProject } from './project.mjs'

enterProject()
ensureInstalled()

const bin = (name) => `node_modules/.bin/${name}`
const checks = [
  ['format and lint', bin('biome'), ['check', '--error-on-warnings', '.']],
  ['types', bin('tsc'), ['--noEmit']],
  [
    'dependency law',
    bin('depcruise'),
    ['app', 'components', 'lib', 'drizzle', 'sandbox', 'server.ts', '--config', '.dependency-cruiser.cjs'],
  ],
  ['sizes', process.execPath, ['scripts/check-sizes.mjs']],
  ['dead code', bin('knip'), []],
]

const failed = checks.filter(([name, command, args]) => {
  console.log(`\n▸ ${name}`)
  return spawnSync(command, args, { stdio: 'inherit' }).status !== 0
})
if (failed.length > 0) {
  console.error(`\nNot clean: ${failed.map(([name]) => name).join(', ')}`)
  process.exit(1)
}
