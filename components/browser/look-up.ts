import { send } from './answer'
import { on, parsePage } from './dom'

/** Milliseconds after the last key. */
const PAUSE = 900

let timer: ReturnType<typeof setTimeout> | undefined
/** Counts questions: only the latest one is answered. */
let latest = 0

/** Shows what a provider publishes while its address is typed, or when the button is pressed. */
export function lookUpWhileTyped(): void {
  on('input', '[data-look-up]', (place) => {
    clearTimeout(timer)
    latest++
    show(place, [])
    const isWhole = [...place.querySelectorAll('input')].every(({ value }) => value.trim().length > 2)
    if (isWhole) timer = setTimeout(() => ask(place, true), PAUSE)
  })
  on('click', '[data-look-up] [name=intent]', (button, event) => {
    const place = button.closest<HTMLElement>('[data-look-up]')
    if (!place) return
    event.preventDefault()
    clearTimeout(timer)
    void ask(place, false)
  })
}

async function ask(place: HTMLElement, isTyping: boolean): Promise<void> {
  const form = place.closest('form')
  const button = place.querySelector<HTMLButtonElement>('[name=intent]')
  if (!form || !button) return
  const asked = ++latest
  const typed = new FormData(form, button)
  typed.delete('client_secret')
  const { busy = '', label = '' } = place.dataset
  setButton(button, busy, true)
  const answer = await send(typed)
  setButton(button, label, false)
  if (asked !== latest || !answer || !('html' in answer)) return
  const page = parsePage(answer.html)
  const found = [...(page.querySelector('[data-look-up] [data-answer]')?.children ?? [])]
  if (found.length > 0) return show(place, found)
  const problem = page.querySelector('.field-error, form [role=alert]')?.textContent
  if (!isTyping && problem) show(place, [callout(place.dataset.failed ?? '', problem)])
}

function setButton(button: HTMLButtonElement, text: string, isBusy: boolean): void {
  button.textContent = text
  button.setAttribute('aria-disabled', String(isBusy))
}

function show(place: HTMLElement, found: readonly Element[]): void {
  place.querySelector('[data-answer]')?.replaceChildren(...found)
}

function callout(title: string, text: string): Element {
  const page = parsePage(
    '<div class="callout callout-warning"><div><p class="callout-title"></p><p></p></div></div>',
  )
  const [first, second] = page.querySelectorAll('p')
  if (first) first.textContent = title
  if (second) second.textContent = text
  return page.body.firstElementChild ?? page.body
}
