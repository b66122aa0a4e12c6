// `npm run lint`: formatter and linter, types, dependency rules, sizes, dead code, all at once.
import process from 'node:process'
import { checks } from './checks.mjs'
import { ensureInstalled, enterProject } from './project.mjs'
import { beside } from './run-parts.mjs'

enterProject()
ensureInstalled()

const names = Object.keys(checks)
const clean = await Promise.all(
  Object.entries(checks).map(([name, [command, ...args]]) => beside(name, command, args)),
)
const failed = names.filter((_, index) => !clean[index])
if (failed.length > 0) {
  console.error(`\nNot clean: ${failed.join(', ')}`)
  process.exit(1)
}
