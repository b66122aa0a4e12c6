import AxeBuilder from '@axe-core/playwright'
import type { Page, TestInfo } from '@playwright/test'
import { expect } from './test'

/** Nothing sticks out and axe finds nothing, in light and dark, on small and large screens; leaves pictures. */
export async function lookAt(page: Page, info: TestInfo, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const)
    for (const width of [360, 1280]) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.setViewportSize({ width, height: 800 })
      const { violations } = await new AxeBuilder({ page }).options({ preload: false }).analyze()
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
      const place = info.outputPath(`${name}-${colorScheme}-${width}.png`)
      await page.screenshot({ path: place, fullPage: true })
      expect(
        await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        ),
        `${name} at ${width}`,
      ).toBeLessThanOrEqual(0)
    }
}
