import './console.css'
import type { ReactNode } from 'react'

/** What all pages for operators share. */
export default function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  return <div className="console">{children}</div>
}
