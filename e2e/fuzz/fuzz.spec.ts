import { writeFile } from 'node:fs/promises'
import { expect, test } from '../support/test'
import { startWorld } from '../support/world'
import { fuzz } from './drive'

/** `npm run fuzz` sends 300,000. */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1_000)
const SEED = Number(process.env.FUZZ_SEED ?? 1)
/** From so many on, a growing heap is one. */
const MANY = 20_000

// An application of its own: requests that are understood change and delete what other tests need.
test('requests of every kind to everything there is break nothing', async ({ needed: _ }, testInfo) => {
  test.setTimeout(300_000 + REQUESTS * 60)
  const world = await startWorld({ TRUSTED_PROXIES: '127.0.0.0/8,::1' })
  try {
    const report = await fuzz({ world, requests: REQUESTS, seed: SEED, print: console.log })
    console.log(report.statuses)
    expect(report.wrong).toEqual([])
    expect(report.surfaces.filter(({ name }) => !report.reached.has(name))).toEqual([])
    const ready = await fetch(`${world.app.url}/readyz`)
    expect(ready.status).toBe(200)
    if (REQUESTS >= MANY) expect(growth(report.heap)).toBeLessThan(20_000_000)
  } finally {
    await writeFile(testInfo.outputPath('vestibule.log'), world.app.output())
    await world.stop()
  }
})

/** Bytes that the heap never fell below in the last quarter, beyond those of the second one. */
function growth(heap: readonly number[]): number {
  const quarter = Math.floor(heap.length / 4)
  return Math.min(...heap.slice(-quarter)) - Math.min(...heap.slice(quarter, 2 * quarter))
}
