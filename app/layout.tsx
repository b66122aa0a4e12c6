import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { pageLanguage } from './page-language'

export const metadata: Metadata = {
  description: 'The OAuth 2.1 authorization server between MCP clients and your identity provider.',
  icons: '/icon.svg',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: 'light dark' }

/** The document around every page. The stylesheet is a file of its own, because the CSP allows no inline style. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  return (
    <html lang={await pageLanguage()}>
      <head>
        <link rel="stylesheet" href="/vestibule.css" />
      </head>
      <body>{children}</body>
    </html>
  )
}
