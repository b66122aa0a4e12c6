import type { ReactNode } from 'react'
import type { Language } from '@/lib/messages/catalogue'

/** What the head of every page says. */
export const DESCRIPTION =
  'The OAuth 2.1 authorization server between MCP clients and your identity provider.'
export const ICON = '/icon.svg'
export const COLOR_SCHEME = 'light dark'

type Props = {
  readonly language: Language
  /** What Next adds by itself. */
  readonly head?: ReactNode
  readonly children: ReactNode
}

/** The document around every page. The stylesheet is a file of its own, because the CSP allows no inline style. */
export function PageDocument({ language, head, children }: Props) {
  return (
    <html lang={language}>
      <head>
        {head}
        <link rel="stylesheet" href="/tokens.css" />
        <link rel="stylesheet" href="/vestibule.css" />
      </head>
      <body>{children}</body>
    </html>
  )
}

/** The head of a page that Next does not render. */
export function PageHead() {
  return (
    <>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content={COLOR_SCHEME} />
      <meta name="description" content={DESCRIPTION} />
      <meta name="robots" content="noindex, nofollow" />
      <link rel="icon" href={ICON} />
    </>
  )
}
