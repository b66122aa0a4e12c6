// `npm run matrix -- NAME`: what takes too long for every change. What came of it is in docs/testing.md, with dates.
import { spawnSync } from 'node:child_process'
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { tryImage } from './image.mjs'
import { attempt, ensureBuilt, ensureInstalled, enterProject, fail, run } from './project.mjs'
import { tryUpgrade } from './upgrade.mjs'
import { tryEngines, tryNodes } from './versions.mjs'

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
  /** A SAML provider of others: SimpleSAMLphp, from Debian's packages `simplesamlphp`, `php-cli` and `php-xml`. */
  saml: {
    env: { SAML_PROVIDER: 'simplesamlphp' },
    args: ['e2e/oauth/saml-provider.spec.ts', '--project=postgres'],
  },
  /** A thousand logins, and the metrics of them. */
  metrics: { env: { LOGINS: '1000' }, args: ['e2e/operations/metrics.spec.ts', '--project=postgres'] },
  /** Requests of every kind to everything there is: `FUZZ_REQUESTS` of them, drawn from `FUZZ_SEED`. */
  fuzz: {
    env: { FUZZ_REQUESTS: process.env.FUZZ_REQUESTS ?? '300000' },
    args: ['e2e/fuzz', '--project=postgres'],
  },
  /** The endpoints behind Next's router, as development serves them. */
  next: { env: { BEHIND_NEXT: '1' }, args: ['e2e/oauth', 'e2e/attacks', '--project=postgres'] },
  /** Next without our own server, as on a platform of functions, with a Redis. */
  'next-start': {
    env: { NEXT_ALONE: '1', EVERY_STORE: '1' },
    args: ['e2e/oauth', 'e2e/attacks', 'e2e/console/matrix.spec.ts', '--project=redis'],
  },
  /** PgBouncer in transaction mode, as it comes. */
  pgbouncer: {
    env: { TEST_POOLER: '1' },
    unit: ['lib/store/oauth', 'lib/store/challenges/postgres.test.ts', 'lib/store/database/migrate.test.ts'],
    args: ['--project=postgres', '--grep=@stores'],
  },
  /** What deploy/compose describes, as processes without containers. */
  compose: { env: { COMPOSE: '1' }, args: ['e2e/compose', '--project=postgres'] },
  /** How soon pages are painted, filled as for the pictures: a table of times, for a machine that does nothing else. */
  paint: { env: { PAINT: '1', SCREENSHOTS: '1' }, args: ['e2e/paint', '--project=postgres'] },
  /** A database that refuses one statement in a hundred as a serialization failure. */
  serialization: {
    env: { TEST_COLLISIONS: '0.01' },
    unit: ['lib/store/oauth', 'lib/store/challenges/postgres.test.ts'],
    args: ['e2e/oauth', 'e2e/attacks', 'e2e/clients', '--project=postgres'],
  },
}

/** Without these nothing would be tried: tests are skipped that lack what they run on. */
const PROGRAMS = {
  stores: ['redis-server'],
  redis: ['redis-server'],
  'next-start': ['redis-server'],
  package: ['redis-server'],
  compose: ['redis-server', 'caddy'],
  saml: ['php'],
  alerts: ['promtool'],
  image: ['buildah', 'debootstrap', 'unshare'],
}

/** What the tests are worth: programs with their arguments. */
const PROBES = {
  /** How many mutants of lib/oauth/protocol its tests kill. */
  mutation: ['node_modules/.bin/stryker', 'run'],
  /** The same of what decides about a token in packages/mcp. */
  'mutation-verifier': ['node_modules/.bin/stryker', 'run', 'scripts/mutation/verifier.config.mjs'],
  /** Whether tests see known faults of the token endpoint and of the configuration. */
  'planted-faults': [process.execPath, 'scripts/planted-faults.mjs'],
}

