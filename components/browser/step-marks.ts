/** Milliseconds between two looks. */
const PAUSE = 5_000

/** Check marks that turn green by themselves, as long as the page is looked at and something is left to do. */
export function markSteps(): void {
  void look()
  setInterval(look, PAUSE)
}

async function look(): Promise<void> {
  const list = document.querySelector<HTMLElement>('[data-steps-at]')
  if (!list || document.visibilityState !== 'visible' || !list.querySelector('li:not([data-done])')) return
  const answer = await fetch(list.dataset.stepsAt ?? '', { redirect: 'error' }).catch(() => null)
  if (!answer?.ok) return
  const seen: Readonly<Record<string, boolean>> = await answer.json()
  for (const step of list.querySelectorAll<HTMLElement>('li')) {
    const isDone = seen[step.dataset.step ?? ''] === true
    step.toggleAttribute('data-done', isDone)
    const said = step.querySelector('.visually-hidden')
    if (said) said.textContent = ` (${isDone ? list.dataset.done : list.dataset.open})`
  }
  list.toggleAttribute('data-all-done', !list.querySelector('li:not([data-done])'))
}
