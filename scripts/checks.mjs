// What `npm run lint` runs, each from the project's root.
import process from 'node:process'

const bin = (name) => `node_modules/.bin/${name}`

export const sources = ['app', 'components', 'lib', 'drizzle', 'packages', 'sandbox', 'server.ts']

export const checks = {
  'format and lint': [bin('biome'), 'check', '--error-on-warnings', '--max-diagnostics=none', '.'],
  types: [process.execPath, 'node_modules/typescript-7/bin/tsc', '--noEmit'],
  'dependency law': [bin('depcruise'), ...sources, '--config', '.dependency-cruiser.cjs'],
  'folder cycles': [bin('depcruise'), ...sources, '--config', '.dependency-cruiser.folders.cjs'],
  sizes: [process.execPath, 'scripts/check-sizes.mjs'],
  sources: [process.execPath, 'scripts/check-sources.mjs'],
  'dead code': [bin('knip')],
}
