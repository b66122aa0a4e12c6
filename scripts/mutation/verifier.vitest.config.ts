import path from 'node:path'
import { defineConfig } from 'vitest/config'

const TESTS = [
  ...['vectors', 'keys', 'introspection', 'revocations', 'revocation-list', 'refused', 'frameworks'],
].map((name) => `packages/mcp/test/${name}.test.ts`)

/** The tests of what the verifier decides, without those of frameworks and of the tarball. */
export default defineConfig({
  resolve: { alias: { '@vestibule/mcp': path.resolve('packages/mcp/src/index.ts'), '@': path.resolve('.') } },
  test: { include: TESTS },
})
