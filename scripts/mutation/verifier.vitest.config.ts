import path from 'node:path'
import { defineConfig } from 'vitest/config'

const TESTS = [
  ...[
    'vectors',
    'keys',
    'introspection',
    'revocations',
    'revocations-held',
    'revocation-list',
    'refused',
    'handed-on',
    'adapters',
  ],
].map((name) => `packages/mcp/test/${name}.test.ts`)

/** The tests of what the verifier decides, without those of frameworks and of the tarball, which take seconds each. */
export default defineConfig({
  resolve: { alias: { '@vestibule/mcp': path.resolve('packages/mcp/src/index.ts'), '@': path.resolve('.') } },
  // A test that is slow must not count as one that has seen a mutant: Stryker has a limit of its own, and names those.
  test: { include: TESTS, testTimeout: 120_000 },
})
