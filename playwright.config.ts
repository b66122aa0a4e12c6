import { defineConfig } from '@playwright/test'
import { findChromium } from './e2e/support/chromium'
import type { Options } from './e2e/support/test'

const chromium = findChromium()
/** Which tests are run on the other stores; all with `npm run matrix -- stores`. */
const again = process.env.EVERY_STORE ? {} : { grep: /@stores/ }
/** A second installation would take longer to start than the few tests take. */
const few = process.env.EVERY_STORE ? {} : { workers: 1 }

/** Every test runs on PostgreSQL alone; those of `@stores` again on Redis and on the Upstash REST protocol. */
export default defineConfig<object, Options>({
  testDir: 'e2e',
  // With `npm run matrix -- compose` and `npm run matrix -- paint`.
  testIgnore: [...(process.env.COMPOSE ? [] : ['compose/**']), ...(process.env.PAINT ? [] : ['paint/**'])],
  globalSetup: './test/global-setup.ts',
  // Catches what hangs; a slow and busy machine may take its time.
  timeout: 300_000,
  expect: { timeout: 60_000 },
  // One more than the cores of a small machine: tests also wait.
  workers: 3,
  retries: 0,
  // Of the golden recording, which is the same everywhere.
  snapshotPathTemplate: '{testDir}/{testFileDir}/recorded/{arg}{ext}',
  // The list is read by people, the file by `npm test`, which counts.
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [['list'], ['json']] : [['list']],
  forbidOnly: true,
  projects: [
    { name: 'postgres', use: { stores: 'postgres' } },
    { name: 'redis', ...again, ...few, use: { stores: 'redis' } },
    { name: 'upstash', ...again, ...few, use: { stores: 'upstash' } },
    ...(process.env.REDIS_GROUPS
      ? (['cluster', 'sentinel'] as const).map((stores) => ({ name: stores, ...again, use: { stores } }))
      : []),
  ],
  use: {
    // Without one, a button that does not come is waited for until the test's own end.
    actionTimeout: 60_000,
    navigationTimeout: 60_000,
    launchOptions: {
      executablePath: chromium.executablePath,
      env: { ...process.env, ...chromium.env } as Record<string, string>,
      // Isolation between sites stays on; the system's sandbox is not available to root or in containers.
      args: ['--no-sandbox', '--disable-background-networking'],
    },
  },
})
