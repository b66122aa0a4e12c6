import type { ErrorPageCode } from '@/lib/messages/error-pages'
import type { KnownLogin } from '@/lib/oauth/ports/brand'
import type { AuthorizationResponse } from '@/lib/oauth/protocol/authorization-response'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { checkRedirectUri } from '@/lib/oauth/protocol/redirect-uri'
import { answerForm } from './answer-form'
import { exactly, type Html, html, plainPage, type Reader, wordsFor } from './plain-page'

/** The view of an error page, for end users. Every text may be untrusted. */
export type ErrorView = Reader & {
  readonly title: string
  readonly message: string
  /** What the user can do about it. */
  readonly remedy?: string
  /** Finds the request in the operator's timeline, and the branding of the page. */
  readonly reference?: string
  /** Whose branding it is, where there is no reference. */
  readonly login?: KnownLogin | undefined
  /** For developers of the client: `invalid_client: unknown client`. */
  readonly technical?: string
  /** Back to the client, by the user's own click: left out when it could not be a redirect URI. `host` says where it goes. */
  readonly link?: { readonly href: string; readonly label: string; readonly host: string }
  /** The same for a client that wants its answer posted. */
  readonly form?: { readonly response: AuthorizationResponse; readonly label: string }
  /** HTTP status. */
  readonly status: number
  /** More headers (`Retry-After`, `Set-Cookie`); they cannot replace the ones set here. */
  readonly headers?: HeadersInit
}

/** What an error page says, and what the user can do. */
export function explain(code: ErrorPageCode, reader: Reader) {
  const t = wordsFor(reader)
  return { ...reader, title: t(`${code}.title`), message: t(`${code}.message`), remedy: t(`${code}.remedy`) }
}

/** Room for a sentence of ours with a name in it. */
const LABEL_LENGTH = 64

/**
 * An error shown to the user instead of being redirected (RFC 6749 §4.1.2.1). Plain HTML without script.
 * Decisions 0015 and 0140.
 */
export async function errorPage(view: ErrorView): Promise<Response> {
  const { title, publicUrl, language, status, headers, reference } = view
  const brand = await view.brandOf?.(reference ? { reference } : view.login)
  const page = { title, publicUrl, language, status, brand, content: content(view) }
  return plainPage({ ...page, ...(headers && { headers }) })
}

function content(view: ErrorView): Html {
  const t = wordsFor(view)
  return html`<p class="lead"><bdi>${view.message}</bdi></p>
${view.remedy && html`<p class="remedy"><bdi>${view.remedy}</bdi></p>`}
${view.link && wayOut(view.link, t('leads'))}
${view.form && answerForm(view.form.response, { label: view.form.label, leads: t('leads') })}
${view.reference && html`<p class="reference">${t('reference')}<code><bdi>${view.reference}</bdi></code></p>`}
${view.technical && html`<p class="technical"><code><bdi>${view.technical}</bdi></code></p>`}`
}

function wayOut({ href, label, host }: NonNullable<ErrorView['link']>, leads: string): Html | undefined {
  if (!mayBeFollowed(href)) return undefined
  return html`<p class="way-out"><a class="button" rel="noreferrer nofollow" href="${exactly(href)}"><bdi>${displayText(label, LABEL_LENGTH)}</bdi></a>
<span>${leads} <bdi class="address">${host}</bdi></span></p>`
}

/** Whether a redirect URI may be followed, whatever our response added to it: a second look after registration's. */
function mayBeFollowed(href: string): boolean {
  const [registered = ''] = href.split('?', 1)
  return checkRedirectUri(registered) === null && /^[\x21-\x7e]*$/.test(href)
}
