import type { ReactNode } from 'react'
import type { BrandView } from '@/lib/oauth/consent/view'
import { BrandHeader } from './brand-header'

type PageShellProps = {
  /** What the tab says. */
  readonly title: string
  readonly children: ReactNode
  /** Small print under the card. */
  readonly footer?: ReactNode
  /** Absent: Vestibule's own. */
  readonly brand?: BrandView | undefined
}

/** The frame of every page for end users: the doorway, one card, small print. */
export function PageShell({ title, children, footer, brand }: PageShellProps) {
  return (
    <div className="hall">
      <title>{`${title} · Vestibule`}</title>
      <div className="arch" />
      <div className="arch arch-inner" />
      <BrandHeader brand={brand} />
      <main className="card">{children}</main>
      {footer && <footer className="small-print">{footer}</footer>}
    </div>
  )
}
