import type { Page } from '@playwright/test'
import { messages as actions } from '@/lib/messages/audit-actions'

/** Pages about settings that the reader copies elsewhere: their sentences name what stands there. */
const OF_DEVELOPERS = /connections\/|servers\/\[server\]|webhooks|setup\/connection|doctor/

/**
 * Words that are broken inside although they fit in a line, texts of tables that should be cut and are not, and wire
 * names or codes outside `<code>`.
 *
 * @param file of the page, under `app`
 */
export async function findWrongWords(page: Page, file: string): Promise<readonly string[]> {
  const { broken, codes } = await page.evaluate(
    readWords,
    Object.keys(actions.en).filter((action) => action.includes('.')),
  )
  return [
    ...broken.map((word) => `broken: ${word}`),
    ...(OF_DEVELOPERS.test(file) ? [] : codes.map((word) => `a wire name: ${word}`)),
  ]
}

/** In the page. @param actions of the audit log, as they are called on the wire */
function readWords(actions: readonly string[]) {
  // What has the focus shows its texts whole.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
  const [broken, codes]: [string[], string[]] = [[], []]
  const isInLines = (range: Range) =>
    new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1
  const walker = document.createTreeWalker(
    document.querySelector('main') ?? document.body,
    NodeFilter.SHOW_TEXT,
  )
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement
    if (
      !parent?.checkVisibility({ visibilityProperty: true }) ||
      parent.closest('pre, svg') ||
      // Only heard.
      getComputedStyle(parent).clipPath !== 'none'
    )
      continue
    for (const word of (node.textContent ?? '').split(/\s+/)) {
      const name = word.replace(/^\W+|\W+$/g, '')
      const isCode = actions.includes(name) || /^[a-z\d]+(_[a-z\d]+)+$/.test(name)
      // An email address stands in several nodes, and has what its owner likes.
      const isOfEmail = () =>
        parent.textContent.split(/\s+/).some((it) => it.includes('@') && it.includes(name))
      if (isCode && !parent.closest('code, kbd') && !isOfEmail()) codes.push(name)
    }
    const around = parent.closest('.panel, .callout, .card, form, table, main') ?? document.body
    const { paddingLeft, paddingRight } = getComputedStyle(around)
    const room = around.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
    // References and dates are whole, other words may break at their hyphens.
    const words = (node.textContent ?? '').matchAll(/[\dA-Z]{4}-[\dA-Z]{4}|\d+(?:-\d+)+|[^\s\-\u00ad]+/g)
    for (const { 0: word, index } of words) {
      const range = document.createRange()
      range.setStart(node, index)
      range.setEnd(node, index + word.length)
      const wide = [...range.getClientRects()].reduce((sum, { width }) => sum + width, 0)
      if (isInLines(range) && wide <= room) broken.push(word)
    }
  }
  for (const text of document.querySelectorAll('.clip > span')) {
    if (getComputedStyle(text).whiteSpace !== 'nowrap') continue
    const range = document.createRange()
    range.selectNodeContents(text)
    if (isInLines(range)) broken.push(text.textContent)
  }
  return { broken, codes }
}
