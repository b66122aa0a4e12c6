// `npm run chaos`: builds what is missing, and runs `bench/chaos/main.ts`.
import { ensureBuilt, ensureInstalled, enterProject, run } from '../../scripts/project.mjs'

enterProject()
ensureInstalled()
ensureBuilt()
run('node_modules/.bin/esbuild', [
  'bench/chaos/main.ts',
  '--bundle',
  '--packages=external',
  '--platform=node',
  '--format=esm',
  '--target=node20',
  '--outfile=dist/chaos/main.js',
  '--log-level=warning',
])
await import('../../dist/chaos/main.js')
