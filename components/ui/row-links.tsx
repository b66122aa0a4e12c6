'use client'

import { useEffect } from 'react'

const OWN_USE = 'a, button, summary, details, input, select, label'

/** A click on a row of a table opens what the row is about, unless it was meant for something in the row. */
export function RowLinks() {
  useEffect(() => {
    const open = (event: MouseEvent) => {
      const { target } = event
      if (!(target instanceof Element) || target.closest(OWN_USE) || getSelection()?.toString()) return
      const href = target.closest('tr')?.dataset.href
      if (!href) return
      if (event.metaKey || event.ctrlKey) window.open(href)
      else location.assign(href)
    }
    document.addEventListener('click', open)
    return () => document.removeEventListener('click', open)
  }, [])
  return null
}
