// `npm run matrix -- NAME`: what takes too long for every change. What came of it is in docs/testing.md, with dates.
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject, fail, run } from './project.mjs'

/** Tests in other surroundings: what each variant sets, which unit tests it runs, and which end-to-end tests. */
const VARIANTS = {
  /** Every test, not only those of `@stores`, on Redis and on the Upstash REST protocol. */
  stores: { env: { EVERY_STORE: '1' }, args: ['--project=redis', '--project=upstash'] },
  /** The management API with a thousand organizations. */
  organizations: { env: { ORGANIZATIONS: '1000' }, args: ['e2e/api/api.spec.ts', '--project=postgres'] },
  /** Redis Cluster, Sentinel with a failover, and users with few rights. */
  redis: {
    env: { REDIS_GROUPS: '1' },
    unit: ['lib/store/challenges/redis-groups.test.ts'],
    args: ['--project=cluster', '--project=sentinel'],
  },
  /** PgBouncer in transaction mode, as it comes. */
  pgbouncer: {
    env: { TEST_POOLER: '1' },
    unit: ['lib/store/oauth', 'lib/store/challenges/postgres.test.ts', 'lib/store/database/migrate.test.ts'],
    args: ['--project=postgres', '--grep=@stores'],
  },
}

/** What the tests are worth: programs with their arguments. */
const PROBES = {
  /** How many mutants of lib/oauth/protocol its tests kill. */
  mutation: ['node_modules/.bin/stryker', 'run'],
  /** Whether tests see known faults of the token endpoint and of the configuration. */
  'planted-faults': [process.execPath, 'scripts/planted-faults.mjs'],
}

const [name = '', ...more] = process.argv.slice(2)
const names = Object.keys({ ...VARIANTS, ...PROBES })
if (!names.includes(name)) fail(`Usage: npm run matrix -- NAME, where NAME is one of: ${names.join(', ')}`)

enterProject()
ensureInstalled()
const probe = PROBES[name]
if (probe) {
  const [program, ...args] = probe
  run(program, [...args, ...more])
} else {
  const { args, env, unit } = VARIANTS[name]
  ensureBuilt()
  if (unit) run('node_modules/.bin/vitest', ['run', ...unit], env)
  run('node_modules/.bin/playwright', ['test', ...args, ...more], env)
}
