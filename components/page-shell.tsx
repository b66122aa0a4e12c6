import type { ReactNode } from 'react'

type PageShellProps = {
  readonly children: ReactNode
  /** Small print under the card. */
  readonly footer?: ReactNode
}

/** The frame of every page for end users: the doorway, one card, small print. */
export function PageShell({ children, footer }: PageShellProps) {
  return (
    <div className="hall">
      <div className="arch" />
      <div className="arch arch-inner" />
      <header className="brand">
        <span className="brand-mark" />
        <span className="brand-name">Vestibule</span>
      </header>
      <main className="card">{children}</main>
      {footer && <footer className="small-print">{footer}</footer>}
    </div>
  )
}
