import { freePort } from '@/test/free-port'
import { runConformance } from '../support/conformance'
import { expect, fillLogin, test } from '../support/test'

for (const [kind, withResource] of [
  ['root', true],
  ['path', false],
] as const)
  test(`the official conformance suite passes at the ${kind} issuer, ${withResource ? 'with' : 'without'} a resource [AS-2 AS-7]`, async ({
    page,
    world,
  }) => {
    const result = await runConformance({
      issuer: world.issuers[kind],
      clientId: 'cli',
      port: await freePort(),
      specVersion: '2026-07-28',
      ...(withResource && { resource: world.resources[kind] }),
      visit: async (url) => {
        await page.goto(url)
        await page.getByRole('button', { name: 'Allow' }).click()
        await fillLogin(page)
        await expect(page.getByText('You can close this page')).toBeVisible()
      },
    })
    const failures = result.complaints
    expect(failures, result.output).toEqual([])
    // A skipped scenario ends well too: only what has passed counts.
    expect(result.scenarios).toEqual({
      'authorization-server-metadata-endpoint': { passed: expect.any(Number), failed: 0 },
      'authorization-code-grant': { passed: 1, failed: 0 },
    })
    expect(result.scenarios['authorization-server-metadata-endpoint']?.passed).toBeGreaterThan(0)
    expect(result.exitCode).toBe(0)
  })
