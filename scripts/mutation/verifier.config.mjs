import protocol from '../../stryker.config.mjs'

const DECIDE = [
  'access-token',
  'authorization-server',
  'calls',
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
  clearTextReporter: { allowColor: false, reportTests: false, reportMutants: true },
  jsonReporter: { fileName: 'reports/mutation-verifier.json' },
}
