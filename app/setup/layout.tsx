import '../console/console.css'
import type { ReactNode } from 'react'

/** Pages that a setup link opens, without an account. */
export default function SetupLayout({ children }: { readonly children: ReactNode }) {
  return <div className="console">{children}</div>
}
