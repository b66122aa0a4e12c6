import '../console/console.css'
import type { ReactNode } from 'react'

/** Where end users log in who have their account here. */
export default function PlatformLayout({ children }: { readonly children: ReactNode }) {
  return <div className="console">{children}</div>
}
