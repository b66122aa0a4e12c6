import type { Page } from '@playwright/test'

/**
 * The status of a page. Next without our own server sends 200 with what says that a page is not there, or may not be
 * seen (decision 0132): what it shows counts there.
 */
export function saidStatus(status: number, html: string): number {
  if (!process.env.NEXT_ALONE || status !== 200) return status
  const title = /<title>([^<]*)<\/title>/.exec(html)?.[1] ?? ''
  const heading = /<h1[^>]*>(?:<strong>)?([^<]*)/.exec(html)?.[1] ?? ''
  if (/^Page not found/.test(title) || heading === 'Page not found') return 404
  return heading.replace('&#x27;', '’') === 'You don’t have access' ? 403 : 200
}

/** Where a visit of an address leads to: its status, as {@link saidStatus} has it. */
export async function visited(page: Page, address: string): Promise<number> {
  const response = await page.goto(address)
  return saidStatus(response?.status() ?? 0, (await response?.text()) ?? '')
}
