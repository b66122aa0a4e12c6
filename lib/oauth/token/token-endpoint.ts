import { authenticateClient } from '../clients/authenticate-client'
import { refuseBlocked } from '../clients/blocked'
import { findKnownClient, findNewcomer } from '../clients/find-client'
import type { Client, GrantType, Server } from '../model'
import type { Ports } from '../ports/ports'
import { OAuthError } from '../protocol/errors'
import { DEVICE_CODE, furtherGrantTypes, JWT_BEARER } from '../protocol/grant-types'
import { type Parameters, parseParameters, requireNoDuplicates } from '../protocol/parameters'
import { CAPABILITIES } from '../protocol/server-metadata'
import { TOKEN_EXCHANGE } from '../protocol/token-exchange'
import { redeemAuthorizationCode } from './authorization-code'
import { issueToClient } from './client-credentials'
import { redeemDeviceCode } from './device-code'
import type { TokenResponse } from './issue'
import { redeemIdentityAssertion } from './jwt-bearer'
import { refreshTokens } from './refresh-token'
import { type HandoffResponse, handOff } from './token-exchange'

type GrantHandler = (server: Server, client: Client, form: Parameters, ports: Ports) => Promise<TokenResponse>

const GRANTS: Readonly<Record<GrantType, GrantHandler>> = {
  authorization_code: redeemAuthorizationCode,
  refresh_token: refreshTokens,
  client_credentials: issueToClient,
  [JWT_BEARER]: redeemIdentityAssertion,
  [DEVICE_CODE]: redeemDeviceCode,
}

/**
 * The token endpoint (RFC 6749 §3.2): the client first, then its right to the grant type, then the grant. Token
 * exchange is for the resource server alone, which is no client.
 *
 * @param authorization the `Authorization` header
 * @throws OAuthError with the codes of RFC 6749 §5.2
 */
export async function exchange(
  server: Server,
  body: URLSearchParams,
  authorization: string | undefined,
  ports: Ports,
): Promise<TokenResponse | HandoffResponse> {
  const form = parseParameters(body, ['resource'])
  requireNoDuplicates(form)
  if (form.get('grant_type') === TOKEN_EXCHANGE) return handOff(server, form, authorization, ports)
  const grantType = form.get('grant_type')
  const find = grantType === JWT_BEARER && isOffered(grantType, server) ? findNewcomer : findKnownClient
  const client = await authenticateClient(server, authorization, form, ports, find)
  if (!grantType) throw new OAuthError('invalid_request', 'grant_type is missing')
  if (!isGrantType(grantType) || !isOffered(grantType, server))
    throw new OAuthError('unsupported_grant_type', 'this grant type is not offered')
  if (!client.grantTypes.includes(grantType))
    throw new OAuthError('unauthorized_client', 'the client is not registered for this grant type')
  refuseBlocked(client, grantType === 'client_credentials' ? 'unauthorized_client' : 'invalid_grant')
  return GRANTS[grantType](server, client, form, ports)
}

const isOffered = (grantType: GrantType, server: Server): boolean =>
  [...CAPABILITIES.grantTypes, ...furtherGrantTypes(server)].includes(grantType)

const isGrantType = (value: string): value is GrantType => Object.hasOwn(GRANTS, value)
