import './console.css'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'

export const metadata: Metadata = { title: 'Console' }

/** What all pages for operators share. */
export default function ConsoleLayout({ children }: { readonly children: ReactNode }) {
  return <div className="console">{children}</div>
}
