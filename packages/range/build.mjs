// Makes what is published (`npm pack` runs it): the command, in one file without dependencies, and the licence.
import { copyFileSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname
process.chdir(here)
rmSync('dist', { recursive: true, force: true })
await build({
  absWorkingDir: here,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
})
copyFileSync('../../LICENSE', 'LICENSE')
