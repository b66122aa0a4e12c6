import { defineConfig } from '@playwright/test'
import { findChromium } from './e2e/support/chromium'
import type { Options } from './e2e/support/test'

const chromium = findChromium()

/** Every test runs on the embedded stores; those of `@stores` again on Redis and on the Upstash REST protocol. */
export default defineConfig<object, Options>({
  testDir: 'e2e',
  timeout: 60_000,
  workers: 2,
  // Where others share the machine, one that stalls makes a test late: the second try decides, and it is listed as flaky.
  retries: process.env.CI ? 1 : 0,
  // Of the golden recording, which is the same everywhere.
  snapshotPathTemplate: '{testDir}/{testFileDir}/recorded/{arg}{ext}',
  reporter: [['list']],
  forbidOnly: true,
  projects: [
    { name: 'embedded', use: { stores: 'embedded' } },
    { name: 'redis', grep: /@stores/, use: { stores: 'redis' } },
    { name: 'upstash', grep: /@stores/, use: { stores: 'upstash' } },
  ],
  use: {
    launchOptions: {
      executablePath: chromium.executablePath,
      env: { ...process.env, ...chromium.env } as Record<string, string>,
      // Isolation between sites stays on; the system's sandbox is not available to root or in containers.
      args: ['--no-sandbox', '--disable-background-networking'],
    },
  },
})
