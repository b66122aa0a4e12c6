import type { ReactNode } from 'react'
import { Icon } from './icon'

type MenuProps = {
  /** Of the element, unique on the page. */
  readonly id: string
  readonly label: string
  /** What the button says to those who cannot see it. */
  readonly open: string
  /** Links. */
  readonly children: ReactNode
}

/** Links beside the page; where there is no room for both, a drawer that a button opens and Escape closes. Decision 0108. */
export function Menu({ id, label, open, children }: MenuProps) {
  return (
    <>
      <button type="button" className="btn btn-plain menu-button" popoverTarget={id}>
        <Icon name="menu" size={20} />
        <span className="visually-hidden">{open}</span>
      </button>
      <nav id={id} className="menu" aria-label={label} popover="auto">
        {children}
      </nav>
    </>
  )
}