/**
 * The package: what `npm pack` makes, installed by an ordinary user into an empty directory, with sizes and times.
 * Logins on the embedded database, and on PostgreSQL and Redis by URL.
 */
function tryPackage() {
  const directory = mkdtempSync(path.join(tmpdir(), 'vestibule-package-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  const user = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
  run('npm', ['pack', '--pack-destination', directory])
  const [tarball = ''] = readdirSync(directory)
  if (user.uid) chownSync(directory, user.uid, user.gid)
  const options = { cwd: directory, stdio: 'inherit', env: { ...process.env, HOME: directory }, ...user }
  for (const kind of ['optional', 'dev']) {
    const begun = Date.now()
    // Twice: without the embedded database, and then with it.
    const args = [
      'install',
      '--no-audit',
      '--no-fund',
      '--cache=.cache',
      '--omit=dev',
      `--omit=${kind}`,
      `./${tarball}`,
    ]
    if (spawnSync('npm', args, options).status !== 0) fail('The package cannot be installed.')
    const { stdout } = spawnSync('du', ['-sm', path.join(directory, 'node_modules')], { encoding: 'utf8' })
    const seconds = Math.round((Date.now() - begun) / 1000)
    console.log(
      `${kind === 'dev' ? 'with' : 'without'} the embedded database: ${stdout.split('\t')[0]} MB, ${seconds} s`,
    )
  }
  const env = { PACKAGE: directory }
  run(
    'node_modules/.bin/playwright',
    ['test', 'e2e/clients/sandbox.spec.ts', '--grep=a first start', '--project=postgres'],
    env,
  )
  run(
    'node_modules/.bin/playwright',
    ['test', 'e2e/oauth/authorization-code.spec.ts', '--project=redis'],
    env,
  )
}

/** The examples of packages/mcp in Cloudflare's runtime, which is installed for it alone, and in a built Next.js. */
function tryFrameworks() {
  const where = ['--prefix', 'scripts/frameworks']
  run('npm', ['ci', ...where, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
  run('node_modules/.bin/vitest', ['run', '--config=scripts/frameworks/vitest.config.ts'])
}

/** What Prometheus makes of the alerts; promtool is in Debian's package `prometheus`. */
function tryAlerts() {
  run('promtool', ['check', 'rules', 'deploy/prometheus/rules.yaml'])
  run('promtool', ['test', 'rules', 'deploy/prometheus/rules.test.yaml'])
}

const [name = '', ...more] = process.argv.slice(2)
const others = {
  package: tryPackage,
  frameworks: tryFrameworks,
  alerts: tryAlerts,
  engines: tryEngines,
  node: tryNodes,
  upgrade: tryUpgrade,
  // It imports a package, which has to be installed first.
  manifests: async () => (await import('./manifests.mjs')).tryManifests(),
  image: tryImage,
}
const names = Object.keys({ ...VARIANTS, ...PROBES, ...others })
if (!names.includes(name)) fail(`Usage: npm run matrix -- NAME, where NAME is one of: ${names.join(', ')}`)

enterProject()
for (const program of PROGRAMS[name] ?? [])
  if (spawnSync(program, ['--version']).error) fail(`${name} needs ${program}, which is not on the PATH.`)
const begun = Date.now()
process.once('exit', (code) => {
  const minutes = ((Date.now() - begun) / 60_000).toFixed(1)
  console.log(
    `\n${code === 0 ? 'passed' : 'FAILED'}: npm run matrix -- ${[name, ...more].join(' ')} (${minutes} min)`,
  )
})
ensureInstalled()
const probe = PROBES[name]
if (name in others) await others[name](more)
else if (probe) {
  const [program, ...args] = probe
  run(program, [...args, ...more])
} else {
  const { args, env, unit } = VARIANTS[name]
  ensureBuilt()
  if (unit) attempt('node_modules/.bin/vitest', ['run', ...unit], env)
  attempt('node_modules/.bin/playwright', ['test', ...args, ...more], env)
}
