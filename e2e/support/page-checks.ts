import { brotliCompressSync } from 'node:zlib'
import type { CDPSession, Page } from '@playwright/test'
import { hostFetch } from './host-fetch'
import { findViolations, overflowOf, showEverywhere, type Theme, takePicture } from './look'
import { findWrongWords } from './page-words'

/**
 * At which sizes and in which themes something sticks out to the side, and what axe finds in one theme.
 *
 * @param file of the page, under `app`
 * @param place of pictures, without their ending
 */
export async function findFlaws(
  page: Page,
  file: string,
  examined: Theme,
  place: string,
): Promise<readonly string[]> {
  const found = [...(await findScripts(page)), ...(await findOverflows(page))]
  await showEverywhere(page, async ({ as, theme, isFirst }) => {
    const pixels = await overflowOf(page)
    if (pixels > 0) found.push(`${pixels} pixels in ${as}`)
    if (theme === 'light') found.push(...(await findWrongWords(page, file)).map((word) => `${word} in ${as}`))
    if (isFirst && theme === examined) found.push(...(await findViolations(page)))
    await takePicture(page, `${place}-${as}.png`)
  })
  return found
}

/** Bytes of all scripts of a page, compressed with brotli; pages for end users have none. */
const SCRIPT_BYTES = 6_000
const WITHOUT_SCRIPT = /^\/(account|oauth\/.*)?$/

/** Scripts that a page must not have: any but its own, and more than it may have of them. */
async function findScripts(page: Page): Promise<readonly string[]> {
  const sources = await page.evaluate(() => [...document.scripts].map((script) => script.getAttribute('src')))
  const fetched = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => entry instanceof PerformanceResourceTiming && entry.initiatorType === 'script')
      .map(({ name }) => new URL(name).pathname),
  )
  const allowed = WITHOUT_SCRIPT.test(new URL(page.url()).pathname) ? [] : ['/pages.js']
  const others = [...sources, ...fetched].filter((source) => source === null || !allowed.includes(source))
  const bodies = fetched.map(async (path) => (await hostFetch(new URL(path, page.url()).href)).arrayBuffer())
  const bytes = (await Promise.all(bodies)).map((body) => brotliCompressSync(body).byteLength)
  const total = bytes.reduce((sum, size) => sum + size, 0)
  return [
    ...others.map((source) => `script ${source ?? 'within the page'}`),
    ...(total > SCRIPT_BYTES ? [`${total} bytes of scripts`] : []),
  ]
}

/** Narrower than phones, which is also what 400 % make of 1280 pixels (WCAG 1.4.10), and what 200 % make of them. */
const REFLOW_WIDTHS = [320, 640]

/** What sticks out to the side where texts are enlarged, and controls that cannot be told apart in forced colours. */
async function findOverflows(page: Page): Promise<readonly string[]> {
  const found: string[] = []
  for (const width of REFLOW_WIDTHS) {
    await page.setViewportSize({ width, height: 800 })
    const pixels = await overflowOf(page)
    if (pixels > 0) found.push(`${pixels} pixels at a width of ${width}`)
  }
  await page.emulateMedia({ forcedColors: 'active' })
  found.push(...(await page.evaluate(unmarkedControls)).map((text) => `no edge in forced colours: ${text}`))
  await page.emulateMedia({ forcedColors: 'none' })
  return found
}

/** In the page: buttons and fields whose edge is gone where backgrounds are not drawn. */
function unmarkedControls(): readonly string[] {
  return [...document.querySelectorAll<HTMLElement>('button, .btn, .button, .input, textarea')]
    .filter((element) => element.checkVisibility({ visibilityProperty: true }))
    .filter((element) => {
      const { borderTopStyle, borderTopWidth, outlineStyle } = getComputedStyle(element)
      return (borderTopStyle === 'none' || Number.parseFloat(borderTopWidth) < 1) && outlineStyle === 'none'
    })
    .map((element) => element.textContent?.trim() || element.className)
}

