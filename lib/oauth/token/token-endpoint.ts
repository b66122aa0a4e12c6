import { type AuthenticateClientPorts, asClient } from '../clients/authenticate-client'
import { findKnownClient, findNewcomer } from '../clients/find-client'
import { requireAdmitted } from '../clients/standing'
import { requireFresh } from '../flow/unconfirmed'
import type { Server } from '../model'
import { OAuthError } from '../protocol/errors'
import { DEVICE_CODE, furtherGrantTypes, type GrantType, JWT_BEARER } from '../protocol/grant-types'
import { parseParameters, requireNoDuplicates } from '../protocol/parameters'
import { CAPABILITIES } from '../protocol/server-metadata'
import { TOKEN_EXCHANGE } from '../protocol/token-exchange'
import { type AuthorizationCodePorts, redeemAuthorizationCode } from './authorization-code'
import { type ClientCredentialsPorts, issueToClient } from './client-credentials'
import { type DeviceCodePorts, redeemDeviceCode } from './device-code'
import type { TokenResponse } from './issue'
import { type JwtBearerPorts, redeemIdentityAssertion } from './jwt-bearer'
import { type RefreshTokenPorts, refreshTokens } from './refresh-token'
import { type HandoffResponse, handOff, type TokenExchangePorts } from './token-exchange'
import type { TokenRequest } from './token-request'

export type TokenEndpointPorts = AuthenticateClientPorts &
  AuthorizationCodePorts &
  ClientCredentialsPorts &
  DeviceCodePorts &
  JwtBearerPorts &
  RefreshTokenPorts &
  TokenExchangePorts

type GrantHandler = (request: TokenRequest, ports: TokenEndpointPorts) => Promise<TokenResponse>

const GRANTS: Readonly<Record<GrantType, GrantHandler>> = {
  authorization_code: redeemAuthorizationCode,
  refresh_token: refreshTokens,
  client_credentials: issueToClient,
  [JWT_BEARER]: redeemIdentityAssertion,
  [DEVICE_CODE]: redeemDeviceCode,
}

/** One request to the token endpoint. */
export type TokenEndpointRequest = {
  readonly body: URLSearchParams
  /** The `Authorization` header. */
  readonly authorization: string | undefined
  /** See {@link TokenRequest}. */
  readonly network?: string | undefined
  readonly hasHungUp?: TokenRequest['hasHungUp']
}

/**
 * The token endpoint (RFC 6749 §3.2): the client first, then its right to the grant type, then the grant. Token
 * exchange is for the resource server alone, which is no client.
 *
 * @throws OAuthError with the codes of RFC 6749 §5.2
 */
export async function exchange(
  server: Server,
  { body, authorization, network, hasHungUp }: TokenEndpointRequest,
  ports: TokenEndpointPorts,
): Promise<TokenResponse | HandoffResponse> {
  const form = parseParameters(body, ['resource'])
  requireNoDuplicates(form)
  const grantType = form.get('grant_type')
  if (grantType !== 'authorization_code' && grantType !== 'refresh_token') requireFresh(server)
  if (grantType === TOKEN_EXCHANGE) return handOff(server, form, authorization, ports)
  const find = grantType === JWT_BEARER && isOffered(grantType, server) ? findNewcomer : findKnownClient
  return asClient(
    { server, authorization, form },
    ports,
    (client) =>
      issue(grantType, { server, client, form, hasHungUp, ...(network !== undefined && { network }) }, ports),
    find,
  )
}

async function issue(
  grantType: string | undefined,
  request: TokenRequest,
  ports: TokenEndpointPorts,
): Promise<TokenResponse> {
  const { server, client } = request
  if (!grantType) throw new OAuthError('invalid_request', 'grant_type is missing')
  if (!isGrantType(grantType) || !isOffered(grantType, server))
    throw new OAuthError('unsupported_grant_type', 'this grant type is not offered')
  if (!client.grantTypes.includes(grantType))
    throw new OAuthError('unauthorized_client', 'the client is not registered for this grant type')
  const code = grantType === 'client_credentials' ? 'unauthorized_client' : 'invalid_grant'
  await requireAdmitted(request, code, ports)
  return GRANTS[grantType](request, ports)
}

const isOffered = (grantType: GrantType, server: Server): boolean =>
  [...CAPABILITIES.grantTypes, ...furtherGrantTypes(server)].includes(grantType)

const isGrantType = (value: string): value is GrantType => Object.hasOwn(GRANTS, value)
