// `npm test`: unit and contract tests beside the build, and then beside the end-to-end tests against what was built.
// Arguments go to the end-to-end runner. With `--unit` only the unit tests are run, with `--checks` also those of `npm run lint`.
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

const isUnit = args.includes('--unit')
const building = isUnit ? Promise.resolve(true) : beside('build', node, ['scripts/build.mjs'])
// The end-to-end tests are the longest part, and wait for the build: the checks need nothing, and make way for it.
const checking = args.includes('--checks')
  ? building.then(() => beside('checks', node, ['scripts/lint.mjs']))
  : Promise.resolve(true)
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${unitFile}`]
const testing = (isUnit ? inForeground : beside)('unit tests', 'node_modules/.bin/vitest', [
  'run',
  ...reporters,
])
const isBuilt = await building
const chosen = args.filter((arg) => !OWN.includes(arg))
const file = { PLAYWRIGHT_JSON_OUTPUT_NAME: endFile }
const isGood = [
  isBuilt,
  isUnit || !isBuilt
    ? true
    : await inForeground('end-to-end tests', 'node_modules/.bin/playwright', ['test', ...chosen], file),
  await testing,
  await checking,
]
if (!isBuilt) fail('The build failed.')
const counts = [countVitest(unitFile), ...(isUnit ? [] : [countPlaywright(endFile)])]

if (!hasRedis) console.warn(`\nSKIPPED: every test on Redis. ${REDIS}`)
if (counts.includes(undefined)) fail('\nA test runner ended without results.')
console.log(`\n${summary(counts)}`)
if (isGood.includes(false)) process.exitCode = 1
