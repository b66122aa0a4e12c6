import type { Metadata, Viewport } from 'next'
import { headers } from 'next/headers'
import type { ReactNode } from 'react'
import { NONCE_HEADER } from '@/lib/http/page-policy'
import { COLOR_SCHEME, DESCRIPTION, ICON, PageDocument } from './page-document'
import { pageLanguage } from './page-language'

export const metadata: Metadata = {
  description: DESCRIPTION,
  icons: ICON,
  robots: { index: false, follow: false },
}

export const viewport: Viewport = { width: 'device-width', initialScale: 1, colorScheme: COLOR_SCHEME }

export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const nonce = (await headers()).get(NONCE_HEADER)
  // Behind our own server, which adds the tag itself, there is none.
  const script = nonce ? <script src="/pages.js" nonce={nonce} data-alone defer /> : undefined
  return (
    <PageDocument language={await pageLanguage()} head={script}>
      {children}
    </PageDocument>
  )
}
