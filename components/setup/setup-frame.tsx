import type { ReactNode } from 'react'
import type { Language } from '@/lib/messages/catalogue'
import type { BrandView } from '@/lib/oauth/flow/brand-view'
import { BrandHeader, BrandLinks } from '../brand-header'

type SetupFrameProps = {
  readonly language: Language
  readonly brand: BrandView | undefined
  readonly children: ReactNode
}

/** The frame of pages that a setup link opens, with the look of those who made the link. */
export function SetupFrame({ language, brand, children }: SetupFrameProps) {
  return (
    <div lang={language} className="setup-frame">
      <div className="top setup-top">
        <BrandHeader brand={brand} />
      </div>
      <main className="content setup-content">
        {children}
        {brand && <BrandLinks brand={brand} language={language} />}
      </main>
    </div>
  )
}
