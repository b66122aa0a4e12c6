import type { Configuration } from 'openid-client'
import { clientConfiguration } from './client-configuration'
import type { OAuthConnectionConfig } from './connection-config'
import type { UpstreamContext } from './context'
import { findProvider } from './discovery-cache'

/**
 * Our client and the endpoints that it talks to without a browser: the configured ones, and what discovery knows of
 * an OpenID provider.
 *
 * @throws UpstreamError when discovery fails
 */
export async function providerConfiguration(
  connection: OAuthConnectionConfig,
  context: UpstreamContext,
): Promise<Configuration> {
  const provider = await endpointsOf(connection, context)
  const revocation = connection.revocationEndpoint ?? provider.revocationEndpoint
  const endpoints = {
    issuer: provider.issuer,
    authorization_endpoint: provider.authorizationEndpoint,
    token_endpoint: provider.tokenEndpoint,
    ...(revocation !== undefined && { revocation_endpoint: revocation }),
  }
  return clientConfiguration(connection, endpoints, context)
}

type Endpoints = {
  readonly issuer: string
  readonly authorizationEndpoint: string
  readonly tokenEndpoint: string
  readonly revocationEndpoint?: string
}

async function endpointsOf(connection: OAuthConnectionConfig, context: UpstreamContext): Promise<Endpoints> {
  if (connection.type === 'oidc')
    return (await findProvider(connection, context.http, context.clock())).metadata
  const { authorizationEndpoint, tokenEndpoint } = connection
  return { issuer: `connection:${connection.id}`, authorizationEndpoint, tokenEndpoint }
}
