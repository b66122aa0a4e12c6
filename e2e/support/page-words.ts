import type { Page } from '@playwright/test'

/** Pages about settings that the reader copies elsewhere: their sentences name what stands there. */
const OF_DEVELOPERS = /connections\/|servers\/\[server\]|webhooks|setup\/connection|doctor/

/**
 * Words that are broken inside although they fit in a line, and wire names or codes outside `<code>`.
 *
 * @param file of the page, under `app`
 */
export async function findWrongWords(page: Page, file: string): Promise<readonly string[]> {
  const { broken, codes } = await page.evaluate(readWords)
  return [
    ...broken.map((word) => `broken: ${word}`),
    ...(OF_DEVELOPERS.test(file) ? [] : codes.map((word) => `a wire name: ${word}`)),
  ]
}

/** In the page. */
function readWords() {
  // What has the focus shows its texts whole.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  const [broken, codes]: [string[], string[]] = [[], []]
  const walker = document.createTreeWalker(
    document.querySelector('main') ?? document.body,
    NodeFilter.SHOW_TEXT,
  )
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (
      !parent?.checkVisibility({ visibilityProperty: true }) ||
      parent.closest('pre, .visually-hidden, svg')
    )
      continue
    const block = parent.closest('p, td, li, dd, dt, th, h1, h2, h3, label, div') ?? parent
    for (const { 0: word, index } of (node.textContent ?? '').matchAll(/[^\s\-\u00ad]+/g)) {
      if (!parent.closest('code, kbd') && /^[a-z]+(_[a-z]+)+[.,:]?$/.test(word)) codes.push(word)
      const range = document.createRange()
      range.setStart(node, index)
      range.setEnd(node, index + word.length)
      const lines = [...range.getClientRects()]
      const wide = lines.reduce((sum, { width }) => sum + width, 0)
      if (new Set(lines.map(({ top }) => Math.round(top))).size > 1 && wide <= block.clientWidth * 0.9)
        broken.push(word)
    }
  }
  return { broken, codes }
}
