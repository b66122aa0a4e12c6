// What `npm run lint` runs, each from the project's root.
import process from 'node:process'

const bin = (name) => `node_modules/.bin/${name}`

export const checks = {
  'format and lint': [bin('biome'), 'check', '--error-on-warnings', '--max-diagnostics=none', '.'],
  types: [bin('tsc'), '--noEmit'],
  'dependency law': [
    bin('depcruise'),
    ...['app', 'components', 'lib', 'drizzle', 'sandbox', 'server.ts'],
    '--config',
    '.dependency-cruiser.cjs',
  ],
  sizes: [process.execPath, 'scripts/check-sizes.mjs'],
  'dead code': [bin('knip')],
}
