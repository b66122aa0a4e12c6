// `npm run lint`: formatter and linter, types, dependency rules, sizes, dead code. All are run, then all failures are
// reported.
import { spawnSync } from 'node:child_process'
import process from 'node:process'
import { checks } from './checks.mjs'
import { ensureInstalled, enterProject } from './project.mjs'

enterProject()
ensureInstalled()

const failed = Object.entries(checks).filter(([name, [command, ...args]]) => {
  console.log(`\n▸ ${name}`)
  return spawnSync(command, args, { stdio: 'inherit' }).status !== 0
})
if (failed.length > 0) {
  console.error(`\nNot clean: ${failed.map(([name]) => name).join(', ')}`)
  process.exit(1)
}
