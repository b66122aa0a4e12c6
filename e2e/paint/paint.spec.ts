import type { Page } from '@playwright/test'
import { prepareTour, type Tour } from '../support/page-tour'
import { expect, test } from '../support/test'
import { startWorld } from '../support/world'

// Prints times, and asserts none: `npm run matrix -- paint`, on a machine that does nothing else.
const FILES = [
  'oauth/consent/page.tsx',
  'console/sign-in/page.tsx',
  'console/organizations/page.tsx',
  'console/[organization]/page.tsx',
  'console/[organization]/logins/page.tsx',
  'console/[organization]/logins/[reference]/page.tsx',
  'console/[organization]/access/page.tsx',
  'console/[organization]/connections/[connection]/page.tsx',
  'console/[organization]/servers/[server]/scopes/page.tsx',
  'console/[organization]/audit/page.tsx',
] as const

/** Loads of each page; the first one fills the caches of browser and server. */
const LOADS = 6

let tour: Tour
test.beforeAll(async ({ browser }) => {
  tour = await prepareTour(browser, await startWorld())
})
test.afterAll(async () => {
  await tour.close()
  await tour.world.stop()
})

test('how soon the ten main pages are painted', async () => {
  console.log('| page | HTML done (ms) | first paint | largest paint | layout shift |\n|---|---|---|---|---|')
  for (const file of FILES) {
    const page = await tour.show(file, 'en')
    const seen: Paint[] = []
    for (let load = 0; load < LOADS; load++) {
      await page.reload({ waitUntil: 'load' })
      seen.push(await paintOf(page))
    }
    const warm = seen.slice(1)
    const middle = (name: keyof Paint) =>
      warm.map((paint) => paint[name]).toSorted((a, b) => a - b)[Math.floor(warm.length / 2)] ?? 0
    const times = [middle('html'), middle('first'), middle('largest')].map((time) => Math.round(time))
    console.log(`| ${file} | ${times.join(' | ')} | ${middle('shift').toFixed(3)} |`)
    expect(warm).toHaveLength(LOADS - 1)
    await page.close()
  }
})

type Paint = {
  readonly html: number
  readonly first: number
  readonly largest: number
  readonly shift: number
}

/** Milliseconds since the navigation began, as the browser says. */
const paintOf = (page: Page): Promise<Paint> =>
  page.evaluate(async () => {
    const entriesOf = (type: string) =>
      new Promise<readonly PerformanceEntry[]>((resolve) => {
        new PerformanceObserver((list) => resolve(list.getEntries())).observe({ type, buffered: true })
        setTimeout(() => resolve([]), 500)
      })
    const [largest, shifts] = await Promise.all([
      entriesOf('largest-contentful-paint'),
      entriesOf('layout-shift'),
    ])
    const [navigation] = performance.getEntriesByType('navigation')
    const [first] = performance.getEntriesByName('first-contentful-paint')
    return {
      html: navigation instanceof PerformanceNavigationTiming ? navigation.responseEnd : 0,
      first: first?.startTime ?? 0,
      largest: largest.at(-1)?.startTime ?? 0,
      shift: shifts.reduce((sum, entry) => sum + Number('value' in entry ? entry.value : 0), 0),
    }
  })
