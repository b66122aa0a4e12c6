/**
 * Why a login at the identity provider failed, in the operator's words. Everything here is made of our own fixed
 * sentences: what the provider wrote may hold codes and tokens, and is never repeated.
 */

import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { type InteractionError, isInteractionError } from '@/lib/oauth/protocol/prompt'
import { withCodes } from './provider-codes'
import type { UpstreamAnswer, UpstreamCall } from './upstream-http'

/**
 * The `error` of an authorization response (RFC 6749 §4.1.2.1, OIDC Core §3.1.2.6).
 *
 * @param told.codes see `provider-codes`, as for the next
 */
export function authorizationFailure(
  error: string,
  { codes = [], isAboutPkce = false }: { codes?: readonly string[]; isAboutPkce?: boolean } = {},
): UpstreamError {
  return coded(authorizationFailureOf(error, isAboutPkce), codes)
}

function authorizationFailureOf(error: string, isAboutPkce: boolean): UpstreamError {
  if (error === 'invalid_request' && isAboutPkce) return PKCE_REFUSED()
  if (error === 'access_denied')
    return new UpstreamError(
      'upstream_denied',
      'The identity provider refused access: the user cancelled, or is not assigned to the application there.',
    )
  if (isTransient(error))
    return new UpstreamError('upstream_unreachable', 'The identity provider says that it is unavailable.')
  if (isInteractionError(error)) return interactionFailure(error)
  return AUTHORIZATION_ERRORS.get(error)?.() ?? UNKNOWN_AUTHORIZATION_ERROR()
}

/** The same failure, with the provider's own codes in its detail. */
function coded(failure: UpstreamError, codes: readonly string[]): UpstreamError {
  const { reason, detail, interaction } = failure
  return new UpstreamError(reason, withCodes(detail, codes), { interaction, codes })
}

/** It would have to ask the user (OIDC Core §3.1.2.6), which Entra says at its token endpoint, too. */
const interactionFailure = (error: InteractionError) =>
  new UpstreamError(
    'upstream_interaction_required',
    error === 'consent_required'
      ? 'The identity provider answered consent_required: an administrator must allow the application there.'
      : `The identity provider answered ${error}: it cannot log the user in without asking.`,
    { interaction: error },
  )

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

/** A refusal at the token endpoint (RFC 6749 §5.2), as far as it can be read. */
export type Refusal = {
  readonly status: number
  readonly error: string | undefined
  /** See `provider-codes`. */
  readonly codes: readonly string[]
  readonly isAboutPkce: boolean
  readonly isEmpty: boolean
}

/** Why the token endpoint refused a code. */
export function tokenFailure(refusal: Refusal): UpstreamError {
  return coded(tokenFailureOf(refusal), refusal.codes)
}

function tokenFailureOf({ status, error = '', isAboutPkce }: Refusal): UpstreamError {
  if (isTransient(error)) return statusFailure('token endpoint', 503)
  if (status < 500 && isInteractionError(error)) return interactionFailure(error)
  if (status < 500 && error === 'invalid_request') return isAboutPkce ? PKCE_REFUSED() : CREDENTIALS_UNSEEN()
  const failure = TOKEN_ERRORS.get(error)
  if (failure && status < 500) return failure()
  // Many use 401 and 403 with codes of their own invention when they do not like the client.
  if (status === 401 || status === 403 || CLIENT_ERRORS.has(error)) return clientRejected()
  return statusFailure('token endpoint', status)
}

/**
 * How providers say that a user's session is over: RFC 6749 §5.2, and its synonyms. GitHub has a code of its own; Slack,
 * Salesforce and others tell apart why; and where the user would have to be asked, no refresh succeeds any more
 * (OIDC Core §3.1.2.6). Decision 0075.
 */
const SESSION_OVER = new Set([
  'invalid_grant',
  'bad_refresh_token',
  'invalid_refresh_token',
  'expired_refresh_token',
  'token_expired',
  'token_revoked',
  'account_inactive',
  'inactive_user',
])

/**
 * Why the token endpoint refused a refresh without ending the user's session. Null when the session has ended: by a code
 * that means nothing else, or a 400 without a word, which one provider says it with. Whatever else stands between us and
 * the provider answers, a proxy or a firewall, says nothing of the user. Decision 0075.
 */
export function refreshFailure({ status, error = '', codes, isEmpty }: Refusal): UpstreamError | null {
  const tells = status >= 400 && status < 500 && status !== 408 && status !== 429
  if (tells && (SESSION_OVER.has(error) || isInteractionError(error))) return null
  if (status === 400 && isEmpty) return null
  return coded(refreshTrouble(tells ? error : '', isTransient(error) ? 503 : status), codes)
}

function refreshTrouble(error: string, status: number): UpstreamError {
  if (CLIENT_ERRORS.has(error)) return clientRejected()
  return error === 'invalid_scope' ? SCOPE_REFUSED() : statusFailure('token endpoint', status)
}

/**
 * Why a token was not revoked; undefined when it was, or had ended before (some say so with a 400, RFC 7009 §2.2 with a
 * 200). Whatever else an answer says beyond its status means nothing.
 */
export function revocationFailure({ status, error = '', codes }: Refusal): UpstreamError | undefined {
  const hadEnded = status >= 400 && status < 500 && (error === 'invalid_token' || SESSION_OVER.has(error))
  if ((status >= 200 && status < 300) || hadEnded) return undefined
  return coded(
    CLIENT_ERRORS.has(error) && status < 500
      ? clientRejected()
      : statusFailure('revocation endpoint', status),
    codes,
  )
}

const clientRejected = () =>
  new UpstreamError(
    'upstream_client_rejected',
    'The identity provider refuses our client: check client ID, client secret (expired?) and authentication method of the connection.',
  )

/** RFC 7636 §4.4.1; a provider that has the wrong verifier says `invalid_grant`. */
const PKCE_REFUSED = failing(
  'upstream_pkce_rejected',
  'The identity provider answered invalid_request about PKCE: it refuses our code challenge, or misses one.',
)

/** Of our request only how the client proves itself can be wrong: what many say that look for a secret elsewhere. */
const CREDENTIALS_UNSEEN = failing(
  'upstream_client_rejected',
  'The token endpoint answered invalid_request: mostly it wants the client ID and secret sent in another way (token_endpoint_auth_method).',
)

const CLIENT_ERRORS = new Set(['invalid_client', 'unauthorized_client', 'incorrect_client_credentials'])

const CODE_REFUSED = failing(
  'upstream_error',
  'The token endpoint refuses the authorization code: it expired, was used before, or belongs to another client or callback URL.',
)

const SCOPE_REFUSED = failing(
  'upstream_scope_rejected',
  'The token endpoint answered invalid_scope: the client may not have one of the scopes that the connection asks for.',
)

const TOKEN_ERRORS: Failures = new Map(
  Object.entries({
    invalid_grant: CODE_REFUSED,
    bad_verification_code: CODE_REFUSED,
    redirect_uri_mismatch: failing(
      'upstream_callback_rejected',
      'The token endpoint refuses our callback URL: it has another one registered for the client.',
    ),
    invalid_scope: SCOPE_REFUSED,
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
  response: Pick<UpstreamAnswer, 'json'>,
): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = await response.json().catch(() => undefined)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalidResponse(call, 'is not a JSON object: check the address')
  return value as Record<string, unknown>
}
