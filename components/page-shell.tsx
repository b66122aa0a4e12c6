import type { ReactNode } from 'react'
import type { Language } from '@/lib/messages/catalogue'
import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { BrandHeader, BrandLinks } from './brand-header'

type PageShellProps = {
  /** What the tab says. */
  readonly title: string
  readonly children: ReactNode
  /** Small print under the card. */
  readonly footer?: ReactNode
  /** Absent: Vestibule's own. */
  readonly brand?: BrandView | undefined
  readonly language?: Language
}

/** The frame of every page for end users: the doorway, one card, small print. */
export function PageShell({ title, children, footer, brand, language = 'en' }: PageShellProps) {
  return (
    <div className="hall">
      <title>{`${title} · Vestibule`}</title>
      <div className="arch" />
      <div className="arch arch-inner" />
      <BrandHeader brand={brand} />
      <main className="card">{children}</main>
      {brand && <BrandLinks brand={brand} language={language} />}
      {footer && <footer className="small-print">{footer}</footer>}
    </div>
  )
}
