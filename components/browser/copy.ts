import { on } from './dom'

/** Milliseconds for which a button says that it has copied. */
const PAUSE = 2_000

/** A button with `data-copied` copies the code before it. */
export function copyTexts(): void {
  on('click', '[data-copied]', async (button) => {
    const code = button.parentElement?.querySelector('code')
    const label = button.querySelector('[aria-live]')
    const { copied = '', done } = button.dataset
    if (!code || !label || done !== undefined) return
    await navigator.clipboard.writeText(code.textContent ?? '')
    const before = label.textContent
    button.dataset.done = ''
    label.textContent = copied
    setTimeout(() => {
      delete button.dataset.done
      label.textContent = before
    }, PAUSE)
  })
}
