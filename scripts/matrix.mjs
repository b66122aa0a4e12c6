// `npm run matrix -- NAME`: variants of the end-to-end tests that take long. What came of them is in docs/testing.md.
import process from 'node:process'
import { ensureBuilt, ensureInstalled, enterProject, fail, run } from './project.mjs'

/** What each variant sets, and which tests it runs. */
const VARIANTS = {
  /** Every test, not only those of `@stores`, on Redis and on the Upstash REST protocol. */
  stores: { env: { EVERY_STORE: '1' }, args: ['--project=redis', '--project=upstash'] },
  /** The management API with a thousand organizations. */
  organizations: { env: { ORGANIZATIONS: '1000' }, args: ['e2e/api/api.spec.ts', '--project=postgres'] },
}

const [name = '', ...more] = process.argv.slice(2)
const variant = VARIANTS[name]
if (!variant) fail(`Usage: npm run matrix -- NAME, where NAME is one of: ${Object.keys(VARIANTS).join(', ')}`)

enterProject()
ensureInstalled()
ensureBuilt()
run('node_modules/.bin/playwright', ['test', ...variant.args, ...more], variant.env)
