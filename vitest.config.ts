import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    include: ['{lib,packages,components,sandbox,scripts}/**/*.test.{ts,tsx}'],
    globalSetup: 'test/global-setup.ts',
    // Tests leave nothing behind in their process: importing once what many files import is most of the work.
    isolate: false,
    // Most tests wait for a database.
    maxWorkers: '100%',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
