// `node scripts/release-database.mjs VERSION`, in a checkout of a release: fills a database with everything that the
// golden recording does, and writes it to drizzle/fixtures, from where later releases migrate it in their tests.
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject, fail, run } from './project.mjs'

const [version] = process.argv.slice(2)
if (!version) fail('Say which release this is: node scripts/release-database.mjs 0.2.0')

enterProject()
ensureInstalled()
ensureBuilt()
run('node_modules/.bin/esbuild', [
  'e2e/golden/release-database.ts',
  '--bundle',
  '--packages=external',
  '--platform=node',
  '--format=esm',
  '--target=node20',
  '--outfile=dist/release-database.js',
  '--log-level=warning',
])
run(process.execPath, ['dist/release-database.js', version])
