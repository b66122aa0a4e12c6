import type { ReactNode } from 'react'
import type { Language } from '@/lib/messages/catalogue'

type SetupFrameProps = { readonly language: Language; readonly children: ReactNode }

/** The frame of pages that a setup link opens. */
export function SetupFrame({ language, children }: SetupFrameProps) {
  return (
    <div lang={language} className="setup-frame">
      <header className="top">
        <span className="top-brand">
          <span className="brand-mark" />
          Vestibule
        </span>
      </header>
      <main className="content setup-content">{children}</main>
    </div>
  )
}
