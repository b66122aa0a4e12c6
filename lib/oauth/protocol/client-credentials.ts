import { readBasicCredentials } from './basic-credentials'
import { ASSERTION_TYPE, readAssertion, refusal } from './client-assertion'
import { OAuthError } from './errors'
import type { Parameters } from './parameters'
import type { TokenEndpointAuthMethod } from './server-metadata'

/** Who a client says it is, and its proof. Nothing is verified yet. */
export type ClientCredentials = {
  readonly clientId: string
  /** Absent when none was given, or an empty one. */
  readonly secret?: string
  /** The same as it was sent, where decoding the header changed it: some clients encode nothing. */
  readonly rawSecret?: string
  /** A JWT (RFC 7523 §2.2) instead of a secret. */
  readonly assertion?: string
  /** How the proof was given; `none` when there is none. */
  readonly method: TokenEndpointAuthMethod
}

/**
 * Reads the client's credentials from the header or the body of a request (RFC 6749 §2.3.1, RFC 7523 §2.2). Missing
 * and malformed ones are `invalid_client`, on which clients register anew.
 *
 * @param header the `Authorization` header; one that is no client's counts as absent where the body names the client
 * @throws OAuthError `invalid_client`, or `invalid_request` for two mechanisms at once (RFC 6749 §2.3)
 */
export function readClientCredentials(header: string | undefined, form: Parameters): ClientCredentials {
  const clientId = form.get('client_id')
  const secret = form.get('client_secret')
  const assertion = form.get('client_assertion')
  const authorization = isStray(header, form) ? undefined : header
  if ([authorization, secret, assertion].filter(Boolean).length > 1)
    throw new OAuthError('invalid_request', 'the client authenticates in more than one way')
  if (assertion) return readClientAssertion(assertion, form)
  if (!authorization) {
    if (!clientId) throw new OAuthError('invalid_client', 'client_id is missing')
    return secret ? { clientId, secret, method: 'client_secret_post' } : { clientId, method: 'none' }
  }
  const basic = readBasic(authorization)
  if (clientId && clientId !== basic.clientId)
    throw new OAuthError('invalid_request', 'client_id differs from the one in the Authorization header')
  return basic
}

/** An HTTP library adds the token of the MCP server to every request: no client authenticates with one here. */
const isStray = (header: string | undefined, form: Parameters): boolean =>
  header !== undefined && !/^basic\b/i.test(header) && IDENTIFYING.some((name) => form.get(name))

const IDENTIFYING = ['client_id', 'client_assertion']

/** The assertion itself says whose it is; `client_id` may repeat it (RFC 7521 §4.2). */
function readClientAssertion(assertion: string, form: Parameters): ClientCredentials {
  if (form.get('client_assertion_type') !== ASSERTION_TYPE)
    throw refusal('client_assertion_type must be the one of RFC 7523')
  const { sub } = readAssertion(assertion).claims
  if (typeof sub !== 'string' || sub === '') throw refusal('sub is missing')
  const clientId = form.get('client_id')
  if (clientId && clientId !== sub)
    throw new OAuthError('invalid_request', 'client_id differs from the one in the assertion')
  return { clientId: sub, assertion, method: 'private_key_jwt' }
}

function readBasic(authorization: string): ClientCredentials {
  const basic = readBasicCredentials(authorization)
  if (!basic)
    throw new OAuthError(
      'invalid_client',
      'the Authorization header is not usable, expected Basic credentials',
    )
  const { user: clientId, password: secret, rawPassword: rawSecret } = basic
  if (!secret) return { clientId, method: 'none' }
  return { clientId, secret, method: 'client_secret_basic', ...(rawSecret !== undefined && { rawSecret }) }
}
