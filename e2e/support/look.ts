import type { Page } from '@playwright/test'
import axeCore from 'axe-core'
import { expect } from './test'

const WIDTHS = [360, 1280]
export type Theme = 'light' | 'dark'

/** Everything that axe finds on a page as it is shown. */
export async function findViolations(page: Page): Promise<readonly string[]> {
  // Once for each page that is loaded: it is half a megabyte.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeCore.source)
  const violations = await page.evaluate(runAxe)
  return violations.map(({ id, html }) => `${id}: ${html}`)
}

/**
 * In the page, where axe is. Without its preloading, which fetches stylesheets by script: our policy forbids that, as
 * it should. What passed is neither gathered nor sent.
 */
async function runAxe() {
  const { axe } = window as unknown as { readonly axe: typeof axeCore }
  const { violations } = await axe.run(document, { preload: false, resultTypes: ['violations'] })
  return violations.map(({ id, nodes }) => ({ id, html: nodes[0]?.html }))
}

export async function expectAccessible(page: Page, name?: string): Promise<void> {
  expect(await findViolations(page), name).toEqual([])
}

/** Pixels by which a page sticks out to the side. */
export const overflowOf = (page: Page): Promise<number> =>
  // A page that is just being replaced has no such element: it is waited for.
  page.locator('html').evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)

/**
 * Shows a page in light and dark, on a small and a large screen.
 *
 * @param look at a page as it is shown; `isFirst` once for each theme, at a width of its own
 */
export async function showEverywhere(
  page: Page,
  look: (shown: { readonly as: string; readonly theme: Theme; readonly isFirst: boolean }) => Promise<void>,
): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      await look({ as: `${theme}-${width}`, theme, isFirst: (theme === 'light') === (width === 360) })
    }
  }
}

/** Takes a picture for people, when `SCREENSHOTS` is set. */
export async function takePicture(page: Page, path: string): Promise<void> {
  if (!process.env.SCREENSHOTS) return
  await page.evaluate(() => {
    ;(document.activeElement as HTMLElement | null)?.blur()
    scrollTo(0, 0)
  })
  await page.screenshot({ path, fullPage: true })
}

/** Nothing sticks out, in light and dark, on small and large screens; axe finds nothing in either theme. */
export async function lookAt(
  page: Page,
  info: { readonly outputPath: (name: string) => string },
  name: string,
): Promise<void> {
  await showEverywhere(page, async ({ as, isFirst }) => {
    await expect.poll(() => overflowOf(page), `${name} ${as}`).toBeLessThanOrEqual(0)
    if (isFirst) await expectAccessible(page, `${name} ${as}`)
    await takePicture(page, info.outputPath(`${name}-${as}.png`))
  })
}
