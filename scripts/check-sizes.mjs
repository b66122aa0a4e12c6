// A file is 300 lines at the most, a route handler's file 25.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'

const FOLDERS = ['app', 'components', 'lib', 'drizzle/schema', 'sandbox', 'scripts', 'e2e', 'bench']
const walk = (folder) =>
  readdirSync(folder).flatMap((name) => {
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
if (tooLong.length > 0) process.exit(1)
