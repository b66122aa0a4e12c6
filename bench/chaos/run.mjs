// `npm run chaos`, `npm run soak`: builds what is missing, and runs `bench/chaos/chaos.ts` or `soak.ts`.
import { ensureBuilt, ensureInstalled, enterProject, run } from '../../scripts/project.mjs'

const [what] = process.argv.splice(2, 1)
enterProject()
ensureInstalled()
ensureBuilt()
run('node_modules/.bin/esbuild', [
  `bench/chaos/${what}.ts`,
  '--bundle',
  '--packages=external',
  '--platform=node',
  '--format=esm',
  '--target=node20',
  `--outfile=dist/chaos/${what}.js`,
  '--log-level=warning',
])
await import(`../../dist/chaos/${what}.js`)
