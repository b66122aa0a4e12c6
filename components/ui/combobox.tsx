import type { ReactNode } from 'react'

type ComboboxProps = {
  /** The page that does the same without JavaScript. */
  readonly href: string
  readonly label: string
  readonly placeholder: string
  readonly nothing: string
  /** The link that opens it. */
  readonly children: ReactNode
}

/**
 * Goes to anything by a few letters, in a dialog that Ctrl or ⌘ and K opens. What it shows is what another page marks
 * with `data-hits`; that page does the same without JavaScript.
 */
export function Combobox({ href, label, placeholder, nothing, children }: ComboboxProps) {
  return (
    <>
      <a className="combobox-open" href={href}>
        {children}
      </a>
      <dialog
        className="dialog"
        aria-label={label}
        closedby="any"
        data-own
        data-combobox={href}
        data-nothing={nothing}
      >
        <form action={href} method="get">
          <input
            name="q"
            type="search"
            className="input"
            aria-label={label}
            placeholder={placeholder}
            autoComplete="off"
          />
        </form>
        <div data-found />
        <p className="combobox-nothing" aria-live="polite" />
      </dialog>
    </>
  )
}