/** What cannot be reached by Tab, or does not show that it was. */
export async function findUnreachable(page: Page): Promise<readonly string[]> {
  const keyboard = await page.context().newCDPSession(page)
  const wanted = await page.evaluate(markStops)
  let seen: Seen = { reached: [], marked: [] }
  // A field for a date takes several steps.
  for (let pressed = 0; seen.reached.length < wanted.length && pressed < wanted.length * 2 + 10; ) {
    const missing = Math.max(wanted.length - seen.reached.length, 5)
    // Sent at once: between two keys nothing has to be asked.
    await Promise.all(Array.from({ length: missing }, () => pressTab(keyboard)))
    pressed += missing
    seen = await page.evaluate(seenStops)
  }
  await keyboard.detach()
  return wanted
    .filter((stop) => !seen.marked.includes(stop))
    .map((stop) => `${seen.reached.includes(stop) ? 'shows no focus' : 'is not reached by Tab'}: ${stop}`)
}

const pressTab = (keyboard: CDPSession) =>
  Promise.all(
    (['rawKeyDown', 'keyUp'] as const).map((type) =>
      keyboard.send('Input.dispatchKeyEvent', { type, key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 }),
    ),
  )

type Seen = { readonly reached: readonly string[]; readonly marked: readonly string[] }

/** In the page: names everything that the keyboard must reach, of radio buttons of one name one, and watches it. */
function markStops(): readonly string[] {
  ;(document.activeElement as HTMLElement | null)?.blur()
  const elements = document.querySelectorAll<HTMLElement>(
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]:not([tabindex="-1"])',
  )
  const radios = new Set<string>()
  const names: string[] = []
  for (const element of elements) {
    const isOff = (element as HTMLButtonElement).disabled || element.closest('[inert]') !== null
    if (isOff || element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true })) continue
    const { type, name } = element as HTMLInputElement
    const isRadio = element.tagName === 'INPUT' && type === 'radio'
    if (isRadio && radios.has(name)) {
      element.dataset.stop = `radio ${name}`
      continue
    }
    if (isRadio) radios.add(name)
    const text = element.textContent?.trim().slice(0, 30)
    const stop = isRadio ? `radio ${name}` : `${names.length} ${element.tagName} ${name ?? ''} ${text}`
    element.dataset.stop = stop
    names.push(stop)
  }
  addEventListener('focusin', ({ target }) => {
    const { dataset } = target as HTMLElement
    if (dataset.stop === undefined) return
    const { outlineStyle, outlineWidth } = getComputedStyle(target as HTMLElement)
    const hasRing = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2
    dataset.seen = hasRing || dataset.seen === 'reached ring' ? 'reached ring' : 'reached'
  })
  return names
}

/** In the page: the stops that had the keyboard, and those at which that could be seen. */
function seenStops(): Seen {
  const names = (seen: string) =>
    [...document.querySelectorAll<HTMLElement>(`[data-seen~=${seen}]`)].flatMap(
      ({ dataset }) => dataset.stop ?? [],
    )
  return { reached: [...new Set(names('reached'))], marked: [...new Set(names('ring'))] }
}

/** Sentences of the page as its own language has them: without code, names, and what is marked as another language. */
export function readSentences(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const language = document.querySelector('h1')?.closest('[lang]')?.getAttribute('lang')
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    const found: string[] = []
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement
      const text = node.textContent?.replace(/\s+/g, ' ').trim() ?? ''
      const isForeign =
        parent?.closest('code, pre, bdi, .foreign, script, noscript, style, time, h1') !== null
      const isOther = parent?.closest('[lang]')?.getAttribute('lang') !== language
      if (!isForeign && !isOther && /\p{L}{2,} \p{L}{2,}/u.test(text)) found.push(text)
    }
    return found
  })
}

/** Signs of a sentence that is missing, or lacks a value. */
export async function findGaps(page: Page): Promise<readonly string[]> {
  const texts = await page.locator('body *').evaluateAll((elements) =>
    elements
      .filter((element) => !element.closest('script, style, code, pre'))
      .flatMap(({ childNodes }) => [...childNodes].filter(({ nodeType }) => nodeType === 3))
      .map(({ textContent }) => textContent ?? ''),
  )
  return texts.filter((text) => /\{\w+\}|\bundefined\b|\bNaN\b|\[object |Invalid Date/.test(text))
}
