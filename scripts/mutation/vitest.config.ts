import path from 'node:path'
import { defineConfig } from 'vitest/config'

/** The tests of the pure rules alone: they need no database. */
export default defineConfig({
  resolve: { alias: { '@': path.resolve('.') } },
  test: { include: ['lib/oauth/protocol/**/*.test.ts'] },
})
