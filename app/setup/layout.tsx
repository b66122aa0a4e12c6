import '../console/console.css'
import type { ReactNode } from 'react'

/** Pages that a link opens for somebody who has no account. */
export default function SetupLayout({ children }: { readonly children: ReactNode }) {
  return <div className="console">{children}</div>
}
