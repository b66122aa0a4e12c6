// `npm run matrix -- planted-faults [WORD…]`: whether tests see faults. Each entry of scripts/planted-faults/*.json is a
// mistake that somebody could make, and the test that must turn red for it. In a copy of the tree that test has to be
// green; then each fault is planted by itself. With words, only the faults whose list, file or sentence has one.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { enterProject, root } from './project.mjs'

enterProject()
const words = process.argv.slice(2)
const faults = readdirSync('scripts/planted-faults').flatMap((name) =>
  JSON.parse(readFileSync(path.join('scripts/planted-faults', name), 'utf8')).filter(
    ({ fault, file }) =>
      words.length === 0 || words.some((word) => `${name} ${fault} ${file}`.includes(word)),
  ),
)
const copy = copyOfTheTree()
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
  const state = run(test)(red)
  writeFileSync(place, text)
  if (state === 'failed') console.log(`seen: ${fault}`)
  else fail(`not seen: ${fault} (${red}: ${state})`)
}

/** Runs a file of tests: what became of those whose full name begins so. */
function run(test) {
  const output = path.join(copy, 'dist/planted.json')
  rmSync(output, { force: true })
  const args = ['run', test, '--reporter=json', `--outputFile=${output}`]
  spawnSync('node_modules/.bin/vitest', args, { cwd: copy, stdio: 'ignore' })
  const { testResults } = JSON.parse(readFileSync(output, 'utf8'))
  const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
  return (name) => {
    const states = tests.filter(({ fullName }) => fullName.startsWith(name)).map(({ status }) => status)
    if (states.length === 0) return 'absent'
    if (states.includes('failed')) return 'failed'
    return states.every((state) => state === 'passed') ? 'passed' : 'not run'
  }
}

/** Tracked files and new ones; the packages are the tree's own. */
function copyOfTheTree() {
  const folder = mkdtempSync(path.join(tmpdir(), 'vestibule-planted-'))
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], { encoding: 'utf8' }).stdout
  // The embedded PostgreSQL runs as another user, who must be able to come in.
  chmodSync(folder, 0o755)
  for (const file of listed.split('\n').filter(Boolean)) cpSync(file, path.join(folder, file))
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'))
  mkdirSync(path.join(folder, 'dist'))
  return folder
}

function fail(message) {
  failures += 1
  console.error(message)
}
