/** Where tabs do not fit beside each other, the open one is in view. */
export function showOpenTab(): void {
  const tab = document.querySelector('.tabs [aria-current]')
  const tabs = tab?.parentElement
  if (!tab || !tabs) return
  tabs.scrollLeft += Math.max(0, tab.getBoundingClientRect().right - tabs.getBoundingClientRect().right)
}
