import type { AuthorizationResponse } from '@/lib/oauth/protocol/authorization-response'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { checkRedirectUri } from '@/lib/oauth/protocol/redirect-uri'
import { answerForm } from './answer-form'
import { exactly, type Html, html, plainPage } from './plain-page'

/** The view of an error page, for end users. Every text may be untrusted. */
export type ErrorView = {
  readonly title: string
  readonly message: string
  /** What the user can do about it. */
  readonly remedy?: string
  /** Finds the request in the operator's timeline. */
  readonly reference?: string
  /** For developers of the client: `invalid_client: unknown client`. */
  readonly technical?: string
  /** Back to the client, by the user's own click: left out when it could not be a redirect URI. `host` says where it goes. */
  readonly link?: { readonly href: string; readonly label: string; readonly host: string }
  /** The same for a client that wants its answer posted. */
  readonly form?: { readonly response: AuthorizationResponse; readonly label: string }
  /** Our origin, which serves the stylesheet. */
  readonly publicUrl: string
  /** HTTP status. */
  readonly status: number
  /** More headers (`Retry-After`, `Set-Cookie`); they cannot replace the ones set here. */
  readonly headers?: HeadersInit
}

/** Room for a sentence of ours with a name in it. */
const LABEL_LENGTH = 64

/**
 * An error shown to the user instead of being redirected (RFC 6749 §4.1.2.1). Plain HTML without script.
 * Decision 0015.
 */
export function errorPage(view: ErrorView): Response {
  const { title, publicUrl, status, headers } = view
  return plainPage({ title, publicUrl, status, content: content(view), ...(headers && { headers }) })
}

function content(view: ErrorView): Html {
  return html`<p class="lead"><bdi>${view.message}</bdi></p>
${view.remedy && html`<p class="remedy"><bdi>${view.remedy}</bdi></p>`}
${view.link && wayOut(view.link)}
${view.form && answerForm(view.form.response, view.form.label)}
${view.reference && html`<p class="reference">Give this reference to your administrator:<code><bdi>${view.reference}</bdi></code></p>`}
${view.technical && html`<p class="technical"><code><bdi>${view.technical}</bdi></code></p>`}`
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
