// Mutation testing of the pure rules, by `npm run matrix -- mutation`; results are in docs/testing.md.
export default {
  testRunner: 'vitest',
  vitest: { configFile: 'scripts/mutation/vitest.config.ts' },
  mutate: ['lib/oauth/protocol/**/*.ts', '!**/*.test.ts'],
  // A mutant is run by the tests that touch it; constants of modules, which all tests touch, are left out.
  coverageAnalysis: 'perTest',
  ignoreStatic: true,
  concurrency: 1,
  timeoutMS: 10_000,
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: false },
  jsonReporter: { fileName: 'reports/mutation.json' },
  tempDirName: 'dist/stryker',
}
