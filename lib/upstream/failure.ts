/**
 * Why a login at the identity provider failed, in the operator's words. Everything here is made of our own fixed
 * sentences: what the provider wrote may hold codes and tokens, and is never repeated.
 */

import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { isInteractionError } from '@/lib/oauth/protocol/prompt'
import type { UpstreamCall } from './upstream-http'

/** The `error` of an authorization response (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6). */
export function authorizationFailure(error: string): UpstreamError {
  if (error === 'access_denied')
    return new UpstreamError(
      'upstream_denied',
      'The identity provider refused access: the user cancelled, or is not assigned to the application there.',
    )
  if (isTransient(error))
    return new UpstreamError('upstream_unreachable', 'The identity provider says that it is unavailable.')
  if (isInteractionError(error))
    return new UpstreamError(
      'upstream_interaction_required',
      error === 'consent_required'
        ? 'The identity provider answered consent_required: an administrator must allow the application there.'
        : `The identity provider answered ${error}: it cannot log the user in without asking.`,
      { interaction: error },
    )
  return AUTHORIZATION_ERRORS.get(error)?.() ?? UNKNOWN_AUTHORIZATION_ERROR()
}

type Failures = ReadonlyMap<string, () => UpstreamError>

const failing = (reason: UpstreamError['reason'], detail: string) => () => new UpstreamError(reason, detail)

const UNKNOWN_AUTHORIZATION_ERROR = failing(
  'upstream_error',
  'The identity provider ended the login with an error of its own: its log knows more.',
)

const AUTHORIZATION_ERRORS: Failures = new Map(
  Object.entries({
    invalid_request: failing(
      'upstream_error',
      'The identity provider answered invalid_request: check that our callback URL is registered there, and the additional parameters of the connection.',
    ),
    // GitHub's: it goes to the URL that is registered, if that happens to be one of ours.
    redirect_uri_mismatch: failing(
      'upstream_callback_rejected',
      'The identity provider answered redirect_uri_mismatch: it has another callback URL registered for the client.',
    ),
    invalid_redirect_uri: failing(
      'upstream_callback_rejected',
      'The identity provider answered invalid_redirect_uri: it has another callback URL registered for the client.',
    ),
    invalid_scope: failing(
      'upstream_scope_rejected',
      'The identity provider answered invalid_scope: the client may not have one of the scopes that the connection asks for.',
    ),
    unauthorized_client: failing(
      'upstream_error',
      'The identity provider answered unauthorized_client: allow the authorization code grant for the client there.',
    ),
    unsupported_response_type: failing(
      'upstream_error',
      'The identity provider answered unsupported_response_type: allow the authorization code grant for the client there.',
    ),
    invalid_target: failing(
      'upstream_error',
      'The identity provider answered invalid_target: do not forward the resource on this connection.',
    ),
  }),
)

/** A refusal at the token endpoint (RFC 6749 §5.2), whose `error` is absent where the answer has none to be read. */
export function tokenFailure(status: number, error: string | undefined): UpstreamError {
  if (isTransient(error)) return statusFailure('token endpoint', 503)
  const failure = TOKEN_ERRORS.get(error ?? '')
  if (failure && status < 500) return failure()
  // Many use 401 and 403 with codes of their own invention when they do not like the client.
  if (status === 401 || status === 403 || CLIENT_ERRORS.has(error ?? '')) return clientRejected()
  return statusFailure('token endpoint', status)
}

/**
 * Why the token endpoint refused a refresh without ending the user's session: the endpoint is down, or rejects our
 * client, which the operator has to fix. Null when the session has ended, which providers report with almost any 4xx
 * (RFC 6749 §5.2 has `invalid_grant` for it).
 */
export function refreshFailure(status: number, error: string | undefined): UpstreamError | null {
  if (isTransient(error)) return statusFailure('token endpoint', 503)
  const tells = status >= 400 && status < 500 && status !== 408 && status !== 429
  if (!tells) return statusFailure('token endpoint', status)
  return CLIENT_ERRORS.has(error ?? '') ? clientRejected() : null
}

const clientRejected = () =>
  new UpstreamError(
    'upstream_client_rejected',
    'The token endpoint refuses our client: check client ID, client secret (expired?) and authentication method of the connection.',
  )

const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client', 'incorrect_client_credentials'])

const CODE_REFUSED = failing(
  'upstream_error',
  'The token endpoint refuses the authorization code: it expired, was used before, or belongs to another client or callback URL.',
)

const TOKEN_ERRORS: Failures = new Map(
  Object.entries({
    invalid_grant: CODE_REFUSED,
    bad_verification_code: CODE_REFUSED,
    redirect_uri_mismatch: failing(
      'upstream_callback_rejected',
      'The token endpoint refuses our callback URL: it has another one registered for the client.',
    ),
    invalid_scope: failing(
      'upstream_scope_rejected',
      'The token endpoint answered invalid_scope: the client may not have one of the scopes that the connection asks for.',
    ),
    invalid_target: failing(
      'upstream_error',
      'The token endpoint answered invalid_target: do not forward the resource on this connection.',
    ),
  }),
)

const isTransient = (error: string | undefined) =>
  error === 'temporarily_unavailable' || error === 'server_error'

/** An answer with another status than 200. */
export function statusFailure(call: UpstreamCall, status: number): UpstreamError {
  if (status >= 500 || status === 429 || status === 408)
    return new UpstreamError('upstream_unreachable', `The ${call} is unavailable (HTTP ${status}).`)
  if (status >= 300 && status < 400)
    return new UpstreamError(
      'upstream_response_invalid',
      `The ${call} redirects, which is not followed: configure the address it redirects to.`,
    )
  return new UpstreamError('upstream_error', `The ${call} refused the request (HTTP ${status}).`)
}

/** An answer that cannot be understood. */
export function invalidResponse(call: UpstreamCall, problem: string): UpstreamError {
  return new UpstreamError('upstream_response_invalid', `The answer of the ${call} ${problem}.`)
}

/**
 * The body of an answer as a JSON object.
 *
 * @throws UpstreamError `upstream_response_invalid` when it is none
 */
export async function readJsonObject(
  call: UpstreamCall,
  response: Response,
): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = await response.json().catch(() => undefined)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidResponse(call, 'is not a JSON object: check the address')
  return value as Record<string, unknown>
}
