'use client'

import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'

type ComboboxProps = {
  /** The page that does the same without JavaScript. */
  readonly href: string
  readonly label: string
  readonly placeholder: string
  readonly nothing: string
  /** The link that opens it. */
  readonly children: ReactNode
}

/** Milliseconds without a key before something is looked for. */
const PAUSE = 120

/**
 * Goes to anything by a few letters, in a dialog that Ctrl or ⌘ and K opens: arrows move, Enter opens, Escape closes.
 * What it shows is what another page marks with `data-hits`; that page does the same without JavaScript.
 */
export function Combobox({ href, label, placeholder, nothing, children }: ComboboxProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const place = useRef<HTMLDivElement>(null)
  const [text, setText] = useState('')
  const [isEmpty, setEmpty] = useState(false)

  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.metaKey || event.ctrlKey)) return
      event.preventDefault()
      dialog.current?.showModal()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  useEffect(() => {
    if (text.trim() === '') {
      place.current?.replaceChildren()
      setEmpty(false)
      return
    }
    const stop = new AbortController()
    const timer = setTimeout(async () => {
      const found = await hitsOf(`${href}?${new URLSearchParams({ q: text })}`, stop.signal)
      if (!found) return
      place.current?.replaceChildren(found)
      setEmpty(found.children.length === 0)
    }, PAUSE)
    return () => {
      clearTimeout(timer)
      stop.abort()
    }
  }, [text, href])

  return (
    <>
      <a
        className="combobox-open"
        href={href}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey) return
          event.preventDefault()
          dialog.current?.showModal()
        }}
      >
        {children}
      </a>
      <dialog ref={dialog} className="dialog" aria-label={label} onKeyDown={moveAmongHits} closedby="any">
        <form action={href} method="get">
          <input
            autoFocus
            name="q"
            type="search"
            className="input"
            aria-label={label}
            placeholder={placeholder}
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        </form>
        <div ref={place} />
        <p className="combobox-nothing" aria-live="polite">
          {isEmpty && nothing}
        </p>
      </dialog>
    </>
  )
}

/** The list of the page for searching; null when it could not be had, or is not wanted any more. */
async function hitsOf(url: string, signal: AbortSignal): Promise<Element | null> {
  try {
    const response = await fetch(url, { signal })
    if (!response.ok) return null
    const page = new DOMParser().parseFromString(await response.text(), 'text/html')
    return page.querySelector('[data-hits]')
  } catch {
    return null
  }
}

/** Arrows go up and down; Enter in the field opens the first one. */
function moveAmongHits(event: KeyboardEvent<HTMLDialogElement>) {
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>('input, [data-hits] a')]
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
