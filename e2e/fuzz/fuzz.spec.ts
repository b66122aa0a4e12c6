import { writeFile } from 'node:fs/promises'
import { expect, test } from '../support/test'
import { COLLECTING, startWorld } from '../support/world'
import { fuzz } from './drive'

/** `npm run fuzz` sends 300,000. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
/**
 * Bytes that the heap may grow by in the second half: what is compiled and kept yet, which ends, and for each request,
 * which does not. So a short run finds what leaves much behind, and a long one also what leaves little.
 */
const GROWTH = { once: 16_000_000, perRequest: 100 }

// An application of its own: requests that are understood change and delete what other tests need.
test('requests of every kind to everything there is break nothing', async ({ needed: _ }, testInfo) => {
  test.setTimeout(300_000 + REQUESTS * 60)
  const world = await startWorld({ ...COLLECTING, TRUSTED_PROXIES: '127.0.0.0/8,::1' })
  try {
    const report = await fuzz({ world, requests: REQUESTS, seed: SEED, print: console.log })
    console.log(report.statuses)
    expect(report.wrong).toEqual([])
    expect(report.surfaces.filter(({ name }) => !report.reached.has(name))).toEqual([])
    const ready = await fetch(`${world.app.url}/readyz`)
    expect(ready.status).toBe(200)
    const [, half = 0, , whole = 0] = report.heap
    expect(report.heap).toHaveLength(4)
    expect(whole - half).toBeLessThan(GROWTH.once + (GROWTH.perRequest * REQUESTS) / 2)
  } finally {
    await writeFile(testInfo.outputPath('vestibule.log'), world.app.output())
    await world.stop()
  }
})
