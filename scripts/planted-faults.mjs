// `npm run matrix -- planted-faults [WORD…]`: whether tests see faults. Each entry of scripts/planted-faults/*.json is a
// mistake that somebody could make, and the test that must turn red for it. In a copy of the tree that test has to be
// green; then each fault is planted by itself. With words, only the faults whose list, file or sentence has one. Where the
// test is an end-to-end one, the copy is built each time.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { enterProject, root } from './project.mjs'
import { specsOf } from './test-results.mjs'

enterProject()
const words = process.argv.slice(2)
const faults = readdirSync('scripts/planted-faults').flatMap((name) =>
  JSON.parse(readFileSync(path.join('scripts/planted-faults', name), 'utf8')).filter(
    ({ fault, file }) =>
      words.length === 0 || words.some((word) => `${name} ${fault} ${file}`.includes(word)),
  ),
)
const isEndToEnd = (test) => test.startsWith('e2e/')
const copy = copyOfTheTree()
const output = path.join(copy, 'dist/planted.json')
let failures = faults.length === 0 ? 1 : 0
try {
  for (const fault of [...new Set(faults.map(({ test }) => test))].flatMap(greenIn)) plant(fault)
} finally {
  rmSync(copy, { recursive: true, force: true })
}
console.log(failures === 0 ? `${faults.length} faults, each seen` : `${failures} of ${faults.length} failed`)
process.exit(failures === 0 ? 0 : 1)

/** Faults of a file of tests, without those whose test is not green without them. */
function greenIn(test) {
  const stateOf = run(test)
  return faults.filter(({ red, test: file }) => {
    if (file !== test) return false
    const isGreen = stateOf(red) === 'passed'
    if (!isGreen) fail(`not green in ${test}: ${red} (${stateOf(red)})`)
    return isGreen
  })
}

/** Makes one mistake, runs the tests that should see it, and takes it back. */
function plant({ fault, file, find, replace, test, red }) {
  const place = path.join(copy, file)
  const text = readFileSync(place, 'utf8')
  if (text.split(find).length !== 2) return fail(`cannot be planted any more, in ${file}: ${fault}`)
  writeFileSync(
    place,
    text.replace(find, () => replace),
  )
  let state = run(test, { pages: false })(red)
  // Pages, and what they call, are not in our own bundle.
  if (state === 'passed' && isEndToEnd(test)) state = withPages(() => run(test)(red))
  writeFileSync(place, text)
  if (state === 'failed') console.log(`seen: ${fault}`)
  else fail(`not seen: ${fault} (${red}: ${state})`)
}

/** Keeps the pages as they are built, for after the work. */
function withPages(work) {
  const [built, kept] = ['.next', 'kept'].map((name) => path.join(copy, name))
  cpSync(built, kept, { recursive: true })
  try {
    return work()
  } finally {
    rmSync(built, { recursive: true })
    renameSync(kept, built)
  }
}

/** Runs a file of tests: what became of those whose full name begins so. */
function run(test, { pages = true } = {}) {
  const tests = isEndToEnd(test) ? endToEnd(test, pages) : unit(test)
  return (name) => {
    const states = tests.filter(({ fullName }) => fullName.startsWith(name)).map(({ status }) => status)
    if (states.length === 0) return 'absent'
    if (states.includes('failed')) return 'failed'
    return states.every((state) => state === 'passed') ? 'passed' : 'not run'
  }
}

function unit(test) {
  const { testResults } = resultsOf('vitest', ['run', test, '--reporter=json', `--outputFile=${output}`])
  return testResults.flatMap(({ assertionResults }) => assertionResults)
}

/** Only the tests that faults name: the others of the file have nothing to see. */
function endToEnd(test, pages) {
  const build = ['scripts/build.mjs', ...(pages ? [] : ['--without-pages'])]
  if (spawnSync(process.execPath, build, { cwd: copy, stdio: 'ignore' }).status !== 0) return []
  const titles = faults.filter((fault) => fault.test === test).map(({ red }) => literally(red))
  const args = ['test', test, '--project=postgres', '--reporter=json', '-g', titles.join('|')]
  return specsOf(resultsOf('playwright', args)).map(({ title, ok, tests }) => ({
    fullName: title,
    status: tests.some(({ status }) => status === 'skipped') ? 'skipped' : ok ? 'passed' : 'failed',
  }))
}

function literally(text) {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
}

/** What a runner of tests has written. */
function resultsOf(runner, args) {
  rmSync(output, { force: true })
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: output }
  spawnSync(`node_modules/.bin/${runner}`, args, { cwd: copy, stdio: 'ignore', env })
  return JSON.parse(readFileSync(output, 'utf8'))
}

/** Tracked files and new ones; the packages are the tree's own. */
function copyOfTheTree() {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestibule-planted-'))
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).stdout
  // The embedded PostgreSQL runs as another user, who must be able to come in.
  chmodSync(folder, 0o755)
  for (const file of listed.split('\n').filter(Boolean)) cpSync(file, path.join(folder, file))
  const [theirs, ours] = [path.join(root, 'node_modules'), path.join(folder, 'node_modules')]
  // A build wants them in its own folder: as hard links, where the two are on one disk.
  if (!faults.some(({ test }) => isEndToEnd(test))) symlinkSync(theirs, ours)
  else if (spawnSync('cp', ['-al', theirs, ours]).status !== 0) spawnSync('cp', ['-a', theirs, folder])
  mkdirSync(path.join(folder, 'dist'))
  return folder
}

function fail(message) {
  failures += 1
  console.error(message)
}
