import { type ClientAuth, ClientSecretBasic, ClientSecretPost, None } from 'openid-client'
import { UpstreamError } from '@/lib/oauth/ports/upstream'
import { signedAssertion } from './client-assertion'
import type { OAuthConnectionConfig } from './connection-config'

/**
 * How our client proves itself at the identity provider's token endpoint (RFC 6749 §2.3.1). One method per
 * connection, never a guess: some providers accept only the method that was registered.
 *
 * @throws UpstreamError `upstream_client_rejected` when the method needs a client secret and there is none
 */
export function tokenEndpointAuth(connection: OAuthConnectionConfig, clock: () => Date): ClientAuth {
  if (connection.tokenEndpointAuthMethod === 'none') return None()
  if (connection.tokenEndpointAuthMethod === 'private_key_jwt') {
    if (connection.clientKey) return signedAssertion(connection.clientKey, clock)
    throw new UpstreamError(
      'upstream_client_rejected',
      'There is no key to sign with at the identity provider.',
    )
  }
  const secret = connection.clientSecret
  if (!secret)
    throw new UpstreamError(
      'upstream_client_rejected',
      'The connection has no client secret, but its authentication method needs one.',
    )
  switch (connection.tokenEndpointAuthMethod) {
    case 'client_secret_basic':
      return ClientSecretBasic(secret)
    case 'client_secret_basic_raw':
      return rawBasic(secret)
    case 'client_secret_post':
      return ClientSecretPost(secret)
  }
}

/** For providers that do not decode what RFC 6749 §2.3.1 asks to be form-encoded, and compare `lab%2Dclient`. */
function rawBasic(secret: string): ClientAuth {
  return (_server, client, _body, headers) => {
    const credentials = Buffer.from(`${client.client_id}:${secret}`, 'utf8').toString('base64')
    headers.set('authorization', `Basic ${credentials}`)
  }
}
