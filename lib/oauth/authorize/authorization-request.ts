import { findClient } from '../clients/find-client'
import { grantableScope } from '../clients/grantable-scope'
import type { Client, Server } from '../model'
import type { Ports } from '../ports'
import { resolveRedirectUri } from '../protocol/authorization-response'
import { OAuthError, type OAuthErrorCode, RedirectedError, type ValidatedRedirect } from '../protocol/errors'
import { type Parameters, requireNoDuplicates } from '../protocol/parameters'
import { isCodeChallenge } from '../protocol/pkce'
import type { Prompt } from '../protocol/prompt'
import { checkResources } from '../protocol/resource'
import { CAPABILITIES } from '../protocol/server-metadata'

/** Who asks, and where the answer goes: known to be sound, so an error may be redirected there. */
export type Asker = { readonly client: Client; readonly redirect: ValidatedRedirect }

/** What is asked, checked. */
export type ValidatedRequest = {
  readonly codeChallenge: string
  readonly scope: readonly string[]
  readonly prompt: readonly Prompt[]
  readonly maxAge?: number
  readonly uiLocales?: string
  readonly clientNonce?: string
  readonly loginHint?: string
}

/**
 * Phase 1: the client and its redirect URI. Errors here are shown to the user and never redirected
 * (RFC 6749 §4.1.2.1, OAuth 2.1 §4.1.2.1).
 *
 * @throws OAuthError `invalid_client` or `invalid_request`
 */
export async function resolveAsker(server: Server, parameters: Parameters, ports: Ports): Promise<Asker> {
  for (const name of ['client_id', 'redirect_uri', 'state'])
    if (parameters.duplicated.includes(name))
      throw new OAuthError('invalid_request', `${name} is given more than once`)
  if (parameters.get('state')?.includes('\0')) throw new OAuthError('invalid_request', 'state holds a NUL')
  const clientId = parameters.get('client_id')
  if (!clientId) throw new OAuthError('invalid_request', 'client_id is missing')
  const client = await findClient(server, clientId, ports)
  if (!client) throw new OAuthError('invalid_client', 'the client is not known here', { status: 400 })
  const state = parameters.get('state')
  const response = { issuer: server.issuer, ...(state !== undefined && { state }) }
  const redirect = resolveRedirectUri(client, parameters.get('redirect_uri'), response)
  if (!redirect) throw new OAuthError('invalid_request', 'redirect_uri is not registered for this client')
  return { client, redirect }
}

/**
 * Phase 2: everything else. Errors are reported to the client by redirect (RFC 6749 §4.1.2.1).
 *
 * @throws RedirectedError
 */
export function validateRequest(server: Server, asker: Asker, parameters: Parameters): ValidatedRequest {
  const { client, redirect } = asker
  const refuse = (code: OAuthErrorCode, description: string) =>
    new RedirectedError(redirect, code, description)
  try {
    requireNoDuplicates(parameters)
    checkResources(parameters.getAll('resource'), server)
  } catch (error) {
    if (error instanceof OAuthError) throw refuse(error.code, error.description)
    throw error
  }
  const responseType = parameters.get('response_type')
  if (!responseType) throw refuse('invalid_request', 'response_type is missing')
  if (!CAPABILITIES.responseTypes.includes(responseType))
    throw refuse('unsupported_response_type', 'only response_type code is supported')
  if (!CAPABILITIES.responseModes.includes(parameters.get('response_mode') ?? 'query'))
    throw refuse('invalid_request', 'only response_mode query is supported')
  if (!client.grantTypes.includes('authorization_code'))
    throw refuse('unauthorized_client', 'the client is not registered for authorization codes')
  const loginHint = usableHint(parameters.get('login_hint'))
  return {
    codeChallenge: requireChallenge(parameters, refuse),
    scope: grantableScope(server, client, parameters.get('scope')),
    prompt: [],
    ...(loginHint && { loginHint }),
  }
}

/** PKCE is mandatory, S256 only; a missing method means `plain` (RFC 7636 §4.3) and is refused as such. */
function requireChallenge(
  parameters: Parameters,
  refuse: (code: OAuthErrorCode, description: string) => RedirectedError,
): string {
  const challenge = parameters.get('code_challenge')
  if (!challenge) throw refuse('invalid_request', 'code_challenge is missing: PKCE with S256 is required')
  if (!CAPABILITIES.codeChallengeMethods.includes(parameters.get('code_challenge_method') ?? 'plain'))
    throw refuse('invalid_request', 'code_challenge_method must be S256')
  if (!isCodeChallenge(challenge))
    throw refuse('invalid_request', 'code_challenge must be 43 base64url characters')
  return challenge
}

/** A hint only helps the user to type less: one that could be no name or address is dropped. */
function usableHint(hint: string | undefined): string | undefined {
  return hint && /^[^\p{Cc}]{1,320}$/u.test(hint) ? hint : undefined
}
