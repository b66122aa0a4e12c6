import type { ValidatedRedirect } from './errors'
import { checkRedirectUri, findRedirectUri } from './redirect-uri'

/**
 * The redirect URI of an authorization request, checked against the client (RFC 6749 §3.1.2.3). With
 * {@link restoreRedirect} the only maker of a {@link ValidatedRedirect}, so nothing else can be redirected to.
 *
 * @param requested the `redirect_uri` parameter, if any
 * @returns null when it is not registered: the user is shown a page then
 */
export function resolveRedirectUri(
  client: { readonly redirectUris: readonly string[] },
  requested: string | undefined,
  response: { readonly issuer: string; readonly state?: string },
): ValidatedRedirect | null {
  const redirectUri = findRedirectUri(client.redirectUris, requested)
  return redirectUri === null ? null : validated(redirectUri, response.state, response.issuer)
}

/**
 * The same for a redirect URI that was validated before it was stored. Its form is checked once more: the rules may
 * have become stricter, and a database is not a boundary.
 *
 * @throws Error when it could not be registered today
 */
export function restoreRedirect(
  stored: { readonly redirectUri: string; readonly state?: string },
  issuer: string,
): ValidatedRedirect {
  const reason = checkRedirectUri(stored.redirectUri)
  if (reason !== null) throw new Error(`a stored redirect URI is not acceptable: ${reason}`)
  return validated(stored.redirectUri, stored.state, issuer)
}

/** Where to send the browser with a code (RFC 6749 §4.1.2), the client's `state` and our `iss` (RFC 9207 §2). */
export function successLocation(redirect: ValidatedRedirect, code: string): string {
  return locationWith(redirect, [['code', code]])
}

/** Where to send the browser with an error (RFC 6749 §4.1.2.1); `iss` goes with errors too (RFC 9207 §2). */
export function errorLocation(
  redirect: ValidatedRedirect,
  error: { readonly code: string; readonly description: string },
): string {
  return locationWith(redirect, [
    ['error', error.code],
    ['error_description', error.description],
  ])
}

/**
 * Appends to the URI as it was requested: a URL parser would respell it, and the client compares. Spaces become
 * `%20`, which form and URI decoders both understand.
 */
function locationWith(redirect: ValidatedRedirect, answer: readonly (readonly [string, string])[]): string {
  const { redirectUri, state, issuer } = redirect
  const query = new URLSearchParams()
  for (const [name, value] of answer) if (value) query.append(name, value)
  if (state !== undefined) query.append('state', state)
  query.append('iss', issuer)
  const separator = /[?&]$/.test(redirectUri) ? '' : redirectUri.includes('?') ? '&' : '?'
  return redirectUri + separator + query.toString().replaceAll('+', '%20')
}

function validated(redirectUri: string, state: string | undefined, issuer: string): ValidatedRedirect {
  return { redirectUri, issuer, ...(state !== undefined && { state }) } as ValidatedRedirect
}
