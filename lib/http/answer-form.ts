import type { AuthorizationResponse } from '@/lib/oauth/protocol/authorization-response'
import { displayText } from '@/lib/oauth/protocol/display-text'
import { checkRedirectUri, redirectHost, redirectKind } from '@/lib/oauth/protocol/redirect-uri'
import { all, exactly, type Html, html } from './plain-page'

/** Room for a sentence of ours with a name in it. */
const LABEL_LENGTH = 64

/**
 * A form that brings the answer to the client (OAuth 2.0 Form Post Response Mode §2), by the user's own click, and says
 * where it goes. No field may be called `submit`: it would hide the form's method of that name.
 *
 * @returns undefined when the address could not be registered today, or nothing can be posted to it
 */
export function answerForm(
  { redirectUri, parameters }: AuthorizationResponse,
  { label, leads }: { readonly label: string; readonly leads: string },
): Html | undefined {
  if (checkRedirectUri(redirectUri) !== null || redirectKind(redirectUri) === 'private-use') return undefined
  const fields = parameters.map(
    ([name, value]) => html`<input type="hidden" name="${exactly(name)}" value="${exactly(value)}">`,
  )
  return html`<form class="way-out" method="post" action="${exactly(redirectUri)}" accept-charset="utf-8">
${all(fields)}
<button class="button"><bdi>${displayText(label, LABEL_LENGTH)}</bdi></button>
<span>${leads} <bdi class="address">${redirectHost(redirectUri)}</bdi></span>
</form>`
}
