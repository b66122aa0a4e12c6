import { escapeHtml } from '@/lib/escape-html'
import { type Language, languageOf, translator } from '@/lib/messages/catalogue'
import { messages as brandMessages } from '@/lib/messages/consent/brand'
import { type ErrorPageWords, messages } from '@/lib/messages/error-pages'
import { type BrandView, ownedBrandView } from '@/lib/oauth/flow/brand-view'
import type { Brands, KnownLogin } from '@/lib/oauth/ports/brand'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { brandFile, brandLinks } from '@/lib/oauth/protocol/urls'
import type { HttpRequest } from './http-handler'
import { STORE_RETRY_AFTER } from './retry-after'

/** Whom a page is for: our origin, which serves its stylesheet, and the language of the browser. */
export type Reader = {
  readonly publicUrl: string
  readonly language: Language
  /** How a page looks that is about this login, as far as that is known. Absent: like Vestibule. Never throws. */
  readonly brandOf?: (login?: KnownLogin) => Promise<BrandView | undefined>
}

/** @param brands absent: the page looks like Vestibule, and nothing is read for it */
export function readerOf(request: Pick<HttpRequest, 'headers'>, publicUrl: string, brands?: Brands): Reader {
  return {
    publicUrl,
    // Most answers are redirects, which have none.
    get language() {
      return languageOf(request.headers.get('accept-language'))
    },
    // A page about trouble is shown also when its colours cannot be had.
    ...(brands && {
      brandOf: (login) =>
        (login ? brands.findLogin(login) : brands.findOrganization(undefined)).then(
          ownedBrandView,
          () => undefined,
        ),
    }),
  }
}

export const wordsFor = ({ language }: Reader): ErrorPageWords => translator(messages, language)

/** A page outside the page framework, so that protocol endpoints can answer with it on any host. */
export type PlainPage = Pick<Reader, 'publicUrl' | 'language'> & {
  /** Absent: like Vestibule. */
  readonly brand?: BrandView | undefined
  readonly title: string
  /** What the card holds below the title. */
  readonly content: Html
  /** HTTP status. */
  readonly status: number
  /** The one script of the page, as a CSP source expression; none may run without it. */
  readonly script?: string
  /** More headers (`Retry-After`, `Set-Cookie`); they cannot replace the ones set here. */
  readonly headers?: HeadersInit
}

const TEXT_LENGTH = 600

/**
 * Responds with a page that is not stored, cannot be framed and sends no referrer. Its policy has no `form-action`:
 * Chromium applies it to the whole chain of redirects after a form.
 */
export function plainPage(page: PlainPage): Response {
  const origin = new URL(page.publicUrl).origin
  const policy = [
    "default-src 'none'",
    ...(page.script ? [`script-src ${page.script}`] : []),
    `style-src ${origin}`,
    `img-src ${origin}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]
  const headers = new Headers(page.headers)
  if (page.status === 503 && !headers.has('retry-after'))
    headers.set('retry-after', String(STORE_RETRY_AFTER))
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('cache-control', 'no-store')
  headers.set('content-security-policy', policy.join('; '))
  headers.set('x-frame-options', 'DENY')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  return new Response(plainDocument(page), { status: page.status, headers })
}

/** The page itself. */
export function plainDocument({
  title,
  content,
  language,
  publicUrl,
  brand,
}: Pick<PlainPage, 'title' | 'content' | 'language' | 'publicUrl' | 'brand'>): string {
  const { origin } = new URL(publicUrl)
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="icon" href="${origin}${brand?.hasLogo ? brandFile(brand, 'logo') : '/icon.svg'}">
<link rel="stylesheet" href="${origin}/tokens.css">
<link rel="stylesheet" href="${origin}/vestibule.css">
${brand?.hasStyle ? html`<link rel="stylesheet" href="${origin}${brandFile(brand, 'style.css')}">\n` : undefined}</head>
<body>
<div class="hall">
<div class="arch"></div>
<div class="arch arch-inner"></div>
${brandHeader(brand, origin)}
<main class="card">
<h1><strong><bdi>${title}</bdi></strong></h1>
${content}
</main>
${brand && linksOf(brand, language)}</div>
</body>
</html>
`.html
}

/** As components/brand-header.tsx has it. */
function brandHeader(brand: BrandView | undefined, origin: string): Html {
  if (!brand)
    return html`<header class="brand"><span class="brand-mark"></span><span class="brand-name">Vestibule</span></header>`
  const logo = html`<img class="brand-logo" src="${origin}${brandFile(brand, 'logo')}" alt="">`
  return html`<header class="brand">${brand.hasLogo ? logo : undefined}<bdi class="brand-name">${brand.name}</bdi></header>`
}

function linksOf(brand: BrandView, language: Language): Html | undefined {
  const t = translator(brandMessages, language)
  const given = brandLinks(brand).map(
    ({ name, href }) => html`<a href="${exactly(href)}" rel="noreferrer">${t(name)}</a>`,
  )
  return given.length > 0 ? html`<p class="brand-links">${all(given)}</p>\n` : undefined
}

export type Html = { readonly html: string }

/** A template whose holes are always cleaned and escaped, unless they are such a template themselves. */
export function html(parts: TemplateStringsArray, ...holes: readonly (string | Html | undefined)[]): Html {
  const filled = holes.map((hole) => {
    if (typeof hole === 'object') return hole.html
    return escapeHtml(displayText(hole ?? '', TEXT_LENGTH))
  })
  return { html: String.raw({ raw: parts }, ...filled) }
}

/** Text that must not be shortened or rewritten, such as a URL; escaped all the same. */
export function exactly(text: string): Html {
  return { html: escapeHtml(text) }
}

/** One after the other. */
export function all(pieces: readonly Html[]): Html {
  return { html: pieces.map((piece) => piece.html).join('\n') }
}
