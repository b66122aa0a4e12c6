// `npm test`: unit and contract tests, then the end-to-end tests against the built server. Arguments go to the
// end-to-end runner; with `--unit` only the first part is run.
import { existsSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject, fail, run } from './project.mjs'

enterProject()
requireProgram('redis-server', 'Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis')
ensureInstalled()

const args = process.argv.slice(2)
run('node_modules/.bin/vitest', ['run'])
if (!args.includes('--unit')) {
  ensureBuilt()
  run('node_modules/.bin/playwright', ['test', ...args])
}

function requireProgram(name, remedy) {
  const found = process.env.PATH.split(path.delimiter).some((folder) => existsSync(path.join(folder, name)))
  if (!found) fail(`The tests need ${name} on the PATH. ${remedy}`)
}
