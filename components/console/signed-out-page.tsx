import type { ReactNode } from 'react'
import type { Language } from '@/lib/messages/catalogue'
import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { PageShell } from '../page-shell'

type SignedOutPageProps = {
  readonly language: Language
  readonly title: string
  readonly lead: string
  /** What the tab says, where other pages have this title. */
  readonly tab?: string
  readonly children?: ReactNode
  readonly brand?: BrandView | undefined
}

/** A page without a session. */
export function SignedOutPage({ language, title, lead, tab = title, children, brand }: SignedOutPageProps) {
  return (
    <div lang={language}>
      <PageShell title={tab} brand={brand} language={language}>
        <h1>
          <strong>{title}</strong>
        </h1>
        <p className="lead">{lead}</p>
        {children}
      </PageShell>
    </div>
  )
}
