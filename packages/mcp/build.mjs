// Makes what is published (`npm pack` runs it): one ES module, its types, and the licence.
import { execFileSync } from 'node:child_process'
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { build } from 'esbuild'

process.chdir(import.meta.dirname ?? new URL('.', import.meta.url).pathname)
rmSync('dist', { recursive: true, force: true })
// For every runtime: nothing of Node is there to be imported.
await build({
  entryPoints: ['src/index.ts'],
  outfile: 'dist/index.js',
  bundle: true,
  format: 'esm',
  platform: 'neutral',
  target: 'es2022',
  external: ['jose'],
  logLevel: 'warning',
})
execFileSync(process.execPath, ['../../node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.json'], {
  stdio: 'inherit',
})
// Node's way of resolving modules needs the endings.
for (const name of readdirSync('dist').filter((file) => file.endsWith('.d.ts'))) {
  const types = readFileSync(`dist/${name}`, 'utf8')
  writeFileSync(`dist/${name}`, types.replace(/from '(\.\/[\w-]+)'/g, "from '$1.js'"))
}
copyFileSync('../../LICENSE', 'LICENSE')
