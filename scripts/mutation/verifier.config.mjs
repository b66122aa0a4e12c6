import protocol from '../../stryker.config.mjs'

const DECIDE = [
  'access-token',
  'authorization-server',
  'calls',
  'kept',
  'protect',
  'protect-node',
  'revocation-list',
  'revocations',
  'token-endpoint',
  'user',
  'verifier',
]

/** Mutation testing of what decides about a token in packages/mcp, by `npm run matrix -- mutation-verifier`. */
export default {
  ...protocol,
  vitest: { configFile: 'scripts/mutation/verifier.vitest.config.ts' },
  mutate: DECIDE.map((name) => `packages/mcp/src/${name}.ts`),
  ignoreStatic: false,
  // Not copied: a build may be going on in it.
  ignorePatterns: ['dist', 'test-results'],
  concurrency: 2,
  // Long enough that a mutant is not taken for seen because the machine is busy: it then says `timeout`.
  timeoutMS: 60_000,
  dryRunTimeoutMinutes: 15,
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true },
  jsonReporter: { fileName: 'reports/mutation-verifier.json' },
}
