import { allowInsecureRequests, Configuration, type ServerMetadata } from 'openid-client'
import type { OAuthConnectionConfig } from './connection-config'
import type { UpstreamContext } from './context'
import { tokenEndpointAuth } from './token-endpoint-auth'

/**
 * Our client at one identity provider, for openid-client. Made anew for each use, for the connection's
 * configuration may have changed; only the provider's metadata is cached.
 *
 * @throws UpstreamError when a client secret is missing
 */
export function clientConfiguration(
  connection: OAuthConnectionConfig,
  server: Pick<
    ServerMetadata,
    'issuer' | 'authorization_endpoint' | 'token_endpoint' | 'revocation_endpoint'
  >,
  { clock }: Pick<UpstreamContext, 'clock'>,
): Configuration {
  const auth = tokenEndpointAuth(connection, clock)
  const configuration = new Configuration(server, connection.clientId, {}, auth)
  // Our own check of addresses (upstream-http) is the stricter one; this one would forbid loopback in development.
  allowInsecureRequests(configuration)
  return configuration
}
