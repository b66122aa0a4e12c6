// `npm test`: unit and contract tests beside the build, then the end-to-end tests against what was built. Arguments go
// to the end-to-end runner. With `--unit` only the unit tests are run, with `--checks` also those of `npm run lint`.
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { ensureInstalled, enterProject, fail } from './project.mjs'
import { beside, inForeground } from './run-parts.mjs'
import { countPlaywright, countVitest, summary } from './test-results.mjs'

const REDIS =
  'redis-server is not on the PATH. Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis'
const hasRedis = process.env.PATH.split(path.delimiter).some((folder) =>
  existsSync(path.join(folder, 'redis-server')),
)

enterProject()
if (process.env.CI && !hasRedis) fail(REDIS)
ensureInstalled()

const OWN = ['--unit', '--checks']
const args = process.argv.slice(2)
const node = process.execPath
const results = path.resolve('node_modules/.cache/test-results')
rmSync(results, { recursive: true, force: true })
mkdirSync(results, { recursive: true })
const [unitFile, endFile] = ['unit', 'end-to-end'].map((name) => path.join(results, `${name}.json`))

const checking = args.includes('--checks') ? beside('checks', node, ['scripts/lint.mjs']) : true
const building = args.includes('--unit') ? true : beside('build', node, ['scripts/build.mjs'])
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitFile}`]
const good = [await inForeground('unit tests', 'node_modules/.bin/vitest', ['run', ...reporters])]
const counts = [countVitest(unitFile)]

if (!args.includes('--unit')) {
  if (!(await building)) fail('The build failed.')
  const chosen = args.filter((arg) => !OWN.includes(arg))
  const file = { PLAYWRIGHT_JSON_OUTPUT_NAME: endFile }
  good.push(await inForeground('end-to-end tests', 'node_modules/.bin/playwright', ['test', ...chosen], file))
  counts.push(countPlaywright(endFile))
}
good.push(await checking)

if (!hasRedis) console.warn(`\nSKIPPED: every test on Redis. ${REDIS}`)
if (counts.includes(undefined)) fail('\nA test runner ended without results.')
console.log(`\n${summary(counts)}`)
if (good.includes(false)) process.exitCode = 1
