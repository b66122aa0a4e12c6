import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** `npm run matrix -- frameworks`: examples of `packages/mcp` in the runtimes that they are for. */
export default defineConfig({
  resolve: { alias: { '@': path.resolve('.') } },
  test: { include: ['scripts/frameworks/*.matrix.ts'], testTimeout: 60_000, hookTimeout: 300_000 },
})
