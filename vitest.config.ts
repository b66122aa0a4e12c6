import { defineConfig } from 'vitest/config'

/** Tests that replace modules, or measure or change their process. */
const ALONE = [
  'lib/api/new-field.test.ts',
  'lib/accounts/sign-in-attempts.test.ts',
  // A stop is for good.
  'lib/http/limits/held-requests.test.ts',
  // An installation is opened once in a process.
  'lib/services/installation.test.ts',
  'scripts/saving-a-connection.test.ts',
  // Next changes how the stack of an error is made.
  'scripts/endpoints.test.ts',
  'packages/embedded-postgres/**/*.test.ts',
]
const ALL = '{app,lib,packages,components,sandbox,scripts}/**/*.test.{ts,tsx}'

export default defineConfig({
  resolve: {
    alias: {
      '@vestibule/mcp': `${import.meta.dirname}/packages/mcp/src/index.ts`,
      '@': import.meta.dirname,
    },
  },
  test: {
    // Most tests wait for a database.
    maxWorkers: '100%',
    // They catch what hangs; a slow and busy machine may take its time.
    testTimeout: 60_000,
    hookTimeout: 300_000,
    globalSetup: 'test/global-setup.ts',
    projects: [
      { extends: true, test: { name: 'alone', include: ALONE } },
      {
        extends: true,
        // Importing once what many files import is most of the work: these share the modules of their process.
        test: { name: 'shared', include: [ALL], exclude: ALONE, isolate: false },
      },
    ],
  },
})
