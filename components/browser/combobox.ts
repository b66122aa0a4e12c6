import { on, parsePage } from './dom'

/** Milliseconds without a key before something is looked for. */
const PAUSE = 120

/** The search of every page: Ctrl or ⌘ and K open it; arrows move, Enter opens, Escape closes. */
export function openCombobox(): void {
  document.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey)) open(event)
  })
  on('click', '.combobox-open', (_, event) => {
    if (!event.metaKey && !event.ctrlKey) open(event)
  })
  on('keydown', '[data-combobox]', moveAmongHits)
  on('input', '[data-combobox]', lookSoon)
}

function open(event: Event): void {
  const dialog = document.querySelector<HTMLDialogElement>('[data-combobox]')
  if (!dialog) return
  event.preventDefault()
  if (!dialog.open) dialog.showModal()
}

let timer: ReturnType<typeof setTimeout> | undefined
let asked = new AbortController()

function lookSoon(dialog: HTMLElement): void {
  clearTimeout(timer)
  asked.abort()
  asked = new AbortController()
  const text = dialog.querySelector('input')?.value.trim() ?? ''
  if (text === '') {
    show(dialog, null, '')
    return
  }
  const { signal } = asked
  timer = setTimeout(async () => {
    const found = await hitsOf(`${dialog.dataset.combobox}?${new URLSearchParams({ q: text })}`, signal)
    if (found) show(dialog, found, found.children.length === 0 ? (dialog.dataset.nothing ?? '') : '')
  }, PAUSE)
}

function show(dialog: HTMLElement, found: Element | null, said: string): void {
  dialog.querySelector('[data-found]')?.replaceChildren(...(found ? [found] : []))
  const status = dialog.querySelector('[aria-live]')
  if (status) status.textContent = said
}

/** The list of the page for searching; null when it could not be had, or is not wanted any more. */
async function hitsOf(url: string, signal: AbortSignal): Promise<Element | null> {
  try {
    const response = await fetch(url, { signal })
    return response.ok ? parsePage(await response.text()).querySelector('[data-hits]') : null
  } catch {
    return null
  }
}

/** Arrows go up and down; Enter in the field opens the first one. */
function moveAmongHits(dialog: HTMLElement, event: KeyboardEvent): void {
  const stops = [...dialog.querySelectorAll<HTMLElement>('input, [data-hits] a')]
  const at = stops.findIndex((stop) => stop.matches(':focus'))
  if (event.key === 'Enter' && at === 0 && stops[1]) {
    event.preventDefault()
    stops[1].click()
    return
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  event.preventDefault()
  stops[Math.max(0, Math.min(stops.length - 1, at + step))]?.focus()
}
