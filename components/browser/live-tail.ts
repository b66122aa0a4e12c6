import { on } from './dom'
import { refresh } from './refresh'

/** Milliseconds: the page is drawn anew that often at the most. */
const PAUSE = 1_000

let stream: EventSource | null = null
let timer: ReturnType<typeof setTimeout> | undefined

/** Draws the page anew whenever something happened at a login, until it is paused. One stream for the page. */
export function followTail(): void {
  on('click', '[data-tail-at] button', (button) => {
    const tail = button.closest<HTMLElement>('[data-tail-at]')
    if (tail && stream) stop(tail)
    else if (tail) start(tail)
  })
}

function start(tail: HTMLElement): void {
  const opened = new EventSource(tail.dataset.tailAt ?? '')
  // What happened before it was open, and while it was not.
  opened.addEventListener('open', refreshSoon)
  opened.addEventListener('login', refreshSoon)
  opened.addEventListener('end', () => {
    stop(tail)
    void refresh()
  })
  opened.addEventListener('error', () => {
    if (opened.readyState === EventSource.CLOSED) stop(tail, tail.dataset.failed)
  })
  stream = opened
  show(tail, true, tail.dataset.running)
}

function stop(tail: HTMLElement, why?: string): void {
  stream?.close()
  stream = null
  clearTimeout(timer)
  timer = undefined
  show(tail, false, why)
}

function refreshSoon(): void {
  timer ??= setTimeout(() => {
    timer = undefined
    void refresh()
  }, PAUSE)
}

function show(tail: HTMLElement, isLive: boolean, said = ''): void {
  const [button, status] = [tail.querySelector('button'), tail.querySelector('[role=status]')]
  tail.toggleAttribute('data-live', isLive)
  if (button) button.textContent = (isLive ? tail.dataset.pause : tail.dataset.start) ?? ''
  if (status) status.textContent = said
}
