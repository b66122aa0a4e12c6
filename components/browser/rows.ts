import { on } from './dom'

const OWN_USE = 'a, button, summary, details, input, select, label'

/** A click on a row of a table opens what the row is about, unless it was meant for something in the row. */
export function openRows(): void {
  on('click', 'tr[data-href]', (row, event) => {
    const { target, metaKey, ctrlKey } = event
    if (!(target instanceof Element) || target.closest(OWN_USE) || getSelection()?.toString()) return
    const { href = '' } = row.dataset
    if (metaKey || ctrlKey) window.open(href)
    else location.assign(href)
  })
}
