import type { Client } from '@/lib/oauth/model'
import { type OAuthError, RedirectedError } from '@/lib/oauth/protocol/errors'
import { isExpectedScheme, redirectKind } from '@/lib/oauth/protocol/redirect-uri'

/**
 * Whether an error is shown to the user before it leads to the client. An https address that the operator does not
 * know would otherwise make us an open redirector (RFC 9700 §4.11.2), a scheme that nobody knows would start some program, and a form would be posted to any program on the user's computer. With `prompt=none` too, although a client that
 * asks in a hidden frame then hears nothing: whom a link leads to is the user's to see. Decision 0017.
 */
export function needsInterstitial(error: OAuthError, client: Client | undefined): boolean {
  return (
    error instanceof RedirectedError &&
    client !== undefined &&
    client.kind !== 'preregistered' &&
    (redirectKind(error.redirect.redirectUri) === 'https' ||
      !isExpectedScheme(error.redirect.redirectUri) ||
      error.redirect.responseMode === 'form_post')
  )
}
