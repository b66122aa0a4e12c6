import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { COLOR_SCHEME, DESCRIPTION, ICON, PageDocument } from './page-document'
import { pageLanguage } from './page-language'

export const metadata: Metadata = {
  description: DESCRIPTION,
  icons: ICON,
  robots: { index: false, follow: false },
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: COLOR_SCHEME }

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  return <PageDocument language={await pageLanguage()}>{children}</PageDocument>
}
