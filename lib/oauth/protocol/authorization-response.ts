import type { ValidatedRedirect } from './errors'
import { checkRedirectUri, findRedirectUri, redirectKind } from './redirect-uri'

type ResponseWishes = {
  readonly issuer: string
  readonly state?: string
  /** As the client asked; what cannot be done becomes `query`. */
  readonly responseMode?: string
}

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
  response: ResponseWishes,
): ValidatedRedirect | null {
  const redirectUri = findRedirectUri(client.redirectUris, requested)
  return redirectUri === null ? null : validated(redirectUri, response)
}

/**
 * The same for a redirect URI that was validated before it was stored. Its form is checked once more: the rules may
 * have become stricter, and a database is not a boundary.
 *
 * @throws Error when it could not be registered today
 */
export function restoreRedirect(
  stored: { readonly redirectUri: string } & Omit<ResponseWishes, 'issuer'>,
  issuer: string,
): ValidatedRedirect {
  const reason = checkRedirectUri(stored.redirectUri)
  if (reason !== null) throw new Error(`a stored redirect URI is not acceptable: ${reason}`)
  return validated(stored.redirectUri, { ...stored, issuer })
}

/** How an answer travels: in the redirect URI's query, or posted as a form (OAuth 2.0 Form Post Response Mode §2). */
export type ResponseMode = 'query' | 'form_post'

/** What the browser brings to the client. */
export type AuthorizationResponse = {
  readonly mode: ResponseMode
  readonly redirectUri: string
  readonly parameters: readonly (readonly [name: string, value: string])[]
}

/** The answer with a code (RFC 6749 §4.1.2), the client's `state` and our `iss` (RFC 9207 §2). */
export function successResponse(redirect: ValidatedRedirect, code: string): AuthorizationResponse {
  return responseTo(redirect, [['code', code]])
}

/**
 * The response that only says that the browser leg has ended: to our own page, when a device waits for the rest (RFC
 * 8628).
 */
export function emptyResponse(redirect: ValidatedRedirect): AuthorizationResponse {
  return responseTo(redirect, [])
}

/** The answer with an error (RFC 6749 §4.1.2.1); `iss` goes with errors too (RFC 9207 §2). */
export function errorResponse(
  redirect: ValidatedRedirect,
  error: { readonly code: string; readonly description: string },
): AuthorizationResponse {
  return responseTo(redirect, [
    ['error', error.code],
    ['error_description', error.description],
  ])
}

/**
 * The URL of an answer in the query. It is appended to the URI as it was requested: a URL parser would respell it, and
 * the client compares. Spaces become `%20`, which form and URI decoders both understand.
 */
export function responseLocation({ redirectUri, parameters }: AuthorizationResponse): string {
  const query = new URLSearchParams(parameters.map(([name, value]) => [name, value]))
  // A second question mark is part of the query.
  const separator = !redirectUri.includes('?') ? '?' : /^[^?]*\?$|&$/.test(redirectUri) ? '' : '&'
  return redirectUri + separator + query.toString().replaceAll('+', '%20')
}

function responseTo(
  { redirectUri, responseMode, state, issuer }: ValidatedRedirect,
  answer: AuthorizationResponse['parameters'],
): AuthorizationResponse {
  const parameters: (readonly [string, string])[] = answer.filter(([, value]) => value !== '')
  if (state !== undefined) parameters.push(['state', state])
  parameters.push(['iss', issuer])
  return { mode: responseMode, redirectUri, parameters }
}

/**
 * A form cannot be posted to a private-use scheme, and would change line breaks in the `state`. The error is then
 * reported in the query.
 */
function usableResponseMode({ responseMode, state = '' }: ResponseWishes, redirectUri: string): ResponseMode {
  const canBePosted = redirectKind(redirectUri) !== 'private-use' && !/[\r\n]/.test(state)
  return responseMode === 'form_post' && canBePosted ? 'form_post' : 'query'
}

function validated(redirectUri: string, wishes: ResponseWishes): ValidatedRedirect {
  const { state, issuer } = wishes
  const responseMode = usableResponseMode(wishes, redirectUri)
  return { redirectUri, responseMode, issuer, ...(state !== undefined && { state }) } as ValidatedRedirect
}
