import { displayText } from '@/lib/oauth/protocol/display-text'
import { checkRedirectUri } from '@/lib/oauth/protocol/redirect-uri'

/** What an error page says, in words an end user understands. Every text may hold a stranger's input. */
export type ErrorView = {
  readonly title: string
  readonly message: string
  /** What the user can do about it. */
  readonly remedy?: string
  /** Finds the request in the operator's timeline. */
  readonly reference?: string
  /** For whoever debugs the client: `invalid_client: unknown client`. */
  readonly technical?: string
  /** Back to the client, by the user's own click: left out when it could not be a redirect URI. `host` says where it goes. */
  readonly link?: { readonly href: string; readonly label: string; readonly host: string }
  /** Our origin, which serves the stylesheet. */
  readonly publicUrl: string
  /** HTTP status. */
  readonly status: number
  /** More headers (`Retry-After`, `Set-Cookie`); they cannot replace the ones set here. */
  readonly headers?: HeadersInit
}

const TEXT_LENGTH = 600

/** Room for a sentence of ours with a name in it. */
const LABEL_LENGTH = 64

/**
 * An error shown to the user instead of being redirected (RFC 6749 §4.1.2.1). Plain HTML without script, made
 * outside the page framework so that protocol endpoints can answer with it on any host.
 */
export function errorPage(view: ErrorView): Response {
  const origin = new URL(view.publicUrl).origin
  const headers = new Headers(view.headers)
  headers.set('content-type', 'text/html; charset=utf-8')
  headers.set('cache-control', 'no-store')
  headers.set(
    'content-security-policy',
    `default-src 'none'; style-src ${origin}; img-src ${origin}; frame-ancestors 'none'; base-uri 'none'`,
  )
  headers.set('x-frame-options', 'DENY')
  headers.set('x-content-type-options', 'nosniff')
  headers.set('referrer-policy', 'no-referrer')
  return new Response(document(view, origin).html, { status: view.status, headers })
}

function document(view: ErrorView, origin: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${view.title}</title>
<link rel="icon" href="${origin}/icon.svg">
<link rel="stylesheet" href="${origin}/vestibule.css">
</head>
<body>
<div class="hall">
<div class="arch"></div>
<div class="arch arch-inner"></div>
<header class="brand"><span class="brand-mark"></span><span class="brand-name">Vestibule</span></header>
<main class="card">
<h1><strong><bdi>${view.title}</bdi></strong></h1>
<p class="lead"><bdi>${view.message}</bdi></p>
${view.remedy && html`<p class="remedy"><bdi>${view.remedy}</bdi></p>`}
${view.link && wayOut(view.link)}
${view.reference && html`<p class="reference">Give this reference to your administrator:<code><bdi>${view.reference}</bdi></code></p>`}
${view.technical && html`<p class="technical"><code><bdi>${view.technical}</bdi></code></p>`}
</main>
</div>
</body>
</html>
`
}

function wayOut({ href, label, host }: NonNullable<ErrorView['link']>): Html | undefined {
  if (!mayBeFollowed(href)) return undefined
  return html`<p class="way-out"><a class="button" rel="noreferrer nofollow" href="${exactly(href)}"><bdi>${displayText(label, LABEL_LENGTH)}</bdi></a>
<span>This leads to <bdi class="address">${host}</bdi></span></p>`
}

/** Whether a redirect URI may be followed, whatever our response added to it: a second look after registration's. */
function mayBeFollowed(href: string): boolean {
  const [registered = ''] = href.split('?', 1)
  return checkRedirectUri(registered) === null && /^[\x21-\x7e]*$/.test(href)
}

type Html = { readonly html: string }

/** A template whose holes are always cleaned and escaped, unless they are such a template themselves. */
function html(parts: TemplateStringsArray, ...holes: readonly (string | Html | undefined)[]): Html {
  const filled = holes.map((hole) => {
    if (typeof hole === 'object') return hole.html
    return escapeHtml(displayText(hole ?? '', TEXT_LENGTH))
  })
  return { html: String.raw({ raw: parts }, ...filled) }
}

/** A URL, which must not be shortened or rewritten; escaped all the same. */
function exactly(url: string): Html {
  return { html: escapeHtml(url) }
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
