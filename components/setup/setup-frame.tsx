import type { ReactNode } from 'react'
import type { Language } from '@/lib/messages/catalogue'

type SetupFrameProps = { readonly language: Language; readonly children: ReactNode }

/** Around a page for somebody who has a link and no account. */
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
