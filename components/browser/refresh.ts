import { drawAnew } from './draw-anew'

/** Milliseconds. */
const PAUSE = 2_000

/** Draws the page anew where it asks for that: every few seconds, or whenever its tab is looked at again. */
export function refreshPages(): void {
  setInterval(() => asks('often') && refresh(), PAUSE)
  document.addEventListener('visibilitychange', () => (asks('seen') || asks('often')) && refresh())
}

const asks = (when: 'often' | 'seen') =>
  document.visibilityState === 'visible' && document.querySelector(`[data-refresh="${when}"]`) !== null

let isAsking = false

/** Draws the page as it is now. What cannot be had is tried again later. */
export async function refresh(): Promise<void> {
  if (isAsking) return
  isAsking = true
  try {
    const response = await fetch(location.href)
    if (response.ok && !response.redirected) drawAnew(await response.text())
  } catch {
    // The page stays as it is.
  } finally {
    isAsking = false
  }
}
