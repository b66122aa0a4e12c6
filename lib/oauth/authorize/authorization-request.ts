import { grantableScope } from '../clients/grantable-scope'
import type { Server } from '../model'
import { OAuthError, RedirectedError } from '../protocol/errors'
import { parseMaxAge, parseNonce, usableHint, usableLocales } from '../protocol/login-wishes'
import { type Parameters, requireNoDuplicates } from '../protocol/parameters'
import { isCodeChallenge } from '../protocol/pkce'
import { type Prompt, parsePrompt } from '../protocol/prompt'
import { checkResources } from '../protocol/resource'
import { CAPABILITIES } from '../protocol/server-metadata'
import { type RequestingClient, unusableRequestUri } from './resolve-client'

/** The client's parameters for the login. */
type LoginWishes = {
  readonly prompt: readonly Prompt[]
  /** Seconds. */
  readonly maxAge?: number
  readonly uiLocales?: string
  readonly clientNonce?: string
  readonly loginHint?: string
}

/** What is asked, checked. */
export type ValidatedRequest = LoginWishes & {
  readonly codeChallenge: string
  readonly scope: readonly string[]
}

/**
 * Phase 2: everything else. Errors are reported to the client by redirect (RFC 6749 §4.1.2.1).
 *
 * @throws RedirectedError
 */
export function validateRequest(
  server: Server,
  requester: RequestingClient,
  parameters: Parameters,
): ValidatedRequest {
  const { client, redirect } = requester
  try {
    requireNoDuplicates(parameters)
    refuseRequestObjects(parameters)
    checkResources(parameters.getAll('resource'), server)
    checkResponse(parameters, requester)
    if (!client.grantTypes.includes('authorization_code'))
      throw new OAuthError('unauthorized_client', 'the client is not registered for authorization codes')
    return {
      codeChallenge: requireChallenge(parameters),
      scope: grantableScope(server, client, parameters.get('scope')),
      ...loginWishes(parameters),
    }
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error
    throw new RedirectedError(redirect, error.code, error.description)
  }
}

/** OpenID Connect Core §3.1.2.6. What was pushed to us holds neither. */
function refuseRequestObjects(parameters: Parameters): void {
  if (parameters.get('request'))
    throw new OAuthError('request_not_supported', 'the request parameter is not supported')
  if (parameters.get('request_uri')) throw unusableRequestUri()
}

function checkResponse(parameters: Parameters, { redirect }: RequestingClient): void {
  const responseType = parameters.get('response_type')
  if (!responseType) throw new OAuthError('invalid_request', 'response_type is missing')
  if (!CAPABILITIES.responseTypes.includes(responseType))
    throw new OAuthError('unsupported_response_type', 'only response_type code is supported')
  const responseMode = parameters.get('response_mode') ?? 'query'
  if (!CAPABILITIES.responseModes.includes(responseMode))
    throw new OAuthError('invalid_request', 'response_mode must be query or form_post')
  if (responseMode !== redirect.responseMode)
    throw new OAuthError(
      'invalid_request',
      'response_mode form_post needs an http address to post to, and a state without line breaks',
    )
}

/** OpenID Connect Core §3.1.2.1. */
function loginWishes(parameters: Parameters): LoginWishes {
  const maxAge = parseMaxAge(parameters.get('max_age'))
  const clientNonce = parseNonce(parameters.get('nonce'))
  const uiLocales = usableLocales(parameters.get('ui_locales'))
  const loginHint = usableHint(parameters.get('login_hint'))
  return {
    prompt: parsePrompt(parameters.get('prompt')),
    ...(maxAge !== undefined && { maxAge }),
    ...(clientNonce !== undefined && { clientNonce }),
    ...(uiLocales && { uiLocales }),
    ...(loginHint && { loginHint }),
  }
}

/** PKCE is mandatory, S256 only; a missing method means `plain` (RFC 7636 §4.3) and is refused as such. */
function requireChallenge(parameters: Parameters): string {
  const refuse = (description: string) => new OAuthError('invalid_request', description)
  const challenge = parameters.get('code_challenge')
  if (!challenge) throw refuse('code_challenge is missing: PKCE with S256 is required')
  if (!CAPABILITIES.codeChallengeMethods.includes(parameters.get('code_challenge_method') ?? 'plain'))
    throw refuse('code_challenge_method must be S256')
  if (!isCodeChallenge(challenge)) throw refuse('code_challenge must be 43 base64url characters')
  return challenge
}
