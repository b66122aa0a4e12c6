import { OAuthError } from './errors'
import type { Parameters } from './parameters'
import type { TokenEndpointAuthMethod } from './server-metadata'

/** Who a client says it is, and its proof. Nothing is verified yet. */
export type ClientCredentials = {
  readonly clientId: string
  /** Absent when none was given, or an empty one. */
  readonly secret?: string
  /** How the proof was given; `none` when there is no secret. */
  readonly method: TokenEndpointAuthMethod
}

/**
 * Reads the client's credentials from the header or the body of a request (RFC 6749 §2.3.1). Missing and malformed
 * ones are `invalid_client`, on which clients register anew.
 *
 * @param authorization the `Authorization` header
 * @throws OAuthError `invalid_client`, or `invalid_request` for two mechanisms at once (RFC 6749 §2.3)
 */
export function readClientCredentials(
  authorization: string | undefined,
  form: Parameters,
): ClientCredentials {
  const clientId = form.get('client_id')
  const secret = form.get('client_secret')
  if (!authorization) {
    if (!clientId) throw new OAuthError('invalid_client', 'client_id is missing')
    return secret ? { clientId, secret, method: 'client_secret_post' } : { clientId, method: 'none' }
  }
  const basic = readBasic(authorization)
  if (secret) throw new OAuthError('invalid_request', 'the client authenticates in more than one way')
  if (clientId && clientId !== basic.clientId)
    throw new OAuthError('invalid_request', 'client_id differs from the one in the Authorization header')
  return basic
}

function readBasic(authorization: string): ClientCredentials {
  const encoded = /^basic +([A-Za-z0-9+/]+={0,2}) *$/i.exec(authorization)?.[1]
  if (!encoded)
    throw new OAuthError('invalid_client', 'the Authorization header is not usable, expected Basic')
  const decoded = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  const clientId = formDecode(decoded.slice(0, Math.max(colon, 0)))
  const secret = formDecode(decoded.slice(colon + 1))
  if (!clientId) throw new OAuthError('invalid_client', 'the Basic credentials are malformed')
  return secret ? { clientId, secret, method: 'client_secret_basic' } : { clientId, method: 'none' }
}

/**
 * Both halves are form-encoded (RFC 6749 §2.3.1), but many clients send them raw. Ids and secrets made here consist
 * of characters that decode to themselves, so decoding is right for both; what does not decode was raw.
 */
function formDecode(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return value
  }
}
