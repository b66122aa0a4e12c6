// A file is 300 lines at the most, a route handler's file 25; a folder of lib holds 30 files, tests not counted.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const FOLDERS = [
  'app',
  'components',
  'lib',
  'packages',
  'drizzle/schema',
  'sandbox',
  'scripts',
  'e2e',
  'bench',
]
const walk = (folder) =>
  readdirSync(folder).flatMap((name) => {
    if (name === 'node_modules') return []
    const file = path.join(folder, name)
    return statSync(file).isDirectory() ? walk(file) : [file]
  })

const files = [
  ...FOLDERS.filter((folder) => statSync(folder, { throwIfNoEntry: false })).flatMap(walk),
  'server.ts',
]
const tooLong = files
  .filter((file) => /\.(ts|tsx|mjs|cjs)$/.test(file))
  .map((file) => ({ file, lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
  .filter(({ file, lines }) => lines > (path.basename(file) === 'route.ts' ? 25 : 300))
for (const { file, lines } of tooLong) console.error(`${file}: ${lines} lines`)

// lib/oauth/protocol has a file for each rule of the RFCs, and no subject to divide by.
const folders = new Map()
for (const file of files.filter((name) => name.startsWith('lib') && !/\.(test|contract)\.tsx?$/.test(name)))
  folders.set(path.dirname(file), (folders.get(path.dirname(file)) ?? 0) + 1)
const tooFull = [...folders].filter(
  ([folder, count]) => count > 30 && folder !== path.join('lib', 'oauth', 'protocol'),
)
for (const [folder, count] of tooFull) console.error(`${folder}: ${count} files`)

if (tooLong.length + tooFull.length > 0) process.exit(1)
